import { z } from "zod";
import { name, oneOrMany } from "../keys.ts";

export const schema = z.strictObject({
  /** Purposes, or `all`, or `other`: whatever the policy does not name. */
  use: oneOrMany(name),
  data: oneOrMany(name).default(["all"]),
  /** What the use rests on; the first that holds. */
  basis: oneOrMany(
    z.enum([
      "contract",
      "consent",
      "legitimate_interests",
      "legal_obligation",
      "vital_interests",
      "public_task",
    ]),
  ).optional(),
  form: z.enum(["identified", "pseudonymous", "deidentified", "aggregate"]).default("identified"),
  never: z.boolean().default(false),
  /** The data is used for nothing else. */
  only: z.boolean().default(false),
});
export type UseSpec = z.infer<typeof schema>;
