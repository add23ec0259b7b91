/** Whether a field that runs over a list is what a mask makes of it. A list is changed whole, so its elements tell. */
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

export function isListSettled(
  { captured, row, wasSet, tombstone }: Look,
  field: string,
  { set, only }: { readonly set: Mask; readonly only: Elements | undefined },
): boolean {
  const act = set[field] ?? "keep";
  const at = (name: string): readonly (string | null)[] =>
    readListCell(row.current?.[captured.fields.indexOf(name)] ?? null);
  if (only !== undefined) {
    const tells = Object.hasOwn(set, only.by) && set[only.by] !== "keep";
    return tells ? !at(only.by).some((v) => v !== null && only.values.includes(v)) : wasSet;
  }
  const values = at(field);
  if (act === "remove") return values.length === 0;
  return values.every((v) => v === null || (act === "tombstone" && wasSet && tombstone.test(v)));
}
