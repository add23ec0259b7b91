import { facet } from "../facet.ts";
import { FRONT_MATTER } from "./facets.ts";
import { at, type LintView, type Rule } from "./rule.ts";

export const unusedWord: Rule = {
  name: "unused-word",
  looksFor: "a class, purpose, recipient or condition that is declared and that no commitment uses",
  find(view) {
    const { policy } = view;
    const clauses = facet(policy, "clauses").map((s) => s.it);
    const data = [
      ...clauses.flatMap((c) => c.data),
      ...(["retentions", "guards", "disguises", "mechanisms", "consents"] as const).flatMap((key) =>
        facet(policy, key).flatMap((s) => s.it.data),
      ),
    ];
    const purposes = [
      ...clauses.flatMap((c) => c.purposes),
      ...(["retentions", "disguises", "consents"] as const).flatMap((key) =>
        facet(policy, key).flatMap((s) => s.it.purposes),
      ),
    ];
    const conditions = policy.commitments.flatMap((c) => [...c.condition.if, ...c.condition.unless]);
    return [
      ...unused("class", Object.keys(policy.classes), data, view),
      ...unused("purpose", Object.keys(policy.purposes), purposes, view),
      ...unused(
        "recipient",
        Object.keys(policy.recipients).filter((r) => !isNamed(view, r)),
        [],
        view,
      ),
      ...unused("condition", Object.keys(policy.conditions), conditions, view),
    ];
  },
};

/** By itself, or by a narrower or wider recipient. */
const isNamed = ({ policy, lattice }: LintView, word: string): boolean =>
  facet(policy, "clauses").some((s) =>
    s.it.recipients.some((r) => r !== "anyone" && lattice.recipients([word], [r]) !== "apart"),
  );

const unused = (what: string, words: readonly string[], used: readonly string[], { policy }: LintView) =>
  words
    .filter((word) => !used.includes(word))
    .map((word) =>
      at(FRONT_MATTER(policy), "info", {
        code: "unused-word",
        message: `the ${what} \`${word}\` is declared, and no commitment uses it`,
        fix: "use it, or leave it out",
      }),
    );
