/**
 * Reads along a link of a table to itself. The recursion carries nothing but what is led to, each once, so that it ends in a ring too. Its
 * step is a `LATERAL` that the planner can't turn around: an index leads from each row to those that hang on it, however far its guess is off.
 */
import { type Followed, RING, said } from "@avow/runtime/connector-kit/through";
import type { Binder } from "./binder.ts";
import type { Catalogue, Table } from "./catalogue.ts";
import { branchesOf, but } from "./match.ts";
import { quoted } from "./name.ts";

/** `cells`: of the alias `t`, with what the row says of itself in its place. Null when nothing can match. */
export function ledSelection(
  cells: (led: string) => string,
  { from, to, anyOf, beside }: Followed,
  at: { readonly table: Table; readonly catalogue: Catalogue },
  binds: Binder,
): string | null {
  const table = at.table.sql;
  const seeds = branchesOf(anyOf, at, binds);
  const others = branchesOf(beside, at, binds);
  const all = [...seeds, ...others];
  if (all.length === 0) return null;
  const [own, next] = [quoted(to), quoted(from)];
  const parts = all.map((branch, i) => {
    const led = said(i < seeds.length ? "seed" : "met");
    return `SELECT ${cells(led)} FROM ${table} AS t WHERE (${branch})${but(all.slice(0, i))}`;
  });
  if (seeds.length === 0) return parts.join(" UNION ALL ");
  const first = seeds.map(
    (seed) => `SELECT t.${own} FROM ${table} AS t WHERE (${seed}) AND t.${own} IS NOT NULL`,
  );
  const step = `SELECT n.v FROM ${RING} AS r CROSS JOIN LATERAL
    (SELECT t.${own} AS v FROM ${table} AS t WHERE t.${next} = r.v AND t.${own} IS NOT NULL OFFSET 0) AS n`;
  const hang = `SELECT ${cells(said("led"))} FROM ${RING} AS r JOIN ${table} AS t ON t.${next} = r.v WHERE true${but(all)}`;
  return `WITH RECURSIVE ${RING}(v) AS ((${first.join(" UNION ")}) UNION ${step}) ${[...parts, hang].join(" UNION ALL ")}`;
}
