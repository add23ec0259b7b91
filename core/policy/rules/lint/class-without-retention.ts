import { isPersonal } from "../../../terms/category.ts";
import { facet } from "../facet.ts";
import { collectedClasses, speaksOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const classWithoutRetention: Rule = {
  name: "class-without-retention",
  looksFor: "data that is collected, and of which nothing says how long it is kept",
  find({ policy }) {
    const kept = facet(policy, "retentions").filter((s) => s.it.where === "live");
    return [...collectedClasses(policy)].flatMap(([cls, commitment]) =>
      // What is about nobody may be kept as long as one likes.
      !(policy.classes[cls] ?? []).some(isPersonal) || kept.some((s) => speaksOf(s.it.data, cls))
        ? []
        : [
            at(commitment.span, "warning", {
              code: "class-without-retention",
              message: `nothing says how long \`${cls}\` data is kept`,
              fix: "add a `retain` commitment: a period, or `for: needed` with what it is judged by",
              law: "GDPR Art. 13(2)(a)",
            }),
          ],
    );
  },
};
