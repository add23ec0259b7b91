import { z } from "zod";
import { name, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  collect: oneOrMany(name),
  from: oneOrMany(z.enum(["person", "device", "use", "social", "partner", "third_party"])).default([
    "person",
  ]),
  /** Values that the map's `source` field of these collections may hold. */
  sources: oneOrMany(text).optional(),
  /** What it is collected for. */
  for: oneOrMany(name).optional(),
  /** The policy's list is complete: personal data outside every class breaks this commitment. */
  closed: z.boolean().default(false),
  /** Only what a declared purpose uses: a field that none does breaks this commitment. */
  needed: z.boolean().default(false),
  /** A person may decline to give it … */
  optional: z.boolean().default(false),
  /** … and then goes without these functions. */
  loses: oneOrMany(text).optional(),
});
export type CollectSpec = z.infer<typeof schema>;
