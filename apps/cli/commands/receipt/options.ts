import { z } from "zod";

export const optionsSchema = z.object({
  key: z.array(z.string()).default([]),
  witness: z.array(z.string()).default([]),
  origin: z.string().optional(),
  person: z.array(z.string()).default([]),
  entry: z.string().optional(),
  out: z.string().optional(),
});

export type ReceiptOptions = z.infer<typeof optionsSchema>;
