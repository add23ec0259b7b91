import { z } from "zod";
import { name, oneOrMany } from "../keys.ts";

export const schema = z.strictObject({
  /** Classes, or `all`. */
  deidentify: oneOrMany(name),
  method: z.enum(["remove", "mask", "pseudonymise", "aggregate"]),
  /** At least so many people share each combination. */
  k: z.number().int().min(2).max(1_000_000).optional(),
  for: oneOrMany(name).optional(),
  /** Nobody tries to find the person behind it. */
  reidentify: z.literal("never").optional(),
});
export type DeidentifySpec = z.infer<typeof schema>;
