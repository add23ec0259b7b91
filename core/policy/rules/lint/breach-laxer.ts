import { breachClock } from "../../../law/index.ts";
import { must } from "../../../terms/assert.ts";
import { approximateMs, parseDuration, plus } from "../../../terms/duration.ts";
import { facet } from "../facet.ts";
import { placesOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

const TOLD: Readonly<Record<string, "authority" | "people">> = {
  authority: "authority",
  affected: "people",
  people: "people",
};

export const breachLaxer: Rule = {
  name: "breach-laxer",
  looksFor: "a notice of a breach that comes later than the law of a named place allows",
  find({ policy, on }) {
    return facet(policy, "notices").flatMap(({ commitment, it }) => {
      const who = TOLD[it.who];
      if (!it.on.includes("breach") || it.within === null || who === undefined) return [];
      const promised = must(parseDuration(it.within), "the schema read it");
      const { strictest } = breachClock({ who, jurisdictions: placesOf(commitment, policy), on });
      const [first] = strictest;
      if (first === undefined || approximateMs(promised) === 0 || plus(on, promised) <= first.end) return [];
      return [
        at(commitment.span, "error", {
          code: "breach-laxer",
          message: `\`${commitment.id}\` tells of a breach within ${it.within}, and the law wants it sooner`,
          fix: "shorten `within`",
          law: first.row.cited,
        }),
      ];
    });
  },
};
