import { laxerThanLaw, type Period, RIGHTS } from "../../../law/index.ts";
import { periodIn } from "../../words/tongue.ts";
import { facet } from "../facet.ts";
import { placesOf } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

const said = (period: Period): string =>
  "duration" in period ? words(period.duration) : `${period.businessDays} business days`;

const words = (period: string): string => periodIn("en", period);

export const deadlineLaxer: Rule = {
  name: "deadline-laxer",
  looksFor: "a right that is answered later than the law of a named place allows",
  find({ policy, on }) {
    return facet(policy, "rights").flatMap(({ commitment, it }) => {
      const right = RIGHTS.find((r) => r === it.right);
      if (right === undefined || it.within === null || it.to !== "us") return [];
      const jurisdictions = placesOf(commitment, policy);
      return laxerThanLaw({ right, within: it.within, jurisdictions, on }).map(({ row, later }) => {
        const period = row.value.within === undefined ? "" : said(row.value.within);
        return at(commitment.span, later === "always" ? "error" : "info", {
          code: "deadline-laxer",
          message:
            later === "always"
              ? `\`${commitment.id}\` answers \`${right}\` within ${words(it.within ?? "")}, and the law within ${period}`
              : `\`${commitment.id}\` answers \`${right}\` within ${words(it.within ?? "")}, which in short months is later than the law's ${period}`,
          fix: `shorten \`within\` to ${period} or less`,
          law: row.cited,
        });
      });
    });
  },
};
