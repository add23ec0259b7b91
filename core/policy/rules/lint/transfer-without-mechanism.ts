import { adequate, mechanismsOf } from "../../../law/index.ts";
import type { Mechanism } from "../../meaning.ts";
import { facet, type Said } from "../facet.ts";
import { allowed } from "./facets.ts";
import { at, type LintView, type Rule } from "./rule.ts";

/** Named recipients that a sharing commitment reaches, in the country that they are declared to be in. */
function abroad({ policy, lattice }: LintView) {
  return allowed(policy, "share", "transfer").flatMap(({ commitment, it }) =>
    Object.entries(policy.recipients).flatMap(([word, { country }]) => {
      if (country === null || it.form === "aggregate" || it.form === "deidentified") return [];
      const relation = lattice.recipients([word], it.recipients);
      return relation === "equal" || relation === "narrower"
        ? [{ commitment, word, country, data: it.data }]
        : [];
    }),
  );
}

const covers = (
  view: LintView,
  { it }: Said<Mechanism>,
  country: string,
  data: readonly string[],
): boolean => {
  const relation = view.lattice.data(data, it.data);
  return (it.to.length === 0 || it.to.includes(country)) && (relation === "equal" || relation === "narrower");
};

export const transferWithoutMechanism: Rule = {
  name: "transfer-without-mechanism",
  looksFor: "a recipient abroad, and no mechanism that the law of a named place recognises for it",
  find(view) {
    const { policy, on } = view;
    const mechanisms = facet(policy, "mechanisms");
    const seen = new Set<string>();
    return abroad(view).flatMap(({ commitment, word, country, data }) =>
      policy.jurisdictions.flatMap((from) => {
        const { kind } = adequate({ from, to: country, on });
        if (kind === "inside" || kind === "adequate" || kind === "unknown") return [];
        if (seen.has(`${word} ${from}`)) return [];
        const covering = mechanisms.filter((m) => covers(view, m, country, data));
        const lawful: ReadonlySet<string> = new Set(mechanismsOf(from, on).map((row) => row.mechanism));
        const named = covering.flatMap((m) => m.it.mechanisms);
        if (named.some((m) => lawful.has(m) || m === "lawful" || (m === "adequacy" && kind === "only")))
          return [];
        seen.add(`${word} ${from}`);
        const what =
          named.length === 0 ? "no mechanism is named for it" : `${named.join(", ")} is no mechanism there`;
        return [
          at(commitment.span, named.length === 0 ? "error" : "warning", {
            code: "transfer-without-mechanism",
            message: `data of people in ${from} goes to \`${word}\` in ${country}, and ${what}`,
            fix: `add a \`transfer\` commitment with \`mechanisms: [${[...lawful][0] ?? "scc"}]\``,
            law: mechanismsOf(from, on)[0]?.cited ?? "",
          }),
        ];
      }),
    );
  },
};
