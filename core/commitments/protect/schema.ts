import { z } from "zod";
import { name, oneOrMany, text } from "../keys.ts";

export const schema = z.strictObject({
  protect: oneOrMany(name),
  by: z.enum([
    "absence",
    "encryption",
    "sealing",
    "transport",
    "roles",
    "need_to_know",
    "masking",
    "warning",
    "monitoring",
    "response",
  ]),
  /** Detectors of values that must not be found; only with `absence`. */
  values: oneOrMany(name).optional(),
  /** The algorithm, protocol or level that is promised, as the policy names it: `AES-256`, `TLS 1.3`. */
  standard: text.optional(),
  /** What happens when a leak is reported; only with `response`. */
  does: oneOrMany(
    z.enum(["revoke_sessions", "renew_credentials", "open_incident", "tell_person"]),
  ).optional(),
});
export type ProtectSpec = z.infer<typeof schema>;
