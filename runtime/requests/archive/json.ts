/** A row as JSON: what is a number or a truth value in the store is one here, too; all else is the store's own text. */
import type { Cells } from "@avow/core/plan/capture";

const INTEGER = /^((small|big|tiny|medium)?(int|serial)|integer|int[248]\b)/i;
const NUMBER = /^(numeric|decimal|real|double|float|number)/i;
const TRUTH = /^bool/i;
/** As JSON writes one; leading zeros and `NaN` are none. */
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;
/** Digits that every reader of JSON keeps. */
const DIGITS_MAX = 15;

/** The type of a field that runs over a list: its cell is JSON already. */
export const LIST = "[*]";

/** `type` as the store names it; null: not known. */
export function jsonCell(cell: string | null, type: string | null): string {
  if (cell === null) return "null";
  if (type === LIST) return cell;
  const kind = type ?? "";
  if (TRUTH.test(kind) && (cell === "true" || cell === "false")) return cell;
  const exact = JSON_NUMBER.test(cell) && cell.replace(/[eE].*$/, "").replace(/\D/g, "").length <= DIGITS_MAX;
  return exact && (INTEGER.test(kind) || NUMBER.test(kind)) && !kind.endsWith("[]")
    ? cell
    : JSON.stringify(cell);
}

export const jsonRow = (
  fields: readonly { readonly name: string; readonly type: string | null }[],
  row: Cells,
): string =>
  `{${fields.map((f, i) => `${JSON.stringify(f.name)}:${jsonCell(row[i] ?? null, f.type)}`).join(",")}}`;

/** What `jsonCell` may write for such a field, as JSON Schema names it. */
export function jsonTypes(type: string | null, nullable: boolean): readonly string[] {
  const kind = type ?? "";
  if (type === LIST) return ["array", ...(nullable ? ["null"] : [])];
  const own = TRUTH.test(kind)
    ? ["boolean"]
    : (INTEGER.test(kind) || NUMBER.test(kind)) && !kind.endsWith("[]")
      ? ["number"]
      : [];
  return [...own, "string", ...(nullable ? ["null"] : [])];
}
