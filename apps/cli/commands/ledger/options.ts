import { z } from "zod";

export const optionsSchema = z.object({
  lines: z.coerce.number().int().min(1).max(10_000).default(20),
  out: z.string().optional(),
  from: z.string().optional(),
  key: z.array(z.string()).default([]),
  witness: z.array(z.string()).default([]),
  retire: z.string().optional(),
  accept: z.boolean().default(false),
});

export type LedgerOptions = z.infer<typeof optionsSchema>;
