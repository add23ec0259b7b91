/** Whether what a plan was made for has come about, row by row, as the store shows it. */
import { carriesOwnership, type Mask } from "@avow/core/datamap/model";
import type { Capture, Captured, CapturedRow, Cells, Tuple } from "@avow/core/plan/capture";
import { cellsOf, pointsAt, tupleKey } from "@avow/core/plan/capture";
import { isZeroOf } from "@avow/core/plan/emptied";
import type { ErasePlan, Fate, Step } from "@avow/core/plan/erase";
import { elementsOf, ownedByOthers } from "@avow/core/plan/fate";
import { isPlaceSettled } from "@avow/core/plan/place-settled";
import { TOMBSTONE } from "@avow/core/plan/tombstone";
import { must } from "@avow/core/terms/assert";
import type { BoundEstate } from "./estate.ts";
import { handedTo } from "./stand-in.ts";

/** Rows that this run has set already, by collection and key: each run sets a row once, and changes nothing by setting it again. */
export type Settled = Set<string>;
export const nameOf = (collection: string, key: Tuple): string => `${collection} ${tupleKey(key)}`;

/** What a step has set. Where fewer rows than it named were, nobody has counted which: then none of them is said to have been. */
export function settle(step: Step, rows: readonly number[], done: Settled): void {
  for (const [at, c] of step.changes.entries())
    if (c.act === "set" && (rows[at] ?? 0) >= c.keys.length)
      for (const key of c.keys) done.add(nameOf(c.collection, key));
}

/** What a tombstone is there is always known. */
const TEXT = /^(var|n|nvar|tiny|medium|long|bp|ci)?(char|text)/i;

export interface Look {
  readonly captured: Captured;
  readonly types: ReadonlyMap<string, string> | undefined;
  /** What a tombstone is in fields that hold labels. */
  readonly labels: ReadonlyMap<string, string> | undefined;
  readonly row: CapturedRow;
  readonly wasSet: boolean;
  /** Of the person; null: nothing of theirs goes on under pseudo-people. */
  readonly state: Capture | null;
}

export function settled(
  { captured, row, wasSet, types, labels, state }: Look,
  fate: Exclude<Fate, { fate: "delete" }>,
): boolean {
  const { fields, collection } = captured;
  const { set } = fate;
  const only = elementsOf(fate);
  if (fate.fate === "mask" && fate.standIn !== undefined) {
    const by = handedTo(must(state, "only whole erasures go on"), captured, { row, standIn: fate.standIn });
    if (by === "them") return false;
    // What is somebody else's by now is theirs, with all that it holds.
    if (by === "somebody else") return true;
  }
  return Object.entries(set).every(([f, act]) => {
    if (collection.fields.some((x) => x.name === f && x.path !== undefined))
      return isPlaceSettled({ captured, row, wasSet, tombstone: TOMBSTONE }, f, { set, only });
    const at = fields.indexOf(f);
    // What no look sees (a field of a row that stays only for what a hold keeps) is set by every run, and once.
    if (at === -1 && act !== "keep") return wasSet;
    const cell = row.current?.[at] ?? null;
    const changed = (row.cells[at] ?? null) !== cell;
    switch (act) {
      case "null":
        return cell === null;
      case "tombstone":
        if (cell === null) return true;
        // Whoever had that label has it still.
        if (cell === labels?.get(f)) return changed || wasSet;
        // An amount with its currency looks like no other tombstone: it may have been so before, and is not changed by an act.
        if (TOMBSTONE.test(cell.trimEnd()) || isZeroOf(types?.get(f) ?? "", cell)) return changed || wasSet;
        // Applications write, too: what differs from before is a tombstone only where it was made one, and may look like anything (a label).
        return changed && wasSet && !TEXT.test(types?.get(f) ?? "");
      case "now":
        return cell !== null && (changed || wasSet);
      default:
        return true;
    }
  });
}

export interface Planned {
  readonly state: Capture;
  readonly fates: ErasePlan["fates"];
  readonly done: Settled;
}

/** Of a row that is still there: it stays, with everything that was to be set. A row that nobody knew of is not. */
export function isAsPlanned(
  { types, labels }: BoundEstate,
  { state, fates, done }: Planned,
  id: string,
  cells: Cells,
): boolean {
  const captured = must(state.collections.get(id), "every collection is captured");
  const { key, fields, rows } = captured;
  const row = rows.get(tupleKey(must(cellsOf(fields, key, cells), "key fields are never null")));
  if (row === undefined) return false;
  const fate = must(fates.get(row), "every row has a fate");
  if (fate.fate === "delete") return false;
  const { links } = captured.collection;
  // It stays for somebody who may have let go of it since.
  if (ownedByOthers(fate) && ownersDiffer(captured, { set: fate.set, was: row.cells, is: cells }))
    return false;
  // It only mentioned the person, and is theirs by now.
  if (row.reach !== "owned" && links.some((l) => carriesOwnership(l) && state.leadsHome(captured, l, cells)))
    return false;
  const now = { key: row.key, cells: row.cells, reach: row.reach, current: cells };
  const wasSet = done.has(nameOf(id, row.key));
  const look = { captured, row: now, types: types.get(id), labels: labels.get(id), wasSet, state };
  return settled(look, fate);
}

/** By the links that the plan does not cut. */
function ownersDiffer(
  { collection, fields }: Captured,
  { set, was, is }: { readonly set: Mask; readonly was: Cells; readonly is: Cells },
): boolean {
  return collection.links.some(
    (l) =>
      carriesOwnership(l) &&
      !l.from.some((f) => (set[f] ?? "keep") !== "keep") &&
      JSON.stringify(pointsAt(fields, l, was)) !== JSON.stringify(pointsAt(fields, l, is)),
  );
}
