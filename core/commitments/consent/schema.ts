import { z } from "zod";
import { name, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  /** The purposes that need a person's consent; `all`, or `other` for what the policy does not name. */
  consent: oneOrMany(name),
  for: oneOrMany(name).default(["all"]),
  to: z.enum(["collect", "use", "share", "transfer", "store"]).default("use"),
  /** `in`: nothing happens before a yes. `out`: it happens until a no. */
  opt: z.enum(["in", "out"]).default("in"),
  withdraw: oneOrMany(
    z.enum(["settings", "email", "unsubscribe", "form", "support", "app", "browser", "device", "account"]),
  ).optional(),
  /** Functions that end with the consent; they are named beforehand. */
  loses: oneOrMany(text).optional(),
});
export type ConsentSpec = z.infer<typeof schema>;
