import type { Means } from "../kind.ts";
import type { RetainSpec } from "./schema.ts";

export const means: Means<RetainSpec> = (spec) => ({
  retentions: [
    {
      data: spec.retain,
      for: spec.for,
      from: spec.from ?? null,
      ending: spec.then,
      where: spec.where,
      keeps: spec.keeps?.why ?? null,
      purposes: spec.while ?? ["all"],
    },
  ],
});
