import type { OldestQuery, OldestReport } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

const UTC = "($1::text::timestamptz AT TIME ZONE 'UTC')";

/** The bound in the column's own type, so that an index on the column answers. A date stands for its midnight in UTC. */
const BOUND: Readonly<Record<string, string>> = {
  timestamptz: "$1::text::timestamptz",
  timestamp: UTC,
  date: `(CASE WHEN ${UTC} = date_trunc('day', ${UTC}) THEN ${UTC}::date ELSE ${UTC}::date + 1 END)`,
};

/** ISO 8601 has four digits for a year; what lies outside is shown at the edge. (`least` would make a date of null.) */
const iso = (column: string): string =>
  `to_char(CASE WHEN ${column} > '9999-12-31' THEN '9999-12-31'::timestamp
    WHEN ${column} < '0001-01-01' THEN '0001-01-01'::timestamp ELSE ${column}::timestamp END, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** With an index on the field each part is read from it; without one a single pass is cheaper than four. */
function sqlOf(table: Table, field: string, bound: string): string {
  const f = `t.${quoted(field)}`;
  const dated = `${f} > '-infinity' AND ${f} < 'infinity'`;
  const before = `${f} > '-infinity' AND ${f} < ${bound}`;
  const from = `FROM ${table.sql} AS t`;
  const indexed = table.description.indexes.some((fields) => fields[0] === field);
  const part = (what: string, where: string): string => `(SELECT ${what} ${from} WHERE ${where})`;
  const numbers = indexed
    ? `SELECT ${part(`min(${f})`, dated)} AS oldest, ${part("count(*)", before)} AS before,
  ${part("count(*)", `${f} IS NULL`)} + ${part("count(*)", `${f} = '-infinity'`)} + ${part("count(*)", `${f} = 'infinity'`)} AS undated,
  (SELECT count(*) ${from}) AS rows`
    : `SELECT min(${f}) FILTER (WHERE ${dated}) AS oldest, count(*) FILTER (WHERE ${before}) AS before,
  count(*) - count(*) FILTER (WHERE ${dated}) AS undated, count(*) AS rows ${from}`;
  return `SELECT ${iso("n.oldest")}, n.before::text, n.undated::text, n.rows::text FROM (${numbers}) AS n`;
}

export async function oldest(
  session: Session,
  cache: CatalogueCache,
  query: OldestQuery,
): Promise<OldestReport> {
  const { table } = await cache.table(query.collection, [query.field]);
  const base = table.columns.get(query.field)?.base ?? "";
  const bound = BOUND[base];
  if (bound === undefined)
    throw malformed(`\`${query.collection}.${query.field}\` holds no date; name a field with a date or time`);
  const at = new Date(query.before);
  if (Number.isNaN(at.getTime())) throw malformed("`before` is no ISO 8601 time");
  const text = sqlOf(table, query.field, bound);
  const [row] = await session.rows(query.collection, { text, values: [at.toISOString()] });
  return {
    oldest: row?.[0] ?? null,
    before: Number(row?.[1]),
    undated: Number(row?.[2]),
    rows: Number(row?.[3]),
  };
}
