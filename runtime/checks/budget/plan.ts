/** Prices what a run is about to ask, and says of each measure how it may be taken. Stores do not share a budget. */
import type { Measure } from "@avow/core/commitments/proof";
import type { MeasureContext } from "../context.ts";
import { looksOf } from "../measures/index.ts";
import { allot, type Candidate, type Priced } from "./allot.ts";
import type { Allowance, Budget } from "./model.ts";

type Asking = Pick<MeasureContext, "readers" | "describe" | "map" | "spent">;

/** By `nameOf` of the measure. What can't be priced is taken as it is: its answer, too, will say what is wrong. */
export async function planLooks(
  measures: ReadonlyMap<string, Measure>,
  context: Asking,
  budget: Budget,
): Promise<ReadonlyMap<string, Allowance>> {
  const perStore = Map.groupBy(measures, ([, m]) => ("store" in m ? m.store : null));
  const planned = await Promise.all(
    [...perStore].map(async ([store, list]) => {
      if (store === null) return [];
      const candidates: Candidate[] = [];
      for (const [name, measure] of list) {
        const ways = await waysOf(store, measure, context);
        if (ways.length > 0) candidates.push({ name, ways });
      }
      const allowances = [...allot(candidates, budget)];
      for (const [name, allowance] of allowances) {
        const ways = candidates.find((c) => c.name === name)?.ways ?? [];
        const price = allowance.how === "whole" ? ways.find((w) => w.look === allowance.look) : undefined;
        context.spent.rows += price?.estimate.rows ?? 0;
        context.spent.bytes += price?.estimate.bytes ?? 0;
      }
      return allowances;
    }),
  );
  return new Map(planned.flat());
}

async function waysOf(store: string, measure: Measure, context: Asking): Promise<readonly Priced[]> {
  const reader = context.readers[store];
  if (reader?.estimate === undefined) return [];
  const priced: Priced[] = [];
  for (const look of await looksOf(measure, context)) {
    const answer = await reader.estimate(look);
    if (!answer.ok) return [];
    priced.push({ look, estimate: answer.value });
  }
  return priced;
}
