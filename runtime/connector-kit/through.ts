/** What the connectors have in common that read along a link of a collection to itself (spec/connector.md, "Through"). */
import type { Led, Match, ReadQuery, Through } from "./contract.ts";
import { malformed } from "./refused.ts";

/** What a row that has been followed is called in SQL: the list of what is led to, and its one column. */
export const RING = "avow_ring";

export interface Followed {
  readonly from: string;
  readonly to: string;
  readonly anyOf: readonly Match[];
  readonly beside: readonly Match[];
}

/** Null: the query leads nowhere. */
export function followedOf(
  { collection, anyOf, through }: ReadQuery,
  columns: { has(name: string): boolean },
): Followed | null {
  if (through === undefined) return null;
  if (anyOf === undefined)
    throw malformed(`\`through\` of \`${collection}\` begins at no row: \`anyOf\` is missing`);
  const { from, to, beside = [] } = through;
  for (const field of [from, to])
    if (!columns.has(field))
      throw malformed(`\`${collection}\` has no field \`${field}\` of its own to go along`);
  return { from, to, anyOf, beside };
}

export const matchesIn = (
  anyOf: readonly Match[] | undefined,
  through: Through | undefined,
): readonly Match[] => [...(anyOf ?? []), ...(through?.beside ?? [])];

export const said = (led: Led): string => `'${led}'`;

/** SQL with its values in the order of its marks. */
interface Bound {
  readonly sql: string;
  readonly values: readonly string[];
}

interface Following {
  /** Of the alias `t`, with what the row says of itself in its place. */
  readonly cells: (led: string) => string;
  readonly table: string;
  /** Columns of the link, quoted. */
  readonly from: string;
  readonly to: string;
  readonly seeds: readonly Bound[];
  readonly beside: readonly Bound[];
  /** One that fixes the order: an index leads from each row to those that hang on it. */
  readonly join: string;
}

/**
 * For stores whose values have no numbers of their own. The recursion carries nothing but what is led to, each once, so that it ends in a ring
 * too. Null when nothing can match.
 */
export function ledSql({ cells, table, from, to, seeds, beside, join }: Following): Bound | null {
  const all = [...seeds, ...beside];
  if (all.length === 0) return null;
  const [own, next] = [`t.${to}`, `t.${from}`];
  const parts = all.map((branch, i): Bound => {
    const { sql, values } = less("", all.slice(0, i));
    const led = said(i < seeds.length ? "seed" : "met");
    return {
      sql: `SELECT ${cells(led)} FROM ${table} AS t WHERE (${branch.sql})${sql}`,
      values: [...branch.values, ...values],
    };
  });
  const joined = (some: readonly Bound[], first: readonly Bound[], ring: string): Bound => ({
    sql: `${ring}${some.map((p) => p.sql).join(" UNION ALL ")}`,
    values: [...first, ...some].flatMap((p) => p.values),
  });
  if (seeds.length === 0) return joined(parts, [], "");
  const first = seeds.map((s) => `SELECT ${own} FROM ${table} AS t WHERE (${s.sql}) AND ${own} IS NOT NULL`);
  const along = `${RING} AS r ${join} ${table} AS t ON ${next} = r.v`;
  const step = `SELECT ${own} FROM ${along} WHERE ${own} IS NOT NULL`;
  const hang = less(`SELECT ${cells(said("led"))} FROM ${along} WHERE 1 = 1`, all);
  const ring = `WITH RECURSIVE ${RING}(v) AS (${[...first, step].join(" UNION ")}) `;
  return joined([...parts, hang], seeds, ring);
}

/** Each by itself, less the rows of those before it. */
const less = (sql: string, before: readonly Bound[]): Bound => ({
  sql: `${sql}${before.map((b) => ` AND (${b.sql}) IS NOT TRUE`).join("")}`,
  values: before.flatMap((b) => b.values),
});
