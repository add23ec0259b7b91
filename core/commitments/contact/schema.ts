import { z } from "zod";
import { text } from "../keys.ts";

export const schema = z.strictObject({
  contact: z.enum(["rights", "officer", "support", "general", "representative"]),
  by: z.enum(["email", "post", "phone", "form", "app"]),
  /** `unknown`: nobody has filled it in yet, and that is shown. */
  address: text,
  /** What a message there becomes. */
  opens: z.enum(["request", "incident", "ticket"]).optional(),
});
export type ContactSpec = z.infer<typeof schema>;
