import { z } from "zod";
import { name, oneOrMany, period, text } from "../keys.ts";

export const schema = z.strictObject({
  retain: oneOrMany(name),
  for: z.union([z.literal("indefinitely"), period], {
    error: "is no period: write `P2Y`, `P30D` or `indefinitely`",
  }),
  /** The anchor that the period is counted from; the data map binds it to a field. */
  from: name.optional(),
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word; specs are plain data and never awaited
  then: z.enum(["erase", "anonymise"]).default("erase"),
  /** Rows may outlast an erasure request until the period ends. */
  keeps: z.strictObject({ why: z.enum(["law", "interest", "hold"]), reason: text }).optional(),
});
export type RetainSpec = z.infer<typeof schema>;
