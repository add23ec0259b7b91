import { covers } from "../../../terms/category.ts";
import { facet } from "../facet.ts";
import { allowed, isWithin, speaksOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

/** The Fideslang categories that GDPR Art. 9(1) is about. */
const SPECIAL = [
  "user.health_and_medical",
  "user.biometric",
  "user.authorization.biometric",
  "user.demographic.race_ethnicity",
  "user.demographic.religious_belief",
  "user.demographic.political_opinion",
  "user.demographic.sexual_orientation",
];
const LIFTING = ["consent", "law", "legal-claims", "emergency"];

export const specialCategory: Rule = {
  name: "special-category",
  looksFor: "data of a special category that is handled without consent or a condition of law",
  find({ policy, lattice }) {
    const special = Object.entries(policy.classes).filter(([, keys]) =>
      keys.some((k) => SPECIAL.some((s) => covers(s, k))),
    );
    const asked = facet(policy, "consents").filter((s) => s.it.opt === "in");
    return special.flatMap(([cls]) => {
      const open = allowed(policy, "collect", "use").find(
        ({ it }) =>
          speaksOf(it.data, cls) &&
          !it.bases.includes("consent") &&
          !it.condition.if.some((word) => LIFTING.includes(word)) &&
          !asked.some(
            (s) =>
              s.it.act === it.act &&
              speaksOf(s.it.data, cls) &&
              isWithin(lattice.purposes(it.purposes, s.it.purposes)),
          ),
      );
      return open === undefined
        ? []
        : [
            at(open.commitment.span, "warning", {
              code: "special-category",
              message: `\`${cls}\` holds data of a special category, and \`${open.commitment.id}\` handles it without consent or a condition of law`,
              fix: "add a `consent` commitment for it, or a condition such as `if: law`",
              law: "GDPR Art. 9(2)",
            }),
          ];
    });
  },
};
