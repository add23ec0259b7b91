import { bases } from "../../../law/index.ts";
import type { Clause } from "../../meaning.ts";
import { facet, type Said } from "../facet.ts";
import { allowed, isWithin, placesOf } from "./facets.ts";
import { at, type LintView, type Rule } from "./rule.ts";

export const purposeWithoutBasis: Rule = {
  name: "purpose-without-basis",
  looksFor: "a use without a legal ground, for people whose law wants one",
  find(view) {
    const { policy, on } = view;
    return allowed(policy, "use").flatMap(({ commitment, it }) => {
      const [row] = placesOf(commitment, policy).flatMap((place) => bases(place, on));
      if (row === undefined || it.form === "aggregate" || it.form === "deidentified") return [];
      const open = it.purposes.filter((p) => !grounded(view, { commitment, it: { ...it, purposes: [p] } }));
      if (open.length === 0) return [];
      return [
        at(commitment.span, "warning", {
          code: "purpose-without-basis",
          message: `\`${commitment.id}\` names no legal ground for ${open.map((p) => `\`${p}\``).join(", ")}`,
          fix: "add `basis: contract`, or another; or a `consent` commitment for it",
          law: row.cited,
        }),
      ];
    });
  },
};

/** By itself, by another use that includes it, or by a consent that is asked for it. */
function grounded({ policy, lattice }: LintView, { it }: Said<Clause>): boolean {
  if (it.bases.length > 0) return true;
  const includes = (data: readonly string[], purposes: readonly string[]): boolean =>
    isWithin(lattice.data(it.data, data)) && isWithin(lattice.purposes(it.purposes, purposes));
  return (
    allowed(policy, "use").some((s) => s.it.bases.length > 0 && includes(s.it.data, s.it.purposes)) ||
    facet(policy, "consents").some((s) => s.it.opt === "in" && includes(s.it.data, s.it.purposes))
  );
}
