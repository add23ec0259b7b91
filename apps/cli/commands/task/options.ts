import { z } from "zod";

export const optionsSchema = z.object({
  proof: z.string().min(1).optional(),
  note: z.string().trim().min(1).max(2000).optional(),
  nothingFound: z.boolean().default(false),
  reason: z.string().trim().min(1).max(500).optional(),
  until: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}$/)
    .transform((day) => new Date(`${day}T00:00:00Z`))
    .refine((at) => !Number.isNaN(at.getTime()))
    .optional(),
  by: z.string().trim().min(1).max(200).optional(),
});
type TaskOptions = z.infer<typeof optionsSchema>;

export interface Given {
  readonly id: string;
  readonly options: TaskOptions;
}
