import { consentAge } from "../../../law/index.ts";
import { facet } from "../facet.ts";
import { placesOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

/** Several commitments on minors hold together: the highest age of them counts. */
export const ageLaxer: Rule = {
  name: "age-laxer",
  looksFor: "minors whom the law of a named place protects, and the policy does not",
  find({ policy, on }) {
    const rules = facet(policy, "ages");
    const [first] = rules;
    if (first === undefined) return [];
    return policy.jurisdictions.flatMap((place) => {
      const row = consentAge(place, on);
      if (row === null) return [];
      const here = rules.filter((r) =>
        placesOf(r.commitment, policy).some((p) => p === place || place.startsWith(`${p}-`)),
      );
      if (here.some((r) => r.it.under.includes("local"))) return [];
      const highest = Math.max(0, ...here.flatMap((r) => r.it.under.filter((u) => typeof u === "number")));
      const lawful = row.value.under;
      if (highest >= lawful) return [];
      return [
        at(first.commitment.span, "warning", {
          code: "age-laxer",
          message: `in ${place} a guardian decides for people under ${lawful}, and the policy looks only at those under ${highest}`,
          fix: `add \`minors: with_guardian\` with \`under: local\`, or raise the age`,
          law: row.cited,
        }),
      ];
    });
  },
};
