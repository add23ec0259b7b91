import { z } from "zod";
import { name, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  /** Purposes. */
  use: oneOrMany(text),
  data: oneOrMany(name).default(["all"]),
  basis: z
    .enum([
      "contract",
      "consent",
      "legitimate_interests",
      "legal_obligation",
      "vital_interests",
      "public_task",
    ])
    .optional(),
  /** A circumstance that must hold. */
  when: text.optional(),
});
export type UseSpec = z.infer<typeof schema>;
