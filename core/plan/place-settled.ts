/**
 * Whether a place inside of a column is what a mask makes of it. What a cell shows as nothing may be an object, or a list for a value: so a mask
 * is carried out once in each run, and looked at then.
 */
import type { Mask } from "../datamap/model.ts";
import { readListCell } from "../terms/path.ts";
import type { Captured, CapturedRow } from "./capture.ts";
import type { Elements } from "./step.ts";

interface Look {
  readonly captured: Captured;
  readonly row: CapturedRow;
  readonly wasSet: boolean;
  /** What a tombstone looks like. */
  readonly tombstone: RegExp;
}

export function isPlaceSettled(
  { captured, row, wasSet, tombstone }: Look,
  field: string,
  { set, only: meant }: { readonly set: Mask; readonly only: ReadonlyMap<string, Elements> },
): boolean {
  const only = meant.get(field);
  const act = set[field] ?? "keep";
  if (act === "keep") return true;
  const cell = (name: string): string | null => row.current?.[captured.fields.indexOf(name)] ?? null;
  if (only !== undefined) {
    // Values that stay where they are do not tell whether what stands beside them was changed.
    const leaves = Object.hasOwn(set, only.by) && set[only.by] !== "keep" ? meant.get(only.by)?.values : [];
    if (!only.values.every((v) => leaves?.includes(v))) return wasSet;
    return !readListCell(cell(only.by)).some((v) => v !== null && only.values.includes(v));
  }
  if (!wasSet) return false;
  const overList = (captured.collection.fields.find((f) => f.name === field)?.path?.each ?? null) !== null;
  const values = overList ? readListCell(cell(field)) : [cell(field)];
  if (overList && act === "remove") return values.length === 0;
  return values.every((v) => v === null || (act === "tombstone" && tombstone.test(v)));
}
