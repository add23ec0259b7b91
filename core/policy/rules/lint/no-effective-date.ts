import { FRONT_MATTER } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const noEffectiveDate: Rule = {
  name: "no-effective-date",
  looksFor: "a version that does not say since when it holds",
  find: ({ policy }) =>
    policy.effective === "unknown"
      ? [
          at(FRONT_MATTER(policy), "info", {
            code: "no-effective-date",
            message: "nothing says since when this version holds",
            fix: "write the day under `effective` as soon as it is known",
          }),
        ]
      : [],
};
