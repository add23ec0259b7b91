import { z } from "zod";
import { name, oneOrMany, period } from "../keys.ts";

export const schema = z.strictObject({
  right: oneOrMany(
    z.enum([
      "access",
      "portability",
      "rectify",
      "supplement",
      "erase",
      "restrict",
      "object",
      "withdraw",
      "opt-out",
      "deactivate",
      "complain",
      "appeal",
    ]),
  ),
  ways: oneOrMany(z.enum(["settings", "email", "form", "support", "app"])),
  within: period.optional(),
  /** Commitments whose data may stay. */
  except: oneOrMany(name).optional(),
});
export type RightSpec = z.infer<typeof schema>;
