import { clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { MinorsSpec } from "./schema.ts";

const LIFTED_BY = {
  refused: [],
  with_guardian: ["guardian-consent"],
  by_law: ["lawful", "guardian-consent", "protection"],
};

/** Said as a refusal of collecting, which holds for minors. */
export const means: Means<MinorsSpec> = (spec) => ({
  clauses: [
    clause({
      act: "collect",
      mode: "never",
      data: ["all"],
      condition: { if: ["minor"], unless: LIFTED_BY[spec.minors] },
    }),
  ],
  ages: [{ under: spec.under, stance: spec.minors, fate: spec.then ?? [], within: spec.within ?? null }],
});
