/**
 * Which texts a column's type can hold. A value that it can't hold equals nothing in the column, so it is left out of the
 * list instead of failing the whole query. Types checked here can be cast as a constant array, which PostgreSQL reads through an index fastest.
 */
import type { Column } from "./catalogue.ts";

/** So many digits fit whatever they are: most keys need no closer look. */
const SURE_DIGITS: ReadonlyMap<bigint, number> = new Map([
  [16n, 4],
  [32n, 9],
  [64n, 18],
]);

const inRange = (bits: bigint): ((value: string) => boolean) => {
  const sure = SURE_DIGITS.get(bits) ?? 0;
  return (value) => {
    if (value.length <= sure && /^\d+$/.test(value)) return true;
    if (!/^\s*[+-]?\d{1,30}\s*$/.test(value)) return false;
    const n = BigInt(value.trim().replace(/^\+/, ""));
    return n >= -(2n ** (bits - 1n)) && n < 2n ** (bits - 1n);
  };
};

/** PostgreSQL stores no NUL; half a surrogate pair would turn into another character on its way. */
const isText = (value: string): boolean => !value.includes("\0") && value.isWellFormed();

const isDate = (value: string): boolean => {
  const m = /^(\d{4})-(\d{2})-(\d{2})$/.exec(value);
  const at = m === null ? Number.NaN : Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(value);
};
const isTimestamp = (value: string): boolean => {
  const m =
    /^(\d{4}-\d{2}-\d{2})[ T]([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?(Z|[+-][01]\d(:?[0-5]\d)?)?$/.exec(
      value,
    );
  return m?.[1] !== undefined && isDate(m[1]);
};

const CONSTANT: Readonly<Record<string, (value: string) => boolean>> = {
  text: isText,
  varchar: isText,
  bpchar: isText,
  citext: isText,
  int2: inRange(16n),
  int4: inRange(32n),
  int8: inRange(64n),
  numeric: (value) => /^\s*[+-]?(\d{1,1000}(\.\d{0,1000})?|\.\d{1,1000})\s*$/.test(value),
  bool: (value) => /^(t|true|f|false)$/i.test(value),
  uuid: (value) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value),
};

/** Servers before 16 can't be asked whether a text fits; of other types than these a misfit then fails the query as `malformed`. */
const BEFORE_16: Readonly<Record<string, (value: string) => boolean>> = {
  date: isDate,
  timestamp: isTimestamp,
  timestamptz: isTimestamp,
};

/** Null: only the server can tell. */
export function validityOf(column: Column, version: number): ((value: string) => boolean) | null {
  const constant = column.isEnum ? undefined : CONSTANT[column.base];
  if (constant !== undefined) return constant;
  if (version >= 160_000) return null;
  return BEFORE_16[column.base] ?? isText;
}

export { isText };
