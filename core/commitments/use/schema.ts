import { z } from "zod";
import { USE_BASES } from "../../law/bases.table.ts";
import { name, oneOrMany } from "../keys.ts";

export const schema = z.strictObject({
  /** Purposes, or `all`, or `other`: whatever the policy does not name. */
  use: oneOrMany(name),
  data: oneOrMany(name).default(["all"]),
  /** What the use rests on; the first that holds. */
  basis: oneOrMany(z.enum(USE_BASES)).optional(),
  form: z.enum(["identified", "pseudonymous", "deidentified", "aggregate"]).default("identified"),
  never: z.boolean().default(false),
  /** The data is used for nothing else. */
  only: z.boolean().default(false),
});
export type UseSpec = z.infer<typeof schema>;
