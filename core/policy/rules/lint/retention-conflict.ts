import { parseDuration } from "../../../terms/duration.ts";
import type { Retention } from "../../meaning.ts";
import { facet, type Said } from "../facet.ts";
import { meet } from "./facets.ts";
import { at, placed, type Rule } from "./rule.ts";

const common = (a: Retention, b: Retention): readonly string[] =>
  a.data.includes("all")
    ? b.data
    : b.data.includes("all")
      ? a.data
      : a.data.filter((d) => b.data.includes(d));

/** "As long as needed" and a period go together: the period says when it is needed no longer. */
function conflict(a: Retention, b: Retention): boolean {
  if (a.where !== b.where || a.for === "needed" || b.for === "needed" || a.for === b.for) return false;
  const endless = a.for === "indefinitely" || b.for === "indefinitely";
  return (endless || a.from === b.from) && common(a, b).length > 0;
}

const length = (r: Retention): string =>
  parseDuration(r.for) === null ? r.for : `${r.for} from ${r.from ?? "the beginning"}`;

export const retentionConflict: Rule = {
  name: "retention-conflict",
  looksFor: "the same data kept for two periods from the same event, or for a period and without end",
  find({ policy }) {
    const all = facet(policy, "retentions");
    return all.flatMap((a, i) =>
      all
        .slice(i + 1)
        .flatMap((b) => (conflict(a.it, b.it) && meet(a.commitment, b.commitment) ? [issue(a, b)] : [])),
    );
  },
};

/** Where one of them outlasts an erasure and the other does not, both may be meant; then nothing says which is the rule. */
function issue(a: Said<Retention>, b: Said<Retention>) {
  const sure = (a.it.keeps === null) === (b.it.keeps === null);
  return at(b.commitment.span, sure ? "error" : "warning", {
    code: "retention-conflict",
    message: `${common(a.it, b.it)
      .map((d) => `\`${d}\``)
      .join(", ")}: kept ${length(b.it)}, but ${length(a.it)} by ${placed(a.commitment)}`,
    fix: "name one period, or give each its own data, event, place or condition",
  });
}
