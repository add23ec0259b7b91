import { z } from "zod";
import { oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  cookies: oneOrMany(
    z.enum(["necessary", "preferences", "functional", "analytics", "security", "advertising"]),
  ),
  control: oneOrMany(z.enum(["browser", "banner", "settings", "unsubscribe"])).optional(),
  vendors: oneOrMany(text).optional(),
  /** Where people read more. */
  page: text.optional(),
});
export type CookiesSpec = z.infer<typeof schema>;
