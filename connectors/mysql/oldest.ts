import type { OldestQuery, OldestReport } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import type { CatalogueCache } from "./catalogue.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

const DATES = new Set(["date", "datetime", "timestamp"]);

/** `2024-01-01T10:00:00.000Z` as a time of a session at UTC. */
const utc = (at: Date): string => at.toISOString().replace("T", " ").slice(0, 23);

export async function oldest(
  session: Session,
  cache: CatalogueCache,
  query: OldestQuery,
): Promise<OldestReport> {
  const table = await cache.table(query.collection, [query.field]);
  if (!DATES.has(table.columns.get(query.field)?.base ?? ""))
    throw malformed(`\`${query.collection}.${query.field}\` holds no date; name a field with a date or time`);
  const at = new Date(query.before);
  if (Number.isNaN(at.getTime())) throw malformed("`before` is no ISO 8601 time");
  const f = `t.${quoted(query.field)}`;
  // A zero date, or one with a zero in it, is no point in time.
  const dated = `(MONTH(${f}) > 0 AND DAYOFMONTH(${f}) > 0)`;
  const text = `SELECT DATE_FORMAT(MIN(CASE WHEN ${dated} THEN ${f} END), '%Y-%m-%dT%H:%i:%s.%f'),
  SUM(${dated} AND ${f} < CAST(? AS DATETIME(3))), COUNT(*) - SUM(COALESCE(${dated}, 0)), COUNT(*) FROM ${table.sql} AS t`;
  const [row] = await session.rows(query.collection, { text, values: [utc(at)] });
  const first = row?.[0] ?? null;
  return {
    oldest: first === null ? null : `${first.slice(0, 23)}Z`,
    before: Number(row?.[1] ?? 0),
    undated: Number(row?.[2] ?? 0),
    rows: Number(row?.[3]),
  };
}
