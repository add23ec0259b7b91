import { z } from "zod";
import { name, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  /** Classes, or `all`. */
  share: oneOrMany(name),
  /** Kinds of recipient. */
  with: oneOrMany(text),
  /** Recipients by name. */
  recipients: oneOrMany(text).optional(),
  purpose: oneOrMany(text).optional(),
  when: text.optional(),
  /** The data must not reach them. */
  never: z.boolean().default(false),
});
export type ShareSpec = z.infer<typeof schema>;
