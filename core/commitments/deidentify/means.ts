import type { Means } from "../kind.ts";
import type { DeidentifySpec } from "./schema.ts";

export const means: Means<DeidentifySpec> = (spec) => ({
  disguises: [
    {
      data: spec.deidentify,
      method: spec.method,
      k: spec.k ?? null,
      purposes: spec.for ?? ["all"],
      reidentify: spec.reidentify ?? "unsaid",
    },
  ],
});
