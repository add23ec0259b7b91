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
  ways: oneOrMany(z.enum(["settings", "email", "form", "support", "app", "device", "account"])),
  within: period.optional(),
  /** How far the deadline may be put off, counted from the request; the person is told why. */
  extend: period.optional(),
  /** From when the deadline runs: from the request, or also from the closing of an account, as though its person had asked for erasure. */
  from: oneOrMany(z.enum(["request", "closure"])).optional(),
  /** Commitments whose data may stay. */
  except: oneOrMany(name).optional(),
  /** Only after the person's identity is verified. */
  verified: z.boolean().default(false),
  /** A request may be for a part of the data. */
  scope: oneOrMany(z.enum(["category", "product", "time"])).optional(),
  /** Who decides. */
  to: z.enum(["us", "authority", "mediator"]).default("us"),
  /** What the person is not made to suffer for it. */
  without: z.enum(["worse_service"]).optional(),
});
export type RightSpec = z.infer<typeof schema>;
