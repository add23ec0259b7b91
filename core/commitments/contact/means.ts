import type { Means } from "../kind.ts";
import type { ContactSpec } from "./schema.ts";

export const means: Means<ContactSpec> = (spec) => ({
  contacts: [{ role: spec.contact, by: spec.by, address: spec.address === "unknown" ? null : spec.address }],
});
