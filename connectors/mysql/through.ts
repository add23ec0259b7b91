/**
 * Reads along a link of a table to itself. The recursion carries nothing but what is led to, each once, so that it ends in a ring too. The
 * order of the joins is fixed: an index leads from each row to those that hang on it. How deep it may go, the session says: the server's own
 * limit would cut the answer without an error.
 */
import { type Followed, RING, said } from "@avow/runtime/connector-kit/through";
import type { Table } from "./catalogue.ts";
import { type Condition, conditionsOf } from "./match.ts";
import { quoted } from "./name.ts";

/** Each by itself, less the rows of those before it. */
const less = (sql: string, before: readonly Condition[]): Condition => ({
  sql: `${sql}${before.map((b) => ` AND (${b.sql}) IS NOT TRUE`).join("")}`,
  values: before.flatMap((b) => b.values),
});

/** `cells`: of the alias `t`, with what the row says of itself in its place. Null when nothing can match. */
export function ledSelection(
  cells: (led: string) => string,
  { from, to, anyOf, beside }: Followed,
  table: Table,
): Condition | null {
  const seeds = conditionsOf(anyOf, table);
  const all = [...seeds, ...conditionsOf(beside, table)];
  if (all.length === 0) return null;
  const [own, next] = [`t.${quoted(to)}`, `t.${quoted(from)}`];
  const parts = all.map((branch, i): Condition => {
    const led = said(i < seeds.length ? "seed" : "met");
    const { sql, values } = less("", all.slice(0, i));
    return {
      sql: `SELECT ${cells(led)} FROM ${table.sql} AS t WHERE (${branch.sql})${sql}`,
      values: [...branch.values, ...values],
    };
  });
  const joined = (some: readonly Condition[], first: readonly Condition[], ring: string): Condition => ({
    sql: `${ring}${some.map((p) => p.sql).join(" UNION ALL ")}`,
    values: [...first, ...some].flatMap((p) => p.values),
  });
  if (seeds.length === 0) return joined(parts, [], "");
  const first = seeds.map(
    (s) => `SELECT ${own} FROM ${table.sql} AS t WHERE (${s.sql}) AND ${own} IS NOT NULL`,
  );
  const along = `${RING} AS r STRAIGHT_JOIN ${table.sql} AS t ON ${next} = r.v`;
  const step = `SELECT ${own} FROM ${along} WHERE ${own} IS NOT NULL`;
  const hang = less(`SELECT ${cells(said("led"))} FROM ${along} WHERE 1 = 1`, all);
  const ring = `WITH RECURSIVE ${RING}(v) AS (${[...first, step].join(" UNION ")}) `;
  return joined([...parts, hang], seeds, ring);
}
