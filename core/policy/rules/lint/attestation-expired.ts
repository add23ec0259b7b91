import { facet } from "../facet.ts";
import { at, type Rule } from "./rule.ts";

export const attestationExpired: Rule = {
  name: "attestation-expired",
  looksFor: "a measure for which nobody vouches any more",
  find: ({ policy, today }) =>
    facet(policy, "vouched").flatMap(({ commitment, it }) =>
      it.expires > today.toISOString().slice(0, "2026-01-31".length)
        ? []
        : [
            at(commitment.span, "error", {
              code: "attestation-expired",
              message: `\`${commitment.id}\` has been vouched for until ${it.expires}`,
              fix: "have it looked at again, and write the new document and date",
            }),
          ],
    ),
};
