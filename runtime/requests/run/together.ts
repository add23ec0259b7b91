/**
 * Which steps of a plan are carried out in one transaction of their store. One at a time costs three commits each, which is most of what a
 * small request takes; what does not go together is tried one by one afterwards.
 */
import type { Step } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import type { BoundEstate } from "./estate.ts";

/** A transaction holds its locks to the end, and what it does is undone when one of its rows is refused. */
const ROWS_AT_ONCE_MAX = 100_000;

/** In the order given; each by itself in a store that may do a part of it. Identity rows go along with the rest only where all of it lies in their store. */
export function lotsOf(estate: BoundEstate, steps: readonly Step[]): Step[][] {
  const { stores } = estate;
  const oneStore = new Set(steps.map((s) => s.store)).size === 1;
  const lots: Step[][] = [];
  let rows = 0;
  for (const step of steps) {
    const lot = lots.at(-1) ?? [];
    const last = lot.at(-1);
    const own = rowsOf(step);
    const joins =
      last !== undefined &&
      last.store === step.store &&
      stores[step.store]?.eraser.inParts !== true &&
      (last.phase === step.phase || oneStore) &&
      rows + own <= ROWS_AT_ONCE_MAX &&
      !makesPeople(last) &&
      !makesPeople(step) &&
      !spreads(estate, lot, step);
    if (joins) lot.push(step);
    else lots.push([step]);
    rows = joins ? rows + own : own;
  }
  return lots;
}

/** Pseudo-people are made with what the rows hold when the step runs. */
const makesPeople = (step: Step): boolean => step.changes.some((c) => c.standIn !== undefined);

const rowsOf = (step: Step): number => step.changes.reduce((n, c) => n + c.keys.length, 0);

/** What its deletions would sweep along is looked at before they run: by then, what goes anyhow should be gone. */
function spreads({ cascades, graph }: BoundEstate, before: readonly Step[], step: Step): boolean {
  const nameOf = (id: string): string => must(graph.collections.get(id), "known").name;
  const earlier = new Set(before.flatMap((s) => s.changes.map((c) => nameOf(c.collection))));
  const deleted = new Set(step.changes.filter((c) => c.act === "delete").map((c) => nameOf(c.collection)));
  return cascades.some((c) => c.store === step.store && deleted.has(c.parent) && earlier.has(c.child));
}
