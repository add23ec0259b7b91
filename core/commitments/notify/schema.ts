import { z } from "zod";
import { oneOrMany, period, text } from "../keys.ts";

export const schema = z.strictObject({
  notify: z.enum(["people", "affected", "authority", "guardians", "the_person"]),
  on: oneOrMany(
    z.enum([
      "policy_change",
      "material_change",
      "lowered_right",
      "breach",
      "compromise",
      "collection",
      "delay",
      "refusal",
      "business_transfer",
      "disclosure",
      "publication",
    ]),
  ),
  within: period.optional(),
  by: oneOrMany(z.enum(["email", "platform", "page", "post", "form", "app"])).optional(),
  /** What the notice must hold. */
  contents: oneOrMany(text).optional(),
  /** It goes out before the change takes effect. */
  before: z.boolean().default(false),
  /** What a person must do before it binds. */
  needs: z.enum(["nothing", "acceptance", "consent"]).default("nothing"),
  /** What the published page shows. */
  shows: oneOrMany(
    z.enum(["old_versions", "effective_date", "changes", "rights_marked", "languages"]),
  ).optional(),
});
export type NotifySpec = z.infer<typeof schema>;
