import { isPersonal } from "../../../terms/category.ts";
import { facet } from "../facet.ts";
import { allowed, collectedClasses } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const classNeverCollected: Rule = {
  name: "class-never-collected",
  looksFor: "data that is used, shared or kept, and of which nothing says that it is collected",
  find({ policy }) {
    const collected = collectedClasses(policy);
    if (collected.size === 0) return [];
    const spoken = [
      ...allowed(policy, "use", "share", "transfer").map((s) => ({ ...s, data: s.it.data })),
      ...facet(policy, "retentions").map((s) => ({ ...s, data: s.it.data })),
    ];
    const first = new Map(spoken.flatMap((s) => s.data.map((cls) => [cls, s.commitment] as const)).reverse());
    return [...first].flatMap(([cls, commitment]) => {
      const about = (policy.classes[cls] ?? []).some(isPersonal);
      if (cls === "all" || collected.has(cls) || !about) return [];
      return [
        at(commitment.span, "warning", {
          code: "class-never-collected",
          message: `\`${commitment.id}\` speaks of \`${cls}\` data, and nothing says that it is collected`,
          fix: "name it in a `collect` commitment, with where it comes from",
          law: "GDPR Art. 14(1)(d)",
        }),
      ];
    });
  },
};
