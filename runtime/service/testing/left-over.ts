/** Looks for what is left of closed accounts as a check does, with its prices and its room. */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import { must } from "@avow/core/terms/assert";
import { BUDGET, type Budget } from "../../checks/budget/model.ts";
import { planLooks } from "../../checks/budget/plan.ts";
import type { MeasureContext } from "../../checks/context.ts";
import { take } from "../../checks/measures/index.ts";
import type { BoundEstate } from "../../requests/run/estate.ts";
import type { RunContext } from "../../requests/run/run.ts";
import { leftOverIn } from "../left-over.ts";

export interface Looking extends Pick<RunContext, "holds"> {
  readonly estate: BoundEstate;
  readonly measure: Measure;
  readonly now: Date;
  readonly budget?: Budget;
  /** Identities of people whose erasure is under way. */
  readonly leaving?: readonly string[];
}

export async function lookLeftOver(looking: Looking): Promise<Reading> {
  const { estate, measure, now, budget = BUDGET, leaving = [], holds } = looking;
  const { map } = estate;
  const readers = Object.fromEntries(Object.entries(estate.stores).map(([s, { reader }]) => [s, reader]));
  const describe: MeasureContext["describe"] = (store) => must(readers[store], "connected").describe();
  const asking = { ...{ map, readers, describe }, spent: { rows: 0, bytes: 0 } };
  const plan = await planLooks(new Map([["it", measure]]), asking, budget);
  const context = {
    ...asking,
    locatorOf: (place: string) => `row of ${place}`,
    allowanceOf: () => plan.get("it") ?? null,
    beside: { budget, perStore: new Map() },
    history: {
      leaving: async () =>
        leaving.length === 0
          ? null
          : (ids: readonly { value: string }[]) => ids.some((i) => leaving.includes(i.value)),
    },
    ...{ now, clock: () => now },
    leftOver: (closed: Parameters<MeasureContext["leftOver"]>[0]) =>
      leftOverIn({ estate, ...(holds === undefined ? {} : { holds }) }, closed, now),
  };
  return take(measure, Object.assign<MeasureContext, typeof context>(Object.create(null), context));
}
