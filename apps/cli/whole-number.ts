/** A number that an option takes. */
import { z } from "zod";

/** Whole, from `min` to `max`; of another it is said what was given and what is expected, behind the option's name. */
export const wholeNumber = (min: number, max: number) =>
  z.union([z.string(), z.number()]).transform((given, ctx) => {
    const number = Number(given);
    if (/^\d+$/.test(`${given}`.trim()) && number >= min && number <= max) return number;
    ctx.addIssue({
      code: "custom",
      message: `takes a whole number from ${min} to ${max}, and \`${given}\` is none`,
    });
    return z.NEVER;
  });
