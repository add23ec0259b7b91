/**
 * A part of a table, by its key. The bounds are cast to the columns' types, and texts to their collation: the order is that of the index. A
 * comparison of rows would not use it here, so it is written out, column by column. Where the part ends is found first, on the key alone.
 */
import type { Bounds, Window } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Table } from "./catalogue.ts";
import type { Column } from "./column.ts";
import { TEXTS } from "./column.ts";
import type { Condition } from "./match.ts";
import { quoted } from "./name.ts";
import { comparisonOf, textOf } from "./notation.ts";
import type { Session } from "./session.ts";

/** By type, what a text is cast to before it is compared; types that are left out have no order that a text keeps. */
const CASTS: Readonly<Record<string, (column: Column) => string>> = {
  ...Object.fromEntries(
    ["tinyint", "smallint", "mediumint", "int", "bigint"].map((type) => [
      type,
      (c: Column) => `CAST(? AS ${c.unsigned ? "UNSIGNED" : "SIGNED"})`,
    ]),
  ),
  decimal: (c) => `CAST(? AS DECIMAL(${c.precision}, ${c.scale}))`,
  date: () => "CAST(? AS DATE)",
  datetime: () => "CAST(? AS DATETIME(6))",
  timestamp: () => "CAST(? AS DATETIME(6))",
  ...Object.fromEntries([...TEXTS, "uuid", "binary", "varbinary"].map((type) => [type, () => "?"] as const)),
};

/** A key whose rows can be walked: the primary one, else one that is unique and never null. */
export function windowKey({ description, columns }: Table): readonly string[] | null {
  const candidates = [description.primaryKey, ...description.uniques].filter((key) => key.length > 0);
  const walkable = (key: readonly string[]): boolean =>
    key.every((f) => columns.get(f)?.nullable === false && CASTS[columns.get(f)?.base ?? ""] !== undefined);
  return candidates.find(walkable) ?? null;
}

interface Side extends Condition {
  readonly column: string;
}

function sidesOf(table: Table, key: readonly string[], values: readonly string[]): readonly Side[] {
  const wrong = (): Error => malformed(`a window of \`${table.name}\` is bounded by a key that does not fit`);
  if (values.length !== key.length || key.length === 0) throw wrong();
  return key.map((field, i): Side => {
    const column = table.columns.get(field);
    const cast = CASTS[column?.base ?? ""];
    if (column === undefined || cast === undefined) throw wrong();
    const comparison = comparisonOf(column);
    const value = comparison.canonical(values[i] ?? "");
    const [pair] = comparison.pairs(cast(column));
    if (value === null || pair === undefined) throw wrong();
    return { column: pair[0], sql: pair[1], values: [value] };
  });
}

/** `a > x OR (a = x AND b > y)`; the last comparison may include the bound. */
function beyond([first, ...rest]: readonly Side[], than: "<" | ">", last: string): Condition {
  if (first === undefined) return { sql: "TRUE", values: [] };
  const { column, sql, values } = first;
  if (rest.length === 0) return { sql: `${column} ${last} ${sql}`, values };
  const further = beyond(rest, than, last);
  return {
    sql: `(${column} ${than}= ${sql} AND (${column} ${than} ${sql} OR ${further.sql}))`,
    values: [...values, ...values, ...further.values],
  };
}

function range(table: Table, { key, after, upTo }: Omit<Window, "rowsMax">): Condition {
  const limits = [
    ...(after === null ? [] : [beyond(sidesOf(table, key, after), ">", ">")]),
    ...(upTo === null ? [] : [beyond(sidesOf(table, key, upTo), "<", "<=")]),
  ];
  return {
    sql: limits.length === 0 ? "" : ` WHERE ${limits.map((l) => l.sql).join(" AND ")}`,
    values: limits.flatMap((l) => l.values),
  };
}

export interface Part {
  /** ` WHERE …`, or nothing: of the alias `t`. */
  readonly where: Condition;
  readonly reached: readonly string[] | null;
}

export const WHOLE: Part = { where: { sql: "", values: [] }, reached: null };

/** Finds out where the window ends. */
export async function partOf(session: Session, table: Table, { window, timeoutMs }: Bounds): Promise<Part> {
  if (window === undefined) return WHOLE;
  const columns = window.key.flatMap((field) => table.columns.get(field) ?? []);
  const inside = range(table, window);
  const order = columns.map((c) => `t.${quoted(c.name)}`).join(", ");
  const text = `SELECT ${columns.map((c) => textOf(c)).join(", ")} FROM ${table.sql} AS t${inside.sql}
ORDER BY ${order} LIMIT 1 OFFSET ${Math.max(0, Math.trunc(window.rowsMax) - 1)}`;
  const [last] = await session.rows(table.name, { text, values: inside.values, timeoutMs });
  const reached = last === undefined ? null : last.map((cell) => cell ?? "");
  return { where: range(table, { ...window, upTo: reached ?? window.upTo }), reached };
}
