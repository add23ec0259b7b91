import type { Feasible } from "../checks/context.ts";
import type { ReadEstate } from "./read-estate.ts";

/** Whether requests could be carried out on the stores as they are: what `deskOf` would say. */
export function feasible(bound: ReadEstate): Feasible {
  if (bound.ok)
    return { ok: true, faults: [], byHand: [...new Set(bound.estate.byHand.map((c) => c.store))] };
  if ("issues" in bound) return { ok: true, faults: bound.issues.map((i) => i.message) };
  return bound;
}
