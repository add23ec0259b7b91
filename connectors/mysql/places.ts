/**
 * Places inside of a column (spec/data-map.md, "Inside a column") as SQL. A document is a text that reads as JSON. What is none, or has nothing
 * there, is null: it never fails a statement, not even in strict mode.
 */
import { type Path, resolvePath } from "@avow/core/terms/path";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Table } from "./catalogue.ts";
import type { Column } from "./column.ts";
import { TEXTS } from "./column.ts";
import { literal, quoted } from "./name.ts";
import { type Comparison, isText, textKey } from "./notation.ts";

export interface Place {
  readonly name: string;
  readonly column: Column;
  readonly path: Path;
  /** The column as it is, in utf8mb4. */
  readonly whole: string;
  /** The document; null where the column holds none. */
  readonly document: string;
}

export function placeOf(table: Table, name: string): Place {
  const path = resolvePath(name, (c) => table.columns.has(c));
  const column = path === null ? undefined : table.columns.get(path.column);
  if (path === null || column === undefined) throw malformed(`\`${table.name}\` has no field \`${name}\``);
  const isJson = column.base === "json";
  if (!isJson && !TEXTS.has(column.base))
    throw malformed(`\`${table.name}.${column.name}\` holds no JSON: nothing lies inside of it`);
  const whole = `CONVERT(t.${quoted(column.name)} USING utf8mb4)`;
  const document = isJson ? whole : `(CASE WHEN JSON_VALID(${whole}) THEN ${whole} END)`;
  return { name, column, path, whole, document };
}

/** The server's own notation of a path, as a literal. A name is quoted as JSON quotes it. */
export const pathLiteral = (keys: readonly string[], rest = ""): string =>
  literal(`$${keys.map((key) => `.${JSON.stringify(key)}`).join("")}${rest}`);

export const extract = (document: string, keys: readonly string[]): string =>
  keys.length === 0 ? document : `JSON_EXTRACT(${document}, ${pathLiteral(keys)})`;

/** A text, a truth value, or a number, which is the same written `7` or `7.0`, or as a text. */
export const canonical = (value: string): string =>
  `(CASE JSON_TYPE(${value}) WHEN 'STRING' THEN JSON_UNQUOTE(${value}) WHEN 'BOOLEAN' THEN ${value}` +
  ` WHEN 'INTEGER' THEN ${value} WHEN 'DOUBLE' THEN REGEXP_REPLACE(${value}, '\\\\.0$', '') END)`;

/** The elements of a place's list, as `e`: what each is (`v`), and its number (`o`). */
export const elements = ({ document, path }: Place): string =>
  `JSON_TABLE(${document}, ${pathLiteral(path.head, "[*]")} COLUMNS (o FOR ORDINALITY, v JSON PATH '$')) AS e`;

export const elementText = ({ path }: Place): string => canonical(extract("e.v", path.each ?? []));

/** The place's value as `read` gives it. */
export function placeText(place: Place): string {
  const { document, path } = place;
  if (path.each === null) return canonical(extract(document, path.head));
  const all = `SELECT JSON_ARRAYAGG(${elementText(place)} ORDER BY e.o) FROM ${elements(place)}`;
  return `CASE WHEN JSON_TYPE(${extract(document, path.head)}) = 'ARRAY' THEN COALESCE((${all}), '[]') END`;
}

/** By the text of the place. No index answers that: see the spec. */
export function placeComparison(place: Place): Comparison {
  const side =
    place.path.each === null ? canonical(extract(place.document, place.path.head)) : elementText(place);
  return {
    canonical: (value) => (isText(value) ? value : null),
    keyType: textKey,
    pairs: (key) => [[`CAST(${side} AS BINARY)`, `CAST(${key} AS BINARY)`]],
  };
}

/** Rows in which something stands at the place that can name nobody: no JSON, a list for a value, a value for a list. */
export function isOdd(place: Place): string {
  const { whole, document, path } = place;
  const broken = `(${whole} IS NOT NULL AND ${document} IS NULL)`;
  const type = `COALESCE(JSON_TYPE(${extract(document, path.head)}), '')`;
  if (path.each === null) return `(${broken} OR ${type} IN ('OBJECT', 'ARRAY'))`;
  const inside = `JSON_TYPE(${extract("e.v", path.each)}) IN ('OBJECT', 'ARRAY')`;
  return `(${broken} OR ${type} NOT IN ('', 'ARRAY', 'NULL') OR EXISTS (SELECT 1 FROM ${elements(place)} WHERE ${inside}))`;
}
