import { ANYONE } from "../../words/model.ts";
import { allowed } from "./facets.ts";
import { at, type Rule } from "./rule.ts";

export const shareWithAnyone: Rule = {
  name: "share-with-anyone",
  looksFor: "data that names a person and may go to anyone, without a condition",
  find: ({ policy }) =>
    allowed(policy, "share").flatMap(({ commitment, it }) =>
      it.recipients.includes(ANYONE) && it.form === "identified" && it.condition.if.length === 0
        ? [
            at(commitment.span, "warning", {
              code: "share-with-anyone",
              message: `\`${commitment.id}\` lets data go to anyone, whatever the case`,
              fix: "name the recipients, or the condition under `if`",
              law: "GDPR Art. 13(1)(e)",
            }),
          ]
        : [],
    ),
};
