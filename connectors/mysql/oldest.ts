import { among } from "@avow/runtime/connector-kit/among";
import type { Match, OldestQuery, OldestReport } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { type Condition, fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import { textOf } from "./notation.ts";
import type { Session, Statement } from "./session.ts";
import { type Part, partOf, WHOLE } from "./window.ts";

const DATES = new Set(["date", "datetime", "timestamp"]);

/** `2024-01-01T10:00:00.000Z` as a time of a session at UTC. */
const utc = (at: Date): string => at.toISOString().replace("T", " ").slice(0, 23);

/** In one pass. With `beforeMax` and an index on the field, only what that index holds: dates with a zero in them that lie after the bound stay uncounted. */
function sqlOf(
  table: Table,
  query: OldestQuery,
  { from, isPart }: { readonly from: string; readonly isPart: boolean },
): { text: string; bounds: readonly ("at" | "until")[] } {
  const f = `t.${quoted(query.field)}`;
  // A zero date, or one with a zero in it, is no point in time.
  const bound = "CAST(? AS DATETIME(3))";
  const real = `MONTH(${f}) > 0 AND DAYOFMONTH(${f}) > 0`;
  const ends = query.until === undefined ? [] : (["until"] as const);
  const dated = ends.length === 0 ? `(${real})` : `(${real} AND ${f} < ${bound})`;
  const indexed = table.description.indexes.some((fields) => fields[0] === query.field);
  if (query.beforeMax === undefined || isPart || !indexed) {
    const text = `SELECT DATE_FORMAT(MIN(CASE WHEN ${dated} THEN ${f} END), '%Y-%m-%dT%H:%i:%s.%f'),
  SUM(${dated} AND ${f} < ${bound}), COUNT(*) - SUM(COALESCE(${dated}, 0)), COUNT(*) FROM ${from}`;
    return { text, bounds: [...ends, ...ends, "at", ...ends] };
  }
  const most = Math.max(1, Math.trunc(query.beforeMax));
  const counted = (where: string): string =>
    `(SELECT COUNT(*) FROM (SELECT 1 FROM ${table.sql} AS t WHERE ${where} LIMIT ${most}) AS b)`;
  const first = `(SELECT ${f} FROM ${table.sql} AS t WHERE ${f} IS NOT NULL AND ${dated} ORDER BY ${f} LIMIT 1)`;
  const beyond = ends.length === 0 ? "0" : counted(`${f} >= ${bound}`);
  const text = `SELECT DATE_FORMAT(${first}, '%Y-%m-%dT%H:%i:%s.%f'), ${counted(`${f} < ${bound} AND ${real}`)},
  ${counted(`${f} IS NULL`)} + ${counted(`${f} < ${bound} AND NOT (${real})`)} + ${beyond}, ${table.description.rowsEstimate ?? 0}`;
  return { text, bounds: [...ends, "at", "at", ...ends] };
}

/** Rows that one of these meets, as a table of the field alone. */
function some(table: Table, field: string, anyOf: readonly Match[]): Condition {
  const f = `t.${quoted(field)}`;
  const rows = selection(f, anyOf, table) ?? {
    sql: `SELECT ${f} FROM ${table.sql} AS t WHERE FALSE`,
    values: [],
  };
  return { ...rows, sql: `(${rows.sql})` };
}

export async function oldestStatement(
  cache: CatalogueCache,
  query: OldestQuery,
  part: Part = WHOLE,
): Promise<{ table: Table; at: string; statement: Statement }> {
  const fields = [query.field, ...(query.window?.key ?? []), ...(query.keys?.fields ?? [])];
  const anyOf = among(query);
  const table = await cache.table(query.collection, fields);
  if (anyOf !== null) await cache.places(query.collection, fieldsOf(anyOf));
  if (!DATES.has(table.columns.get(query.field)?.base ?? ""))
    throw malformed(`\`${query.collection}.${query.field}\` holds no date; name a field with a date or time`);
  const at = new Date(query.before);
  if (Number.isNaN(at.getTime())) throw malformed("`before` is no ISO 8601 time");
  const until = new Date(query.until ?? query.before);
  if (Number.isNaN(until.getTime())) throw malformed("`until` is no ISO 8601 time");
  const of = anyOf === null ? { sql: table.sql, values: [] } : some(table, query.field, anyOf);
  const isPart = query.window !== undefined || anyOf !== null;
  const { text, bounds } = sqlOf(table, query, { from: `${of.sql} AS t${part.where.sql}`, isPart });
  const values = [...bounds.map((b) => utc(b === "at" ? at : until)), ...of.values, ...part.where.values];
  return { table, at: utc(at), statement: { text, values, timeoutMs: query.timeoutMs } };
}

/** Some of the rows that lie before, for whoever has to find them. */
async function keysBefore(
  session: Session,
  { table, at }: { table: Table; at: string },
  query: OldestQuery,
  { where }: Part,
): Promise<string[][]> {
  const { fields = [], rowsMax = 0 } = query.keys ?? {};
  const f = `t.${quoted(query.field)}`;
  const columns = fields.flatMap((field) => table.columns.get(field) ?? []);
  const inside = where.sql.replace(" WHERE ", " AND ");
  const text = `SELECT ${columns.map((c) => textOf(c)).join(", ")} FROM ${table.sql} AS t
WHERE ${f} < CAST(? AS DATETIME(3)) AND MONTH(${f}) > 0 AND DAYOFMONTH(${f}) > 0${inside} LIMIT ${Math.trunc(rowsMax)}`;
  const rows = await session.rows(table.name, {
    ...{ text, values: [at, ...where.values], timeoutMs: query.timeoutMs },
  });
  return rows.map((row) => row.map((cell) => cell ?? ""));
}

export async function oldest(
  session: Session,
  cache: CatalogueCache,
  query: OldestQuery,
): Promise<OldestReport> {
  const asked = await cache.table(query.collection, query.window?.key ?? []);
  const part = await partOf(session, asked, query);
  const made = await oldestStatement(cache, query, part);
  const [row] = await session.rows(query.collection, made.statement);
  const first = row?.[0] ?? null;
  const [before, rows] = [Number(row?.[1] ?? 0), Number(row?.[3])];
  const wanted = before > 0 && query.keys !== undefined && query.keys.fields.length > 0;
  return {
    oldest: first === null ? null : `${first.slice(0, 23)}Z`,
    before,
    undated: Number(row?.[2] ?? 0),
    rows,
    ...(wanted ? { keys: await keysBefore(session, made, query, part) } : {}),
    ...(query.window === undefined ? {} : { window: { rows, reached: part.reached } }),
  };
}
