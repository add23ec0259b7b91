/**
 * Places inside of a column (spec/data-map.md, "Inside a column") as SQL. A document is a text that reads as JSON. What is none, or has nothing
 * there, is null: it never fails a statement.
 */
import { type Path, resolvePath } from "@avow/core/terms/path";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Table } from "./catalogue.ts";
import { type Column, purposeOf } from "./column.ts";
import { literal, quoted } from "./name.ts";

export interface Place {
  readonly name: string;
  readonly column: Column;
  readonly path: Path;
  readonly whole: string;
  /** The document; null where the column holds none. */
  readonly document: string;
}

export function placeOf(table: Table, name: string): Place {
  const path = resolvePath(name, (c) => table.columns.has(c));
  const column = path === null ? undefined : table.columns.get(path.column);
  if (path === null || column === undefined) throw malformed(`\`${table.name}\` has no field \`${name}\``);
  const purpose = purposeOf(column);
  if (purpose !== "json" && (purpose !== null || !["text", "blob"].includes(column.affinity)))
    throw malformed(`\`${table.name}.${column.name}\` holds no JSON: nothing lies inside of it`);
  const whole = `t.${quoted(column.name)}`;
  return { name, column, path, whole, document: `CASE WHEN json_valid(${whole}) THEN ${whole} END` };
}

/** SQLite's own notation of a path. Plain names stay bare: so they stand in the indexes that people make. */
const pathText = (keys: readonly string[], from = "$"): string =>
  `${from}${keys.map((key) => (/^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `.${JSON.stringify(key)}`)).join("")}`;

export const at = (keys: readonly string[]): string => literal(pathText(keys));

/** A place in the element at hand of the list that `head` leads to. */
export const atElement = (head: readonly string[], each: readonly string[]): string =>
  `${literal(`${pathText(head)}[`)} || e.key || ${literal(`]${pathText(each, "")}`)}`;

/** A text, a truth value, or a number, which is the same written `7` or `7.0`, or as a text. */
export function canonical(document: string, path: string): string {
  const raw = `((${document}) -> (${path}))`;
  return (
    `(CASE json_type(${document}, ${path}) WHEN 'text' THEN json_extract(${document}, ${path})` +
    ` WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'integer' THEN ${raw}` +
    ` WHEN 'real' THEN CASE WHEN ${raw} LIKE '%.0' THEN substr(${raw}, 1, length(${raw}) - 2) ELSE ${raw} END END)`
  );
}

const isList = ({ document, path }: Place): string => `json_type(${document}, ${at(path.head)}) = 'array'`;

/** The elements of a place's list, as `e`: `e.key` is their number. */
export const elements = (place: Place): string =>
  `json_each(CASE WHEN ${isList(place)} THEN ${place.whole} END, ${at(place.path.head)}) AS e`;

export const valueAt = ({ document, path }: Place): string =>
  canonical(document, path.each === null ? at(path.head) : atElement(path.head, path.each));

/** The place's value as `read` gives it. */
export function placeText(place: Place): string {
  if (place.path.each === null) return valueAt(place);
  // Put together with a text, a number is one, and not a part of the document: in a list of numbers great ids would become their neighbours.
  const all = `SELECT json_group_array((${valueAt(place)}) || '' ORDER BY e.key) FROM ${elements(place)}`;
  return `CASE WHEN ${isList(place)} THEN (${all}) END`;
}

/** As an index may have it: it holds numbers as numbers. */
export const indexed = ({ whole, path }: Place): string =>
  `CASE WHEN json_valid(${whole}) THEN json_extract(${whole}, ${at(path.head)}) END`;

/** Rows in which something stands at the place that can name nobody: no JSON, a list for a value, a value for a list. */
export function isOdd(place: Place): string {
  const { whole, document, path } = place;
  const broken = `(${whole} IS NOT NULL AND NOT json_valid(${whole}))`;
  const type = `coalesce(json_type(${document}, ${at(path.head)}), 'null')`;
  if (path.each === null) return `(${broken} OR ${type} IN ('object', 'array'))`;
  const inside = `json_type(${document}, ${atElement(path.head, path.each)}) IN ('object', 'array')`;
  return `(${broken} OR ${type} NOT IN ('array', 'null') OR EXISTS (SELECT 1 FROM ${elements(place)} WHERE ${inside}))`;
}
