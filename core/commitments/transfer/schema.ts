import { z } from "zod";
import { name, oneOrMany } from "../keys.ts";

export const schema = z.strictObject({
  /** Classes, or `all`. */
  transfer: oneOrMany(name),
  /** Countries, as two capital letters; left out: anywhere. */
  to: oneOrMany(
    z.string().regex(/^[A-Z]{2}$/, { error: "is no country code: write two capital letters, such as `US`" }),
  ).optional(),
  /** Recipients abroad. */
  with: oneOrMany(name).default(["anyone"]),
  mechanisms: oneOrMany(
    z.enum(["scc", "adequacy", "bcr", "certification", "consent", "derogation", "lawful"]),
  ),
});
export type TransferSpec = z.infer<typeof schema>;
