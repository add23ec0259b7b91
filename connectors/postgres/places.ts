/**
 * Places inside of a column (spec/data-map.md, "Inside a column") as SQL. A document is `jsonb`, or what reads as such; a list is one in it,
 * or a column of an array type. What is no JSON, or has nothing there, is null: it never fails a query.
 */
import { type Path, resolvePath } from "@avow/core/terms/path";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Catalogue, Column, Table } from "./catalogue.ts";
import { elementOf } from "./collation.ts";
import { literal, quoted } from "./name.ts";

export interface Place {
  readonly name: string;
  readonly column: Column;
  readonly path: Path;
  /** The column is a list itself. */
  readonly isArray: boolean;
  /** The document as `jsonb`. */
  readonly document: string;
  /** An index of the store can answer for the document as it is. */
  readonly isBinary: boolean;
}

const TEXTS = new Set(["text", "varchar", "bpchar"]);
const KNOWS_VALID = 160_000;

export function placeOf(table: Table, name: string, { version }: Pick<Catalogue, "version">): Place {
  const path = resolvePath(name, (c) => table.columns.has(c));
  const column = path === null ? undefined : table.columns.get(path.column);
  if (path === null || column === undefined) throw malformed(`\`${table.name}\` has no field \`${name}\``);
  const x = `t.${quoted(column.name)}`;
  const place = { name, column, path, isArray: column.isArray, isBinary: column.base === "jsonb" };
  if (column.isArray) {
    if (path.head.length > 0 || path.each === null || path.each.length > 0)
      throw malformed(
        `\`${table.name}.${column.name}\` is a list of plain values: only \`[*]\` leads into it`,
      );
    return { ...place, document: x };
  }
  if (column.base === "jsonb") return { ...place, document: x };
  if (column.base !== "json" && !TEXTS.has(column.base))
    throw malformed(
      `\`${table.name}.${column.name}\` holds neither JSON nor a list: nothing lies inside of it`,
    );
  if (version >= KNOWS_VALID)
    return {
      ...place,
      document: `(CASE WHEN pg_input_is_valid(${x}::text, 'jsonb') THEN ${x}::text::jsonb END)`,
    };
  if (column.base === "json") return { ...place, document: `${x}::jsonb` };
  throw malformed(`\`${table.name}.${column.name}\`: PostgreSQL looks for JSON in text from version 16 on`);
}

export const keyList = (keys: readonly string[]): string =>
  keys.length === 0 ? "'{}'::text[]" : `ARRAY[${keys.map(literal).join(", ")}]::text[]`;

/** By keys of objects only: `0` leads to no element of a list. */
export const down = (document: string, keys: readonly string[]): string =>
  [document, ...keys.map(literal)].join(" -> ");

/** As it stands in an index: the last step gives text. */
export const downText = (document: string, keys: readonly string[]): string =>
  keys.length === 0
    ? `${document} #>> '{}'`
    : `${[document, ...keys.slice(0, -1).map(literal)].join(" -> ")} ->> ${literal(keys.at(-1) ?? "")}`;

/** A text, a truth value, or a number, which is the same written `7` or `7.0`, or as a text. */
export const canonical = (value: string): string =>
  `(SELECT CASE jsonb_typeof(c.v) WHEN 'string' THEN c.v #>> '{}' WHEN 'boolean' THEN c.v #>> '{}'` +
  ` WHEN 'number' THEN regexp_replace(c.v #>> '{}', '\\.0$', '') END FROM (SELECT (${value}) AS v) AS c)`;

/** The elements of a place's list, as `e(v, o)`: what each is, and its number. */
export function elements({ document, path, isArray }: Place): string {
  if (isArray) return `unnest(${document}) WITH ORDINALITY AS e(v, o)`;
  const list = `(${down(document, path.head)})`;
  const safe = `CASE WHEN jsonb_typeof(${list}) = 'array' THEN ${list} ELSE '[]'::jsonb END`;
  return `jsonb_array_elements(${safe}) WITH ORDINALITY AS e(v, o)`;
}

/** The text of what an element of the list has at the place. */
export const elementText = ({ path, isArray, column }: Pick<Place, "path" | "isArray" | "column">): string =>
  isArray ? elementOf(column) : canonical(down("e.v", path.each ?? []));

/** The place's value as `read` gives it. */
export function placeText(place: Place): string {
  const { document, path, isArray } = place;
  if (path.each === null) return canonical(down(document, path.head));
  const is = isArray ? `${document} IS NOT NULL` : `jsonb_typeof(${down(document, path.head)}) = 'array'`;
  const all = `SELECT json_agg(${elementText(place)} ORDER BY e.o)::text FROM ${elements(place)}`;
  return `CASE WHEN ${is} THEN coalesce((${all}), '[]') END`;
}

/** Rows in which something stands at the place that can name nobody: no JSON, a list for a value, a value for a list. */
export function isOdd(place: Place): string {
  const { column, document, path, isArray } = place;
  if (isArray) return "false";
  const x = `t.${quoted(column.name)}`;
  const broken = `(${x} IS NOT NULL AND ${document} IS NULL)`;
  const at = `jsonb_typeof(${down(document, path.head)})`;
  if (path.each === null) return `(${broken} OR coalesce(${at} IN ('object', 'array'), false))`;
  const inside = `jsonb_typeof(${down("e.v", path.each)}) IN ('object', 'array')`;
  const odd = `EXISTS (SELECT FROM ${elements(place)} WHERE ${inside})`;
  return `(${broken} OR coalesce(${at} NOT IN ('array', 'null'), false) OR ${odd})`;
}
