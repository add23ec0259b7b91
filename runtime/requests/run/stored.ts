/** Results and reasons to keep, as a request's row holds them. */
import { z } from "zod";
import type { KeptLine, ResultLine } from "./run.ts";

const resultsSchema: z.ZodType<ResultLine[]> = z.array(
  z.object({
    store: z.string(),
    collection: z.string(),
    result: z.enum([
      "done",
      "verified_absent",
      "remains",
      "blocked",
      "partial",
      "failed",
      "restored",
      "stays_erased",
      "may_be_back",
      "requested",
      "accepted_unverifiable",
      "refused",
      "waits",
    ]),
    rows: z.number(),
    reason: z.string().exactOptional(),
    until: z.string().exactOptional(),
    hold: z.string().exactOptional(),
    how: z.string().exactOptional(),
    reached: z
      .object({ deleted: z.string().exactOptional(), vacuumed: z.string().exactOptional() })
      .exactOptional(),
    proof: z.object({ sha256: z.string(), at: z.string() }).exactOptional(),
  }),
);

const keptSchema: z.ZodType<KeptLine[]> = z.array(
  z.object({
    store: z.string(),
    collection: z.string(),
    rows: z.number(),
    why: z.string(),
    commitment: z.string().nullable(),
    until: z.string().nullable(),
    hold: z.string().exactOptional(),
    reason: z.string().exactOptional(),
  }),
);

export const readResults = (stored: unknown): ResultLine[] => resultsSchema.parse(stored ?? []);
export const readKept = (stored: unknown): KeptLine[] => keptSchema.parse(stored ?? []);
