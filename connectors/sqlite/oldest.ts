/**
 * SQLite has no dates: programs write them as text (ISO 8601), as whole numbers (seconds or milliseconds since 1970) or as real ones
 * (Julian days). Each value is read as what it is.
 */
import { among } from "@avow/runtime/connector-kit/among";
import type { Match, OldestQuery, OldestReport } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { purposeOf } from "./column.ts";
import { type Condition, fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import type { Session, Statement } from "./session.ts";
import { type Part, partOf, WHOLE } from "./window.ts";

const DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";

/** Milliseconds since 1970; null for what is no point in time. Above 10^11 a whole number can only be milliseconds (or the year 5138). */
const milliseconds = (f: string): string => `CASE typeof(${f})
  WHEN 'text' THEN CASE WHEN ${f} GLOB '${DAY}' OR ${f} GLOB '${DAY}[ T]*' THEN CAST(round(unixepoch(${f}, 'subsec') * 1000) AS INTEGER) END
  WHEN 'integer' THEN CASE WHEN abs(${f}) >= 100000000000 THEN ${f} ELSE ${f} * 1000 END
  WHEN 'real' THEN CAST(round(CASE WHEN ${f} BETWEEN 1721059.5 AND 5373484.5 THEN (${f} - 2440587.5) * 86400000 ELSE ${f} * 1000 END) AS INTEGER)
  END`;

/** Years of four digits, which is what ISO 8601 can write. */
const iso = (ms: number): string =>
  new Date(Math.max(-62_135_596_800_000, Math.min(253_402_300_799_999, ms))).toISOString();

/** Numbers in a column that does not say that it holds dates are dates only if they are of this age, between 1973 and 5138. */
const PLAUSIBLE_MS = [100_000_000_000, 100_000_000_000_000] as const;

/** Rows that one of these meets, as a table of the field alone. */
function some(table: Table, field: string, anyOf: readonly Match[]): Condition {
  const f = `t.${quoted(field)}`;
  const rows = selection(f, anyOf, table) ?? {
    sql: `SELECT ${f} FROM ${table.sql} AS t WHERE FALSE`,
    values: [],
  };
  return { ...rows, sql: `(${rows.sql})` };
}

/** One pass always: an index orders values by their kind first, so it can not tell which date is the oldest. */
export async function oldestStatement(
  cache: CatalogueCache,
  query: OldestQuery,
  part: Part = WHOLE,
): Promise<{ table: Table; at: number; statement: Statement }> {
  const fields = [query.field, ...(query.window?.key ?? []), ...(query.keys?.fields ?? [])];
  const anyOf = among(query);
  const table = await cache.table(query.collection, fields);
  if (anyOf !== null) await cache.places(query.collection, fieldsOf(anyOf));
  const at = new Date(query.before).getTime();
  if (Number.isNaN(at)) throw malformed("`before` is no ISO 8601 time");
  const until = query.until === undefined ? null : new Date(query.until).getTime();
  if (Number.isNaN(until)) throw malformed("`until` is no ISO 8601 time");
  const f = `t.${quoted(query.field)}`;
  const dated = until === null ? "ms IS NOT NULL" : `ms < ${until}`;
  const of = anyOf === null ? { sql: table.sql, values: [] } : some(table, query.field, anyOf);
  const [least, most] = PLAUSIBLE_MS;
  const strange = `f IS NOT NULL AND (ms IS NULL OR (typeof(f) <> 'text' AND ms NOT BETWEEN ${least} AND ${most}))`;
  const text = `SELECT min(ms) FILTER (WHERE ${dated}), count(*) FILTER (WHERE ms < ${at}), count(*) - count(*) FILTER (WHERE ${dated}), count(*), count(*) FILTER (WHERE ${strange})
FROM (SELECT ${milliseconds(f)} AS ms, ${f} AS f FROM ${of.sql} AS t${part.where.sql})`;
  const values = [...of.values, ...part.where.values];
  return { table, at, statement: { text, values, timeoutMs: query.timeoutMs } };
}

/** Some of the rows that lie before, for whoever has to find them. */
async function keysBefore(
  session: Session,
  { table, at }: { table: Table; at: number },
  query: OldestQuery,
  { where }: Part,
): Promise<string[][]> {
  const { fields = [], rowsMax = 0 } = query.keys ?? {};
  const names = fields.map((field) => `t.${quoted(field)}`).join(", ");
  const text = `SELECT ${names} FROM ${table.sql} AS t WHERE ${milliseconds(`t.${quoted(query.field)}`)} < ${at}
${where.sql.replace(" WHERE ", " AND ")} LIMIT ${Math.trunc(rowsMax)}`;
  const rows = await session.rows(table.name, { text, values: where.values, timeoutMs: query.timeoutMs });
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
  const column = made.table.columns.get(query.field);
  const declared = column !== undefined && ["date", "datetime"].includes(purposeOf(column) ?? "");
  if (!declared && row?.[4] !== "0")
    throw malformed(
      `\`${query.collection}.${query.field}\` holds other things than dates; name a field with a date or time, or declare it as one`,
    );
  const first = row?.[0] ?? null;
  const [before, rows] = [Number(row?.[1]), Number(row?.[3])];
  const wanted = before > 0 && query.keys !== undefined && query.keys.fields.length > 0;
  return {
    oldest: first === null ? null : iso(Number(first)),
    before,
    undated: Number(row?.[2]),
    rows,
    ...(wanted ? { keys: await keysBefore(session, made, query, part) } : {}),
    ...(query.window === undefined ? {} : { window: { rows, reached: part.reached } }),
  };
}
