import { rightsIn } from "../../../law/index.ts";
import { facet } from "../facet.ts";
import { allowed, placesOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const interestsWithoutObjection: Rule = {
  name: "interests-without-objection",
  looksFor: "a use on the ground of legitimate interests, and no right to object",
  find({ policy, on }) {
    if (facet(policy, "rights").some((s) => s.it.right === "object")) return [];
    return allowed(policy, "use").flatMap(({ commitment, it }) => {
      if (!it.bases.includes("legitimate_interests")) return [];
      const row = placesOf(commitment, policy).flatMap((place) => rightsIn(place, on).get("object") ?? [])[0];
      if (row === undefined) return [];
      return [
        at(commitment.span, "warning", {
          code: "interests-without-objection",
          message: `\`${commitment.id}\` rests on legitimate interests, and nobody is told that they may object`,
          fix: "add `right: object`",
          law: row.cited,
        }),
      ];
    });
  },
};
