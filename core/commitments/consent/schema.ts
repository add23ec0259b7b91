import { z } from "zod";
import { name, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  /** What happens only with consent. */
  consent: oneOrMany(text),
  for: oneOrMany(name).default(["all"]),
  withdraw: oneOrMany(
    z.enum(["settings", "email", "unsubscribe", "form", "support", "app", "browser"]),
  ).optional(),
});
export type ConsentSpec = z.infer<typeof schema>;
