/**
 * A part of a table, by its key, in the order of the index. A key's column converts the text to what it holds; one that converts nothing is
 * no key to walk by. Where the part ends is found first, on the key alone.
 */
import type { Bounds, Window } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { Table } from "./catalogue.ts";
import type { Condition } from "./match.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

/** A key whose rows can be walked: the primary one, else one that is unique; never null. A real number's text may not be all of it. */
export function windowKey({ description, columns }: Table): readonly string[] | null {
  const candidates = [description.primaryKey, ...description.uniques].filter((key) => key.length > 0);
  const walkable = (key: readonly string[]): boolean =>
    key.every((field) => {
      const column = columns.get(field);
      return column?.nullable === false && ["integer", "text"].includes(column.affinity);
    });
  return candidates.find(walkable) ?? null;
}

function range(table: Table, { key, after, upTo }: Omit<Window, "rowsMax">): Condition {
  const sides = `(${key.map((field) => `t.${quoted(field)}`).join(", ")})`;
  const bound = (values: readonly string[]): string => {
    if (values.length !== key.length || key.length === 0)
      throw malformed(`a window of \`${table.name}\` is bounded by a key of another length`);
    return `(${key.map(() => "?").join(", ")})`;
  };
  const limits = [
    ...(after === null ? [] : [`${sides} > ${bound(after)}`]),
    ...(upTo === null ? [] : [`${sides} <= ${bound(upTo)}`]),
  ];
  return {
    sql: limits.length === 0 ? "" : ` WHERE ${limits.join(" AND ")}`,
    values: [...(after ?? []), ...(upTo ?? [])],
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
  const names = window.key.map((field) => `t.${quoted(field)}`).join(", ");
  const inside = range(table, window);
  const text = `SELECT ${names} FROM ${table.sql} AS t${inside.sql}
ORDER BY ${names} LIMIT 1 OFFSET ${Math.max(0, Math.trunc(window.rowsMax) - 1)}`;
  const [last] = await session.rows(table.name, { text, values: inside.values, timeoutMs });
  const reached = last === undefined ? null : last.map((cell) => cell ?? "");
  return { where: range(table, { ...window, upTo: reached ?? window.upTo }), reached };
}
