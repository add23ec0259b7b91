import { z } from "zod";
import { text } from "../keys.ts";

export const schema = z.strictObject({
  contact: z.enum(["rights", "officer", "support", "general", "representative"]),
  by: z.enum(["email", "post", "phone", "form", "app"]),
  address: text,
});
export type ContactSpec = z.infer<typeof schema>;
