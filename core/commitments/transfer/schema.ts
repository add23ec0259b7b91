import { z } from "zod";
import { name, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  /** Classes, or `all`. */
  transfer: oneOrMany(name),
  /** Countries or regions. */
  to: oneOrMany(text).optional(),
  mechanisms: oneOrMany(z.enum(["scc", "adequacy", "bcr", "certification", "consent", "derogation"])),
});
export type TransferSpec = z.infer<typeof schema>;
