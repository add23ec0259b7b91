import { facet } from "../facet.ts";
import { at, type Rule } from "./rule.ts";

/** People who are promised erasure must read there what stays. */
export const eraseWithoutException: Rule = {
  name: "erase-without-exception",
  looksFor: "data that outlasts an erasure, while no promise of erasure names that exception",
  find({ policy }) {
    const erasing = facet(policy, "rights").filter((s) => s.it.removes);
    if (erasing.length === 0) return [];
    const excepted = new Set(erasing.flatMap((s) => s.it.except));
    return facet(policy, "retentions").flatMap(({ commitment, it }) =>
      it.keeps === null || excepted.has(commitment.id)
        ? []
        : [
            at(commitment.span, "error", {
              code: "erase-without-exception",
              message: `\`${commitment.id}\` outlasts an erasure, and no right to erasure excepts it`,
              fix: `name it under \`except\` of \`${erasing[0]?.commitment.id ?? ""}\`, where people read of it`,
              law: "GDPR Art. 17(3)",
            }),
          ],
    );
  },
};
