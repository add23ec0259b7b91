import { facet } from "../facet.ts";
import { at, type Rule } from "./rule.ts";

/** An exception from erasure must be a commitment that keeps data and says why and until when. */
export const exceptionKeepsNothing: Rule = {
  name: "exception-keeps-nothing",
  looksFor: "an exception from a right that names a commitment which keeps nothing",
  find({ policy }) {
    const keeping = new Set(
      facet(policy, "retentions").flatMap((s) => (s.it.keeps === null ? [] : [s.commitment.id])),
    );
    return facet(policy, "rights").flatMap(({ commitment, it }) =>
      it.removes
        ? it.except
            .filter((id) => !keeping.has(id))
            .map((id) =>
              at(commitment.span, "error", {
                code: "exception-keeps-nothing",
                message: `\`${commitment.id}\` excepts what \`${id}\` keeps, and that may keep nothing after an erasure`,
                fix: `leave it out, or say \`keeps: { why, reason }\` in \`${id}\``,
                law: "GDPR Art. 17(3)",
              }),
            )
        : [],
    );
  },
};
