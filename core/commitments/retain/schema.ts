import { z } from "zod";
import { name, oneOrMany, period, text } from "../keys.ts";

export const schema = z.strictObject({
  /** Classes, or `all`. */
  retain: oneOrMany(name),
  /** `needed`: as long as the purposes under `while` last. */
  for: z.union([z.enum(["indefinitely", "needed"]), period], {
    error: "is no period: write `P2Y`, `P30D`, `needed` or `indefinitely`",
  }),
  /** The anchor that the period is counted from; the data map binds it to a field. */
  from: name.optional(),
  while: oneOrMany(name).optional(),
  /** What the length of the period is judged by. */
  by: oneOrMany(z.enum(["volume", "nature", "sensitivity", "risk", "purpose", "law"])).optional(),
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word; specs are plain data and never awaited
  then: z.enum(["erase", "anonymise"]).default("erase"),
  where: z.enum(["live", "backups"]).default("live"),
  /** Rows may outlast an erasure request until the period ends. */
  keeps: z.strictObject({ why: z.enum(["law", "interest", "hold"]), reason: text }).optional(),
});
export type RetainSpec = z.infer<typeof schema>;
