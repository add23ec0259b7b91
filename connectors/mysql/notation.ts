/** How a value is written as text, and how a text is compared with a column: one answer per family of types. */
import type { Normaliser } from "@avow/core/terms/person";
import { type Column, TEXTS } from "./column.ts";
import { literal, quoted } from "./name.ts";

export const BYTES: ReadonlySet<string> = new Set([
  "binary",
  "varbinary",
  "tinyblob",
  "blob",
  "mediumblob",
  "longblob",
]);
const GEOMETRY = /^(geometry|point|linestring|polygon|multi\w+|geometrycollection)$/;

/** Bytes are `0x…`, as the server writes them; none at all is the empty text. */
const bytesText = (x: string): string =>
  `CASE WHEN LENGTH(${x}) = 0 THEN '' ELSE CONCAT('0x', LOWER(HEX(${x}))) END`;

/** The value of a column as text, of the alias `t` or of another. */
export function textOf(column: Column, alias = "t"): string {
  const x = `${alias}.${quoted(column.name)}`;
  if (BYTES.has(column.base)) return bytesText(x);
  if (column.base === "bit") return `CAST(${x} + 0 AS CHAR)`;
  if (GEOMETRY.test(column.base)) return `ST_AsText(${x})`;
  if (column.charset !== null) return `CONVERT(${x} USING utf8mb4)`;
  return `CAST(${x} AS CHAR)`;
}

/** The text from which `fromExact` makes the very value again: of a `float` the server would show six digits, of a shape not its system. */
export function exactTextOf(column: Column): string {
  const x = `t.${quoted(column.name)}`;
  if (column.base === "float") return `CAST(CAST(${x} AS DOUBLE) AS CHAR)`;
  return GEOMETRY.test(column.base) ? bytesText(`CAST(${x} AS BINARY)`) : textOf(column);
}

/** The way back from `exactTextOf`: an expression over a text in utf8mb4. */
export function fromExact(column: Column, x: string): string {
  if (BYTES.has(column.base)) return `UNHEX(SUBSTR(${x}, 3))`;
  if (GEOMETRY.test(column.base)) {
    // Four bytes say in which system it is, the least first.
    const system = [9, 7, 5, 3].map((at) => `SUBSTR(${x}, ${at}, 2)`).join(", ");
    return `ST_GeomFromWKB(UNHEX(SUBSTR(${x}, 11)), CONV(CONCAT(${system}), 16, 10))`;
  }
  if (column.base === "bit") return `CAST(${x} AS UNSIGNED)`;
  if (column.charset !== null) return `CONVERT(${x} USING ${column.charset})`;
  return x;
}

/** As `textOf`, but with the readable bytes of a blob left readable: what a search looks at. */
export const readableOf = (column: Column): string =>
  BYTES.has(column.base)
    ? `CONVERT(CONVERT(t.${quoted(column.name)} USING latin1) USING utf8mb4)`
    : textOf(column);

export interface Comparison {
  /** A misfit equals nothing in the column: null. Two notations of one value become one. */
  canonical(value: string): string | null;
  /** The type under which the keys are unpacked on the server. */
  keyType(lengthMax: number): string;
  /** What is compared: of the column, and of the unpacked key. Pair by pair. */
  pairs(key: string): readonly (readonly [string, string])[];
  /** The same by the column's collation, where that takes more texts for one. */
  readonly collated?: (key: string) => readonly (readonly [string, string])[];
}

/** Half a surrogate pair would turn into another character on its way. */
export const isText = (value: string): boolean => value.isWellFormed();

const VARCHAR_MAX = 1_000;

/** Few sizes, so that few statements are prepared; a text column in the temporary table costs an index there. */
export function textKey(lengthMax: number): string {
  const size = [40, 120, 400, VARCHAR_MAX].find((n) => lengthMax <= n);
  const type = size === undefined ? "LONGTEXT" : `VARCHAR(${size})`;
  return `${type} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`;
}

const BITS: Readonly<Record<string, bigint>> = {
  tinyint: 8n,
  smallint: 16n,
  mediumint: 24n,
  int: 32n,
  bigint: 64n,
};

function integers(x: string, bits: bigint, unsigned: boolean): Comparison {
  const [least, most] = unsigned ? [0n, 2n ** bits - 1n] : [-(2n ** (bits - 1n)), 2n ** (bits - 1n) - 1n];
  return {
    canonical(value) {
      if (!/^\s*[+-]?\d{1,30}\s*$/.test(value)) return null;
      const n = BigInt(value.trim().replace(/^\+/, ""));
      return n >= least && n <= most ? String(n) : null;
    },
    keyType: () => (unsigned ? "BIGINT UNSIGNED" : "BIGINT"),
    pairs: (key) => [[x, key]],
  };
}

/** More digits than the column has would be rounded into a neighbour. */
function decimals(x: string, { precision, scale }: Column): Comparison {
  return {
    canonical(value) {
      const found = /^\s*([+-]?)0*(\d{0,65})(?:\.(\d{0,65}?)0*)?\s*$/.exec(value);
      const [, sign = "", whole = "", rest = ""] = found ?? [];
      if (found === null || !/\d/.test(value)) return null;
      if (rest.length > scale || whole.length > precision - scale) return null;
      const digits = `${whole === "" ? "0" : whole}${rest === "" ? "" : `.${rest}`}`;
      return sign === "-" && /[1-9]/.test(digits) ? `-${digits}` : digits;
    },
    keyType: () => `DECIMAL(${precision}, ${scale})`,
    pairs: (key) => [[x, key]],
  };
}

/**
 * Exactly, whatever the collation says: `Ann` is not `ann`, nor `Ann ` with a blank. The collation's own comparison goes first, because
 * the index answers it; it finds all that the exact one does.
 */
function texts(x: string, { lengthMax, charset, collation }: Column): Comparison {
  const folded = (key: string): string => `CONVERT(${key} USING ${charset}) COLLATE ${collation}`;
  return {
    canonical: (value) =>
      isText(value) && (lengthMax === null || [...value].length <= lengthMax) ? value : null,
    keyType: textKey,
    pairs: (key) => [
      [x, folded(key)],
      [`CAST(CONVERT(${x} USING utf8mb4) AS BINARY)`, `CAST(${key} AS BINARY)`],
    ],
    ...(collation?.endsWith("_bin")
      ? {}
      : {
          collated: (key) => [
            [x, folded(key)],
            // A letter that the column can't hold would become a question mark.
            ...(charset === "utf8mb4"
              ? []
              : ([["1", `CONVERT(CONVERT(${key} USING ${charset}) USING utf8mb4) = ${key}`]] as const)),
          ],
        }),
  };
}

function bytes(x: string): Comparison {
  return {
    canonical(value) {
      if (value === "") return "";
      return /^0x([0-9a-f]{2})+$/i.test(value) ? value.slice(2).toLowerCase() : null;
    },
    keyType: textKey,
    pairs: (key) => [[x, `UNHEX(${key})`]],
  };
}

function uuids(x: string): Comparison {
  return {
    canonical: (value) =>
      /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value) ? value.toLowerCase() : null,
    keyType: () => textKey(36),
    pairs: (key) => [[x, `CAST(${key} AS UUID)`]],
  };
}

/** Days that exist, and the zero dates that older tables hold. */
const isDay = (value: string): boolean => {
  if (/^\d{4}-(00-\d\d|\d\d-00)$/.test(value)) return true;
  const at = Date.parse(`${value}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(at) && new Date(at).toISOString().startsWith(value)
  );
};

function times(x: string, base: string): Comparison {
  return {
    canonical(value) {
      const [, day = "", time = ""] =
        /^(\d{4}-\d{2}-\d{2})(?:[ T](([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?))?$/.exec(value) ?? [];
      if (!isDay(day)) return null;
      if (base === "date") return time === "" || /^00:00:00(\.0+)?$/.test(time) ? day : null;
      return `${day} ${time === "" ? "00:00:00" : time}`;
    },
    keyType: () => (base === "date" ? "DATE" : "DATETIME(6)"),
    pairs: (key) => [[x, key]],
  };
}

/** By the text that `read` gives. No index helps; few links run over such fields. */
function written(column: Column, alias: string): Comparison {
  return {
    canonical: (value) => (isText(value) ? value : null),
    keyType: textKey,
    pairs: (key) => [[`CAST(${textOf(column, alias)} AS BINARY)`, `CAST(${key} AS BINARY)`]],
  };
}

export function comparisonOf(column: Column, alias = "t"): Comparison {
  const x = `${alias}.${quoted(column.name)}`;
  const bits = BITS[column.base];
  if (bits !== undefined) return integers(x, bits, column.unsigned);
  if (column.base === "decimal") return decimals(x, column);
  if (TEXTS.has(column.base) && column.charset !== null) return texts(x, column);
  if (BYTES.has(column.base)) return bytes(x);
  if (column.base === "uuid") return uuids(x);
  if (/^(date|datetime|timestamp)$/.test(column.base)) return times(x, column.base);
  return written(column, alias);
}

/** An index answers the comparison. */
export const isIndexed = ({ base, charset }: Column): boolean =>
  Object.hasOwn(BITS, base) ||
  (TEXTS.has(base) && charset !== null) ||
  BYTES.has(base) ||
  /^(decimal|uuid|date|datetime|timestamp)$/.test(base);

/** What ECMAScript's `trim` takes away, so that both sides agree on an address with a stray tab or a blank from a web page. */
const BLANKS = String.raw`[\x{9}-\x{d}\x{20}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}]+`;
const TRIM = literal(`^${BLANKS}|${BLANKS}$`);

const UUID = literal("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$");

/** The normal form, as bytes: no collation has a say. `x` is a text in utf8mb4. */
export function folded(normaliser: Exclude<Normaliser, "exact">, x: string): string {
  if (normaliser === "uuid") return `CAST(IF(${x} REGEXP ${UUID}, LOWER(${x}), ${x}) AS BINARY)`;
  const trimmed = `REGEXP_REPLACE(${x}, ${TRIM}, '')`;
  if (normaliser === "email") return `CAST(LOWER(${trimmed}) AS BINARY)`;
  const bare = `CONCAT(IF(LEFT(${trimmed}, 1) = '+', '+', ''), REGEXP_REPLACE(${trimmed}, '[^0-9]', ''))`;
  return `CAST(REGEXP_REPLACE(REGEXP_REPLACE(${bare}, '^00', '+'), '^[+]$', '') AS BINARY)`;
}
