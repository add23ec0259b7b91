/**
 * What of a correction is so already, or is no longer ours (spec/rights.md, "Rectify and supplement"): asked of the store, because a value
 * has several notations (`1990-1-5`, `24` for a year), and only the store knows which of them are one.
 */
import type { CellToSet, Contradiction, CorrectionPlan, ValueChange } from "@avow/core/plan/rectify";
import { must } from "@avow/core/terms/assert";
import { readAll, StoreFailed } from "./ask.ts";
import type { BoundEstate } from "./estate.ts";

/** Cells that this run has set: what they hold since is how the store writes it, or came after us. */
export type Settling = Map<string, CellToSet>;

const nameOf = ({ collection, field, key }: Omit<CellToSet, "value">): string =>
  JSON.stringify([collection, field, key]);

const cellsOf = ({ collection, values, keys }: ValueChange): CellToSet[] =>
  Object.entries(values).flatMap(([field, value]) => keys.map((key) => ({ collection, field, key, value })));

export function noteWritten(written: Settling, change: ValueChange): void {
  for (const cell of cellsOf(change)) written.set(nameOf(cell), cell);
}

/** Takes out what the store calls the new value already; what holds something else by now, and not from us, is a contradiction. */
export async function settled(
  estate: BoundEstate,
  plan: CorrectionPlan,
  written: Settling,
): Promise<CorrectionPlan> {
  const foreign = plan.elsewise.filter((c) => !written.has(nameOf(c)));
  const again = plan.changes.flatMap(cellsOf).filter((c) => written.has(nameOf(c)));
  const so = await heldAlready(estate, [...foreign, ...again]);
  if (so.size === 0 && foreign.length === 0) return plan;
  const theirs = foreign.filter((c) => !so.has(nameOf(c)));
  return {
    ...plan,
    changes: plan.changes.flatMap((change) => withoutCells(change, so)),
    contradictions: [...plan.contradictions, ...meanwhile(estate, theirs)],
  };
}

function withoutCells(change: ValueChange, so: ReadonlySet<string>): ValueChange[] {
  const open = cellsOf(change).filter((c) => !so.has(nameOf(c)));
  const byRow = Map.groupBy(open, (c) => JSON.stringify(c.key));
  const bySet = Map.groupBy(byRow.values(), (cells) => JSON.stringify(cells.map((c) => c.field)));
  return [...bySet.values()].map((rows) => ({
    collection: change.collection,
    values: Object.fromEntries(must(rows[0], "groups are not empty").map((c) => [c.field, c.value])),
    keys: rows.map((cells) => must(cells[0], "groups are not empty").key),
  }));
}

async function heldAlready(estate: BoundEstate, cells: readonly CellToSet[]): Promise<ReadonlySet<string>> {
  const so = new Set<string>();
  const groups = Map.groupBy(cells, (c) => JSON.stringify([c.collection, c.field]));
  for (const group of groups.values()) {
    const { collection, field } = must(group[0], "groups are not empty");
    const key = must(estate.keys.get(collection), "bound");
    const tuples = group.map((c) => [...c.key, c.value]);
    for (const found of await asked(estate, { collection, fields: key, tuples, field }))
      so.add(nameOf({ collection, field, key: found.map((v) => must(v, "keys are not null")) }));
  }
  return so;
}

/** Types that know no equality (documents, points) have one notation for us: the store's own. */
async function asked(
  estate: BoundEstate,
  {
    collection,
    fields,
    field,
    tuples,
  }: {
    readonly collection: string;
    readonly fields: readonly string[];
    readonly field: string;
    readonly tuples: readonly (readonly string[])[];
  },
) {
  try {
    return await readAll(estate, { collection, fields, anyOf: [{ fields: [...fields, field], tuples }] });
  } catch (error) {
    if (error instanceof StoreFailed && error.failure.error === "malformed") return [];
    throw error;
  }
}

function meanwhile(estate: BoundEstate, cells: readonly CellToSet[]): Contradiction[] {
  const groups = Map.groupBy(cells, (c) => JSON.stringify([c.collection, c.field]));
  return [...groups.values()].map((group): Contradiction => {
    const { collection, field } = must(group[0], "groups are not empty");
    const { store, name } = must(estate.graph.collections.get(collection), "known");
    return { store, collection: name, field, why: "meanwhile", rows: group.length };
  });
}
