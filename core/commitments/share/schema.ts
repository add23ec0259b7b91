import { z } from "zod";
import { name, oneOrMany } from "../keys.ts";

export const schema = z.strictObject({
  /** Classes, or `all`. */
  share: oneOrMany(name),
  /** Recipients, or `anyone`. */
  with: oneOrMany(name),
  purpose: oneOrMany(name).default(["all"]),
  /** In which form it reaches them. */
  form: z.enum(["identified", "pseudonymous", "deidentified", "aggregate"]).default("identified"),
  /** What binds those who get it. */
  bound_by: z.enum(["our_direction", "this_policy", "contract", "their_terms"]).optional(),
  /** The data must not reach them. */
  never: z.boolean().default(false),
  /** Nobody else gets this data. */
  only: z.boolean().default(false),
});
export type ShareSpec = z.infer<typeof schema>;
