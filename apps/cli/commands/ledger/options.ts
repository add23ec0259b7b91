import { z } from "zod";
import { wholeNumber } from "../../whole-number.ts";

export const optionsSchema = z.object({
  lines: wholeNumber(1, 10_000).default(20),
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
  port: wholeNumber(0, 65_535).default(7440),
});

export type LedgerOptions = z.infer<typeof optionsSchema>;
