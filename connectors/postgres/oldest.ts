import { among } from "@avow/runtime/connector-kit/among";
import type { OldestQuery, OldestReport } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import { binder } from "./binder.ts";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import type { Session, Statement } from "./session.ts";
import { type Part, partOf } from "./window.ts";

const utc = (at: string): string => `(${at}::text::timestamptz AT TIME ZONE 'UTC')`;

/** The bound in the column's own type, so that an index on the column answers. A date stands for its midnight in UTC. */
const BOUND: Readonly<Record<string, (at: string) => string>> = {
  timestamptz: (at) => `${at}::text::timestamptz`,
  timestamp: utc,
  date: (at) =>
    `(CASE WHEN ${utc(at)} = date_trunc('day', ${utc(at)}) THEN ${utc(at)}::date ELSE ${utc(at)}::date + 1 END)`,
};

/** ISO 8601 has four digits for a year; what lies outside is shown at the edge. (`least` would make a date of null.) */
const iso = (column: string): string =>
  `to_char(CASE WHEN ${column} > '9999-12-31' THEN '9999-12-31'::timestamp
    WHEN ${column} < '0001-01-01' THEN '0001-01-01'::timestamp ELSE ${column}::timestamp END, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/**
 * With an index on the field each part is read from it; without one, and in a window, a single pass is cheaper than four. With `beforeMax`
 * nothing is read that the index does not hold: all rows are not counted, and those before end at that number.
 */
function sqlOf(
  table: Table,
  query: OldestQuery,
  { bound, until }: Bounds,
  { from, where }: { readonly from: string; readonly where: string },
): string {
  const f = `t.${quoted(query.field)}`;
  const dated = `${f} > '-infinity' AND ${f} < ${until ?? "'infinity'"}`;
  const beyond = until === null ? `${f} = 'infinity'` : `${f} >= ${until}`;
  const before = `${f} > '-infinity' AND ${f} < ${bound}`;
  const indexed = isIndexed(table, query.field) && query.window === undefined && query.anyOf === undefined;
  const part = (what: string, where: string): string => `(SELECT ${what} ${from} WHERE ${where})`;
  const most = query.beforeMax === undefined ? null : Math.max(1, Math.trunc(query.beforeMax));
  const numbered = (where: string): string =>
    most === null
      ? part("count(*)", where)
      : `(SELECT count(*) FROM (SELECT 1 ${from} WHERE ${where} LIMIT ${most}) AS b)`;
  const all = most === null ? `(SELECT count(*) ${from})` : String(table.description.rowsEstimate ?? 0);
  const numbers = indexed
    ? `SELECT ${part(`min(${f})`, dated)} AS oldest, ${numbered(before)} AS before,
  ${numbered(`${f} IS NULL`)} + ${numbered(`${f} = '-infinity'`)} + ${numbered(beyond)} AS undated,
  ${all} AS rows`
    : `SELECT min(${f}) FILTER (WHERE ${dated}) AS oldest, count(*) FILTER (WHERE ${before}) AS before,
  count(*) - count(*) FILTER (WHERE ${dated}) AS undated, count(*) AS rows ${from}${where}`;
  return `SELECT ${iso("n.oldest")}, n.before::text, n.undated::text, n.rows::text FROM (${numbers}) AS n`;
}

interface Bounds {
  readonly bound: string;
  /** Null: every date counts. */
  readonly until: string | null;
}

const isIndexed = ({ description }: Table, field: string): boolean =>
  description.indexes.some((fields) => fields[0] === field);

export async function oldestStatement(
  cache: CatalogueCache,
  query: OldestQuery,
  part?: Part,
): Promise<{ table: Table; bound: string; at: string; statement: Statement }> {
  const fields = [query.field, ...(query.window?.key ?? []), ...(query.keys?.fields ?? [])];
  const anyOf = among(query);
  const asked = await cache.table(query.collection, fields);
  if (anyOf !== null) await cache.places(query.collection, fieldsOf(anyOf));
  const { table } = asked;
  const base = table.columns.get(query.field)?.base ?? "";
  const boundAt = BOUND[base];
  if (boundAt === undefined)
    throw malformed(`\`${query.collection}.${query.field}\` holds no date; name a field with a date or time`);
  const at = new Date(query.before);
  if (Number.isNaN(at.getTime())) throw malformed("`before` is no ISO 8601 time");
  const until = query.until === undefined ? null : new Date(query.until);
  if (until !== null && Number.isNaN(until.getTime())) throw malformed("`until` is no ISO 8601 time");
  const binds = binder();
  const bound = boundAt(binds.bind(at.toISOString()));
  const bounds = { bound, until: until === null ? null : boundAt(binds.bind(until.toISOString())) };
  const f = `t.${quoted(query.field)}`;
  const rows =
    anyOf === null
      ? table.sql
      : `(${selection(f, anyOf, asked, binds) ?? `SELECT ${f} FROM ${table.sql} AS t WHERE false`})`;
  const text = sqlOf(table, query, bounds, { from: `FROM ${rows} AS t`, where: part?.where(binds) ?? "" });
  const statement = { text, values: binds.values, timeoutMs: query.timeoutMs };
  return { table, bound, at: at.toISOString(), statement };
}

/** Some of the rows that lie before, for whoever has to find them. */
async function keysBefore(
  session: Session,
  { table, bound, at }: { table: Table; bound: string; at: string },
  query: OldestQuery,
  part: Part,
): Promise<string[][]> {
  const { fields = [], rowsMax = 0 } = query.keys ?? {};
  const f = `t.${quoted(query.field)}`;
  const binds = binder();
  binds.bind(at);
  const limit = binds.bind(String(rowsMax));
  const within = part.where(binds).replace(" WHERE ", " AND ");
  const text = `SELECT ${fields.map((k) => `t.${quoted(k)}::text`).join(", ")} FROM ${table.sql} AS t
WHERE ${f} > '-infinity' AND ${f} < ${bound}${within} LIMIT ${limit}::text::bigint`;
  const rows = await session.rows(table.name, { text, values: binds.values, timeoutMs: query.timeoutMs });
  return rows.map((row) => row.map((cell) => cell ?? ""));
}

export async function oldest(
  session: Session,
  cache: CatalogueCache,
  query: OldestQuery,
): Promise<OldestReport> {
  const { table: asked } = await cache.table(query.collection, query.window?.key ?? []);
  const part = await partOf(session, asked, query);
  const made = await oldestStatement(cache, query, part);
  const [row] = await session.rows(query.collection, made.statement);
  const [before, rows] = [Number(row?.[1]), Number(row?.[3])];
  const wanted = before > 0 && query.keys !== undefined && query.keys.fields.length > 0;
  return {
    oldest: row?.[0] ?? null,
    before,
    undated: Number(row?.[2]),
    rows,
    ...(wanted ? { keys: await keysBefore(session, made, query, part) } : {}),
    ...(query.window === undefined ? {} : { window: { rows, reached: part.reached } }),
  };
}
