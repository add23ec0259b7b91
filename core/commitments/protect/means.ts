import type { Means } from "../kind.ts";
import type { ProtectSpec } from "./schema.ts";

export const means: Means<ProtectSpec> = (spec) => ({
  guards: [{ data: spec.protect, by: spec.by, standard: spec.standard ?? null }],
});
