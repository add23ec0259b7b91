import { z } from "zod";
import { name, oneOrMany } from "../keys.ts";

export const schema = z.strictObject({
  protect: oneOrMany(name),
  by: z.enum(["absence", "encryption", "transport", "roles", "need_to_know", "warning", "monitoring"]),
  /** Detectors of values that must not be found; only with `absence`. */
  values: oneOrMany(name).optional(),
});
export type ProtectSpec = z.infer<typeof schema>;
