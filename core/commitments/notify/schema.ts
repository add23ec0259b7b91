import { z } from "zod";
import { oneOrMany, period, text } from "../keys.ts";

export const schema = z.strictObject({
  notify: z.enum(["people", "affected", "authority", "guardians"]),
  on: oneOrMany(text),
  within: period.optional(),
  by: oneOrMany(z.enum(["email", "platform", "page", "post", "form"])).optional(),
  /** What the notice must hold. */
  contents: oneOrMany(text).optional(),
});
export type NotifySpec = z.infer<typeof schema>;
