import { z } from "zod";
import { oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  /** What a person accepts: this policy, a practice. */
  accept: text,
  by: oneOrMany(z.enum(["tick", "use", "continued_use"])),
});
export type AcceptSpec = z.infer<typeof schema>;
