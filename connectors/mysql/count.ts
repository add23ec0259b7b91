import type {
  CountQuery,
  DistinctQuery,
  DistinctReport,
  MisfitQuery,
  MisfitReport,
} from "@avow/runtime/connector-kit/contract";
import { isPlace } from "@avow/runtime/connector-kit/places";
import type { CatalogueCache } from "./catalogue.ts";
import { fieldsOf, selection } from "./match.ts";
import { textOf } from "./notation.ts";
import { isOdd, placeOf } from "./places.ts";
import type { Session } from "./session.ts";

export async function count(session: Session, cache: CatalogueCache, query: CountQuery): Promise<number> {
  const table = await cache.places(query.collection, fieldsOf(query.anyOf ?? []));
  const rows = selection("1 AS one", query.anyOf, table);
  if (rows === null) return 0;
  const text = `SELECT COUNT(*) FROM (${rows.sql}) AS r`;
  const [row] = await session.rows(query.collection, { text, values: rows.values });
  return Number(row?.[0]);
}

export async function distinct(
  session: Session,
  cache: CatalogueCache,
  query: DistinctQuery,
): Promise<DistinctReport> {
  const table = await cache.table(query.collection, [query.field]);
  const column = table.columns.get(query.field);
  if (column === undefined) return { values: [], rows: 0 };
  // No collation may fold two values into one. The window runs before the limit: its sum counts every row.
  const text = `SELECT g.v, g.n, SUM(g.n) OVER () FROM (
  SELECT ${textOf(column)} COLLATE utf8mb4_nopad_bin AS v, COUNT(*) AS n FROM ${table.sql} AS t GROUP BY 1) AS g
ORDER BY g.n DESC, g.v LIMIT ${Math.max(1, Math.trunc(query.valuesMax))}`;
  const rows = await session.rows(query.collection, { text, values: [] });
  return {
    values: rows.slice(0, query.valuesMax).map((row) => ({ value: row[0] ?? null, rows: Number(row[1]) })),
    rows: Number(rows[0]?.[2] ?? 0),
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
  const counts = places.map((p) => `SUM(CASE WHEN ${isOdd(p)} THEN 1 ELSE 0 END)`).join(", ");
  const text = `SELECT ${counts} FROM ${table.sql} AS t`;
  const [row] = await session.rows(collection, { text, values: [] });
  return places.map(({ name }, i) => ({ field: name, rows: Number(row?.[i] ?? 0) }));
}
