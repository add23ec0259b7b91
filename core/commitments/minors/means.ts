import { type Act, clause } from "../../policy/meaning.ts";
import type { Means } from "../kind.ts";
import type { MinorsSpec } from "./schema.ts";

const LIFTED_BY = {
  refused: [],
  with_guardian: ["guardian-consent"],
  by_law: ["lawful", "guardian-consent", "protection"],
};

const GIVEN_AWAY: ReadonlySet<Act> = new Set<Act>(["share", "transfer"]);

/** Said as refusals, of collecting unless it names other acts, which hold for minors. */
export const means: Means<MinorsSpec> = (spec) => ({
  clauses: (spec.acts ?? ["collect"]).map((act) =>
    clause({
      act,
      mode: "never",
      data: ["all"],
      recipients: GIVEN_AWAY.has(act) ? ["anyone"] : [],
      condition: { if: ["minor"], unless: LIFTED_BY[spec.minors] },
    }),
  ),
  ages: [{ under: spec.under, stance: spec.minors, fate: spec.then ?? [], within: spec.within ?? null }],
});
