/** Rows that a correction was to set, and that are gone or somebody else's by now: they are left, told, and not counted as done. */
import { collectionId } from "@avow/core/datamap/model";
import { type Capture, type Captured, type CapturedRow, tupleKey } from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import type { CorrectionPlan } from "@avow/core/plan/rectify";
import { must } from "@avow/core/terms/assert";
import { type NamedCell, nameOf, type Tries } from "./correct-tried.ts";
import type { ResultLine } from "./run.ts";

interface Looked {
  readonly state: Capture;
  readonly plan: CorrectionPlan;
}

/** Without what is to be set in rows that are not the person's any more: what an earlier look found is remembered as the person's. */
export function withoutGivenUp({ state, plan }: Looked, tries: Tries): CorrectionPlan {
  const set = new Set(plan.arrived.map(nameOf)).union(tries.made);
  const isTheirs = ({ collection, key }: Pick<NamedCell, "collection" | "key">): boolean => {
    const captured = must(state.collections.get(collection), "every collection is captured");
    const row = captured.rows.get(tupleKey(key));
    return row !== undefined && !isGivenUp(state, { captured, row, set });
  };
  return {
    ...{ arrived: plan.arrived, identities: plan.identities, contradictions: plan.contradictions },
    elsewise: plan.elsewise.filter(isTheirs),
    changes: plan.changes.flatMap((change) => {
      const keys = change.keys.filter((key) => isTheirs({ collection: change.collection, key }));
      return keys.length === 0 ? [] : [{ ...change, keys }];
    }),
  };
}

interface RowNow {
  readonly captured: Captured;
  readonly row: CapturedRow;
  /** Cells that hold what this request gave them: by these the row was the person's before. */
  readonly set: ReadonlySet<string>;
}

function isGivenUp(state: Capture, { captured, row, set }: RowNow): boolean {
  const { current, key, cells, reach } = row;
  if (reach !== "owned" || current === null) return false;
  const collection = collectionId({
    store: captured.collection.store,
    collection: captured.collection.name,
  });
  const before = captured.fields.map(
    (field, i) => (set.has(nameOf({ collection, field, key })) ? cells : current)[i] ?? null,
  );
  return !state.owns(captured, before);
}

/** Planned cells that were not set for certain, and of whose row nothing is to be seen any more, or that it is not the person's. */
export function leftCells({ state, plan }: Looked, tries: Tries): readonly NamedCell[] {
  const set = new Set(plan.arrived.map(nameOf)).union(tries.made);
  return plannedCells(tries).filter((cell) => {
    if (set.has(nameOf(cell))) return false;
    const captured = must(state.collections.get(cell.collection), "every collection is captured");
    const row = captured.rows.get(tupleKey(cell.key));
    return (
      row === undefined ||
      row.current === null ||
      row.reach === "mention" ||
      isGivenUp(state, { captured, row, set })
    );
  });
}

const plannedCells = (tries: Tries): readonly NamedCell[] =>
  tries.planned.flatMap(({ collection, fields, keys }) =>
    keys.flatMap((key) => fields.map((field) => ({ collection, field, key }))),
  );

const lineName = (collection: string, fields: readonly string[]): string =>
  JSON.stringify([collection, fields]);

/** Rows of the plan none of whose fields holds what it was to, as far as anybody knows: how many, by collection and fields. */
function rowsLost({ arrived }: CorrectionPlan, tries: Tries): Map<string, number> {
  const lost = new Map<string, number>();
  const done = new Set(arrived.map(nameOf)).union(tries.made);
  for (const { collection, fields, keys } of tries.planned) {
    const isDone = (key: readonly string[]): boolean =>
      fields.some((field) => done.has(nameOf({ collection, field, key })));
    const name = lineName(collection, fields.toSorted());
    lost.set(name, (lost.get(name) ?? 0) + keys.filter((key) => !isDone(key)).length);
  }
  return lost;
}

/** What is done of each line of the plan. */
export function linesDone(plan: readonly PlanLine[], last: CorrectionPlan, tries: Tries): ResultLine[] {
  const lost = rowsLost(last, tries);
  return plan.flatMap((line): ResultLine[] => {
    const { store, collection, fields = [] } = line;
    const name = lineName(collectionId({ store, collection }), fields);
    // Rows that get other values in the same fields have a line of their own: none is taken off both.
    const off = Math.min(line.rows, lost.get(name) ?? 0);
    lost.set(name, (lost.get(name) ?? 0) - off);
    const rows = line.rows - off;
    return rows > 0 ? [{ store, collection, rows, result: "done" }] : [];
  });
}
