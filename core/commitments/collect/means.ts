import { clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { CollectSpec } from "./schema.ts";

export const means: Means<CollectSpec> = (spec) => ({
  clauses: [
    clause({
      act: "collect",
      mode: "may",
      data: spec.collect,
      purposes: spec.for ?? ["all"],
      sources: spec.from,
      only: spec.closed,
    }),
  ],
});
