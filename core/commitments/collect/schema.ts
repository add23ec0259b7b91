import { z } from "zod";
import { name, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  collect: oneOrMany(name),
  from: z.enum(["person", "device", "use", "third_party"]).default("person"),
  /** Values that the map's `source` field of these collections may hold. */
  sources: oneOrMany(text).optional(),
  /** The policy's list is complete: personal data outside every class breaks this commitment. */
  closed: z.boolean().default(false),
});
export type CollectSpec = z.infer<typeof schema>;
