import { z } from "zod";
import { oneOrMany, period } from "../keys.ts";

export const schema = z.strictObject({
  /** Whether the service takes them at all. */
  minors: z.enum(["refused", "with_guardian", "by_law"]),
  /** Years of age; `local` where the law of the person's place says; both: whichever is higher. */
  under: oneOrMany(
    z.union([z.literal("local"), z.number().int().min(1).max(21)], {
      error: "is no age: write a number from 1 to 21, or `local`",
    }),
  ),
  /** What becomes of data that is found. */
  // biome-ignore lint/suspicious/noThenProperty: the policy's own word; specs are plain data and never awaited
  then: oneOrMany(z.enum(["erase", "restrict", "ask_guardian"])).optional(),
  within: period.optional(),
  /** What is so bounded; left out: their data is not even collected. */
  acts: oneOrMany(z.enum(["collect", "use", "share", "transfer"])).optional(),
});
export type MinorsSpec = z.infer<typeof schema>;
