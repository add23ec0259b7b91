import { allowed, collectedClasses, speaksOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const classUnused: Rule = {
  name: "class-unused",
  looksFor: "data that is collected, and that no purpose uses",
  find({ policy }) {
    // To hand something on when it is asked for is no reason to have it.
    const uses = allowed(policy, "use", "share").filter(
      (s) => s.it.act === "use" || !s.it.purposes.includes("all"),
    );
    return [...collectedClasses(policy)].flatMap(([cls, commitment]) => {
      if (uses.some((s) => speaksOf(s.it.data, cls))) return [];
      const collects = commitment.means.clauses.filter((c) => c.act === "collect" && c.data.includes(cls));
      if (collects.some((c) => !c.purposes.includes("all"))) return [];
      return [
        at(commitment.span, "warning", {
          code: "class-unused",
          message: `\`${cls}\` data is collected, and nothing says what for`,
          fix: "say what it is used for, or do not collect it",
          law: "GDPR Art. 5(1)(b), (c)",
        }),
      ];
    });
  },
};
