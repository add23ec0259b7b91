/** A cell as JSON: what is a number, a truth value or a document in the store is one here, too; all else is the store's own text. */

const INTEGER = /^((small|big|tiny|medium)?(int|serial)(?!erval|\w*range)|integer|int[248]\b)/i;
const NUMBER = /^(numeric|decimal|real|double|float|number)/i;
const TRUTH = /^bool/i;
const DOCUMENT = /^jsonb?$/i;
/** As JSON writes one; leading zeros and `NaN` are none. */
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/;
const SHORT_INTEGER = /^(0|[1-9]\d{0,14})$/;
/** Digits that every reader of JSON keeps. */
const DIGITS_MAX = 15;

/** The type of a field that runs over a list: its cell is JSON already. */
export const LIST = "[*]";

function isExact(cell: string): boolean {
  if (SHORT_INTEGER.test(cell)) return true;
  return JSON_NUMBER.test(cell) && cell.replace(/[eE].*$/, "").replace(/\D/g, "").length <= DIGITS_MAX;
}

const MANY_DIGITS = /\d[\d.]{15}/;
const IN_QUOTES = /"[^"\\]*(?:\\.[^"\\]*)*"/g;
const NUMBERS = /[-\d][-+\d.eE]*/g;

/**
 * Whether every reader has the document from its own notation; not so where it is none, or one of its numbers has more digits than most keep.
 * What is neither an object nor a list stays the store's text: `null` in a document is not that there is none.
 */
function isPlainDocument(cell: string): boolean {
  if (!/^\s*[[{]/.test(cell)) return false;
  try {
    JSON.parse(cell);
  } catch {
    // A store that checks nothing (SQLite) may hold anything there, and what is not given out stands in its place as words.
    return false;
  }
  if (!MANY_DIGITS.test(cell)) return true;
  return (cell.replaceAll(IN_QUOTES, "").match(NUMBERS) ?? []).every(isExact);
}

/** `type` as the store names it; null: not known. */
export function jsonCell(cell: string | null, type: string | null): string {
  if (cell === null) return "null";
  if (type === LIST) return cell;
  const kind = type ?? "";
  if (TRUTH.test(kind) && (cell === "true" || cell === "false")) return cell;
  if (DOCUMENT.test(kind) && isPlainDocument(cell)) return cell;
  return isNumeric(type) && isExact(cell) ? cell : JSON.stringify(cell);
}

/** Whether it is written as a number wherever JSON can. */
export function isNumeric(type: string | null): boolean {
  const kind = type ?? "";
  return (INTEGER.test(kind) || NUMBER.test(kind)) && !kind.endsWith("[]");
}

/** Whether it is written as a text, whatever it holds. */
export const isText = (type: string | null): boolean =>
  type !== LIST && !TRUTH.test(type ?? "") && !DOCUMENT.test(type ?? "") && !isNumeric(type);

/** What `jsonCell` may write for such a field, as JSON Schema names it. */
export function jsonTypes(type: string | null, nullable: boolean): readonly string[] {
  const kind = type ?? "";
  if (type === LIST) return ["array", ...(nullable ? ["null"] : [])];
  if (DOCUMENT.test(kind)) return ["object", "array", "string", ...(nullable ? ["null"] : [])];
  const own = TRUTH.test(kind) ? ["boolean"] : isNumeric(type) ? ["number"] : [];
  return [...own, "string", ...(nullable ? ["null"] : [])];
}
