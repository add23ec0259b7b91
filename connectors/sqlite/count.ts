import type {
  CountQuery,
  DistinctQuery,
  DistinctReport,
  MisfitQuery,
  MisfitReport,
} from "@avow/runtime/connector-kit/contract";
import { isPlace } from "@avow/runtime/connector-kit/places";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { fieldsOf, selection } from "./match.ts";
import { quoted } from "./name.ts";
import { isOdd, placeOf } from "./places.ts";
import type { Session, Statement } from "./session.ts";
import { type Part, partOf, WHOLE } from "./window.ts";

export async function countStatement(
  cache: CatalogueCache,
  { collection, anyOf }: CountQuery,
): Promise<{ table: Table; statement: Statement }> {
  const table = await cache.places(collection, fieldsOf(anyOf ?? []));
  const rows = selection("count(*)", anyOf, table) ?? NO_ROWS;
  return { table, statement: { text: rows.sql, values: rows.values } };
}

/** Conditions that nothing can meet. */
const NO_ROWS = { sql: "SELECT 0", values: [] };

export async function count(session: Session, cache: CatalogueCache, query: CountQuery): Promise<number> {
  const { statement } = await countStatement(cache, query);
  const [row] = await session.rows(query.collection, statement);
  return Number(row?.[0]);
}

export async function distinctStatement(
  cache: CatalogueCache,
  query: DistinctQuery,
  part: Part = WHOLE,
): Promise<{ table: Table; statement: Statement }> {
  const table = await cache.table(query.collection, [query.field, ...(query.window?.key ?? [])]);
  const f = `t.${quoted(query.field)}`;
  // The window runs before the limit: the last column counts every row, also those of the values that are cut off.
  const text = `SELECT ${f} COLLATE BINARY, count(*), sum(count(*)) OVER () FROM ${table.sql} AS t${part.where.sql}
GROUP BY typeof(${f}), ${f} COLLATE BINARY ORDER BY count(*) DESC, 1 LIMIT ${Math.max(1, Math.trunc(query.valuesMax))}`;
  return { table, statement: { text, values: part.where.values, timeoutMs: query.timeoutMs } };
}

export async function distinct(
  session: Session,
  cache: CatalogueCache,
  query: DistinctQuery,
): Promise<DistinctReport> {
  const table = await cache.table(query.collection, query.window?.key ?? []);
  const part = await partOf(session, table, query);
  const found = await session.rows(query.collection, (await distinctStatement(cache, query, part)).statement);
  const rows = Number(found[0]?.[2] ?? 0);
  return {
    values: found.slice(0, query.valuesMax).map((row) => ({ value: row[0] ?? null, rows: Number(row[1]) })),
    rows,
    ...(query.window === undefined ? {} : { window: { rows, reached: part.reached } }),
  };
}

export async function misfits(
  session: Session,
  cache: CatalogueCache,
  { collection, fields }: MisfitQuery,
): Promise<MisfitReport> {
  const table = await cache.places(collection, fields);
  const places = fields.filter((f) => isPlace(table, f)).map((f) => placeOf(table, f));
  if (places.length === 0) return [];
  const counts = places.map((p) => `coalesce(sum(CASE WHEN ${isOdd(p)} THEN 1 ELSE 0 END), 0)`).join(", ");
  const text = `SELECT ${counts} FROM ${table.sql} AS t`;
  const [row] = await session.rows(collection, { text, values: [] });
  return places.map(({ name }, i) => ({ field: name, rows: Number(row?.[i] ?? 0) }));
}
