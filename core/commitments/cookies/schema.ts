import { z } from "zod";
import { COOKIE_USES } from "../cookie-uses.ts";
import { name, oneOrMany, text } from "../keys.ts";

const category = z.enum(COOKIE_USES);

export const schema = z.strictObject({
  cookies: oneOrMany(category),
  control: oneOrMany(z.enum(["browser", "banner", "settings", "unsubscribe"])).optional(),
  /** Recipients whose cookies these may be. */
  vendors: oneOrMany(name).optional(),
  /** Other techniques that do the same. */
  also: oneOrMany(z.enum(["beacons", "pixels", "mail_links", "local_storage", "scripts"])).optional(),
  /** Those that may be set before a person agreed to any; left out: the policy does not say. */
  before_consent: oneOrMany(category).optional(),
  /** Functions that are lost without cookies. */
  loses: oneOrMany(text).optional(),
  /** Where people read more. */
  page: text.optional(),
});
export type CookiesSpec = z.infer<typeof schema>;
