import { rightsIn } from "../../../law/index.ts";
import { facet } from "../facet.ts";
import { FRONT_MATTER } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const rightMissing: Rule = {
  name: "right-missing",
  looksFor: "a right that the law of a named place gives people, and that the policy does not tell them of",
  find({ policy, on }) {
    const offers = facet(policy, "rights");
    if (offers.length === 0) return [];
    const offered = (right: string, place: string): boolean =>
      offers.some(
        ({ commitment: c, it }) =>
          it.right === right &&
          (c.places.length === 0 || c.places.some((p) => p === place || place.startsWith(`${p}-`))),
      );
    return policy.jurisdictions.flatMap((place) =>
      [...rightsIn(place, on)]
        .filter(([right]) => !offered(right, place))
        .map(([right, rows]) =>
          at(FRONT_MATTER(policy), "warning", {
            code: "right-missing",
            message: `people in ${place} have the right \`${right}\`, and the policy does not say so`,
            fix: `add \`right: ${right}\`, with \`in: ${place}\` where only they have it and \`origin\` for the law`,
            law: rows[0]?.cited ?? "",
          }),
        ),
    );
  },
};
