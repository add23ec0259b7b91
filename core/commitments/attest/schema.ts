import { z } from "zod";
import { date, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  /** Measures that a person vouches for. */
  attest: oneOrMany(text),
  owner: text,
  document: text,
  expires: date,
});
export type AttestSpec = z.infer<typeof schema>;
