import { facet } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const aggregateWithoutK: Rule = {
  name: "aggregate-without-k",
  looksFor: "aggregates of which nothing says how many people share each group",
  find: ({ policy }) =>
    facet(policy, "disguises").flatMap(({ commitment, it }) =>
      it.method !== "aggregate" || it.k !== null
        ? []
        : [
            at(commitment.span, "warning", {
              code: "aggregate-without-k",
              message: `\`${commitment.id}\` aggregates, and nothing says how many people a group has at least`,
              fix: "add `k: 10`, or another size",
              law: "GDPR Recital 26",
            }),
          ],
    ),
};
