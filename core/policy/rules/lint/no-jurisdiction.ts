import { FRONT_MATTER } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

/** Silence about a place must not read as praise: without one, every rule that knows the law has nothing to say. */
export const noJurisdiction: Rule = {
  name: "no-jurisdiction",
  looksFor: "a policy that names no place whose law it is held against",
  find: ({ policy }) =>
    policy.jurisdictions.length > 0
      ? []
      : [
          at(FRONT_MATTER(policy), "info", {
            code: "no-jurisdiction",
            message: "no place is named, so what the law asks for there is not looked at",
            fix: "list the places of the people whom the policy is for, such as `jurisdictions: [EU]`",
          }),
        ],
};
