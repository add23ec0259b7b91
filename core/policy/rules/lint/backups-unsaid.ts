import { facet } from "../facet.ts";
import { at, type Rule } from "./rule.ts";

export const backupsUnsaid: Rule = {
  name: "backups-unsaid",
  looksFor: "a promise of erasure, and no word on what backups still hold",
  find({ policy }) {
    if (facet(policy, "retentions").some((s) => s.it.where === "backups")) return [];
    const [first] = facet(policy, "rights").filter((s) => s.it.removes);
    if (first === undefined) return [];
    return [
      at(first.commitment.span, "info", {
        code: "backups-unsaid",
        message: `\`${first.commitment.id}\` promises erasure, and nothing says how long backups still hold what was erased`,
        fix: "add a `retain` commitment with `where: backups`",
        law: "GDPR Art. 17(1)",
      }),
    ];
  },
};
