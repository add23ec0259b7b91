import { z } from "zod";

export const optionsSchema = z.object({
  lines: z.coerce.number().int().min(1).max(10_000).default(20),
  out: z.string().optional(),
  from: z.string().optional(),
  key: z.array(z.string()).default([]),
  origin: z.string().optional(),
  logs: z.string().optional(),
  witness: z.array(z.string()).default([]),
  retire: z.string().optional(),
  lost: z.boolean().default(false),
  accept: z.boolean().default(false),
  name: z.string().optional(),
  host: z.string().default("127.0.0.1"),
  port: z.coerce.number().int().min(0).max(65_535).default(7440),
});

export type LedgerOptions = z.infer<typeof optionsSchema>;
