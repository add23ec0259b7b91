/**
 * Columns under a collation that is not deterministic, which takes `Ann` for `ann`: a text equals itself only (spec/connector.md). All other
 * columns are written as they are, so that their indexes answer.
 */
import type { Column } from "./catalogue.ts";
import { quoted } from "./name.ts";

/** The column in its own type, compared as it is written. */
export const strict = ({ name, loose }: Column): string => `t.${quoted(name)}${loose ? ' COLLATE "C"' : ""}`;

/** The column holds the very key: an index may answer loosely first. */
export const meeting = (column: Column, key: string): string =>
  [`t.${quoted(column.name)} = ${key}`, ...(column.loose ? [`${strict(column)} = ${key}`] : [])].join(
    " AND ",
  );

/** The column's text. The database's own collation is a strict one, and knows every letter; without one, patterns could not be asked. */
export const textOf = (column: Pick<Column, "loose"> | undefined, name: string): string =>
  column?.loose === true
    ? `(t.${quoted(name)}::text COLLATE pg_catalog."default")`
    : `t.${quoted(name)}::text`;

/** An element of a list, which has the collation of the list's column. */
export const elementOf = ({ loose }: Pick<Column, "loose">): string =>
  loose ? '(e.v::text COLLATE "C")' : "e.v::text";

/** A row of `p` holds in this column what one of `t` has in that, as links are asked: by the collation of the field that holds the link. */
export function same(p: Column | undefined, t: Column | undefined): string {
  const [left, right] = [`p.${quoted(p?.name ?? "")}`, `t.${quoted(t?.name ?? "")}`];
  if (t?.looseAs !== undefined) return `${left} = ${right} COLLATE ${t.looseAs}`;
  // What an index can answer stands first.
  return p?.loose === true ? `${left} = ${right} AND ${left} COLLATE "C" = ${right}` : `${left} = ${right}`;
}
