import { USE_BASES } from "../../../law/bases.table.ts";
import { bases, mayRestOn } from "../../../law/index.ts";
import { allowed, placesOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const basisNotInLaw: Rule = {
  name: "basis-not-in-law",
  looksFor: "a use that rests only on a ground which a law of the named places does not know",
  find({ policy, on }) {
    return allowed(policy, "use").flatMap(({ commitment, it }) => {
      const jurisdictions = placesOf(commitment, policy);
      const known = new Map(
        jurisdictions.flatMap((place) => bases(place, on)).map((row) => [row.regime, row]),
      );
      return [...known].flatMap(([regime, row]) => {
        const rests = it.bases.some((basis) =>
          USE_BASES.some(
            (b) => b === basis && !mayRestOn({ basis: b, jurisdictions, on }).notBy.includes(regime),
          ),
        );
        if (it.bases.length === 0 || rests) return [];
        return [
          at(commitment.span, "warning", {
            code: "basis-not-in-law",
            message: `\`${commitment.id}\` rests on ${it.bases.join(", ").replaceAll("_", " ")}, which ${regime} does not know`,
            fix: "name another ground for the people of that place, with `in`",
            law: row.cited,
          }),
        ];
      });
    });
  },
};
