/**
 * A part of a table, by its key. The key travels as text and is cast to the columns' types, so the index on it answers; the order is that of
 * the columns' own collations, in which the index lies. Where the part ends is found first, on the index alone: then the
 * question is an ordinary one about a range. A row that comes into the range between the two is simply looked at, too.
 */
import type { Bounds, Window } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import { type Binder, binder } from "./binder.ts";
import type { Table } from "./catalogue.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

/** A key whose rows can be walked: the primary one, else one that is unique and never null. */
export function windowKey({ description, columns }: Table): readonly string[] | null {
  if (description.fixed !== undefined) return null;
  const candidates = [description.primaryKey, ...description.uniques].filter((key) => key.length > 0);
  const walkable = (key: readonly string[]): boolean => key.every((f) => columns.get(f)?.nullable === false);
  return candidates.find(walkable) ?? null;
}

/** Rows of the alias `t` after one key and up to another; empty when both are open. */
function range(
  table: Table,
  { key, after, upTo }: Omit<Window, "rowsMax">,
  { bind }: Pick<Binder, "bind">,
): string {
  const columns = key.flatMap((field) => table.columns.get(field) ?? []);
  const sides = `(${columns.map((c) => `t.${quoted(c.name)}`).join(", ")})`;
  const bound = (values: readonly string[]): string => {
    if (values.length !== columns.length || columns.length === 0)
      throw malformed(`a window of \`${table.name}\` is bounded by a key of another length`);
    return `(${columns.map((c, i) => `${bind(values[i] ?? "")}::text::${c.type}`).join(", ")})`;
  };
  return [
    ...(after === null ? [] : [`${sides} > ${bound(after)}`]),
    ...(upTo === null ? [] : [`${sides} <= ${bound(upTo)}`]),
  ].join(" AND ");
}

export interface Part {
  /** ` WHERE …`, or nothing: of the alias `t`. */
  readonly where: (binds: Pick<Binder, "bind">) => string;
  readonly reached: readonly string[] | null;
}

const WHOLE: Part = { where: () => "", reached: null };

/** Finds out where the window ends. */
export async function partOf(session: Session, table: Table, { window, timeoutMs }: Bounds): Promise<Part> {
  if (window === undefined) return WHOLE;
  const binds = binder();
  const inside = range(table, window, binds);
  const names = window.key.map((field) => `t.${quoted(field)}`);
  const skipped = binds.bind(String(Math.max(1, window.rowsMax) - 1));
  const text = `SELECT ${names.map((n) => `${n}::text`).join(", ")} FROM ${table.sql} AS t${inside === "" ? "" : ` WHERE ${inside}`}
ORDER BY ${names.join(", ")} OFFSET ${skipped}::text::bigint LIMIT 1`;
  const [last] = await session.rows(table.name, { text, values: binds.values, timeoutMs });
  const reached = last === undefined ? null : last.map((cell) => cell ?? "");
  const bounds = { ...window, upTo: reached ?? window.upTo };
  return {
    reached,
    where(of) {
      const part = range(table, bounds, of);
      return part === "" ? "" : ` WHERE ${part}`;
    },
  };
}
