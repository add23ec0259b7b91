import type {
  CountQuery,
  DistinctQuery,
  DistinctReport,
  MisfitQuery,
  MisfitReport,
} from "@avow/runtime/connector-kit/contract";
import { isPlace } from "@avow/runtime/connector-kit/places";
import { binder } from "./binder.ts";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { textOf } from "./collation.ts";
import { fieldsOf, selection } from "./match.ts";
import { isOdd, placeOf } from "./places.ts";
import type { Session, Statement } from "./session.ts";
import { type Part, partOf } from "./window.ts";

export async function countStatement(
  cache: CatalogueCache,
  { collection, anyOf }: CountQuery,
): Promise<{ table: Table; statement: Statement }> {
  const at = await cache.places(collection, fieldsOf(anyOf ?? []));
  const binds = binder();
  const rows = selection("1", anyOf, at, binds) ?? NO_ROWS;
  return {
    table: at.table,
    statement: { text: `SELECT count(*)::text FROM (${rows}) AS r`, values: binds.values },
  };
}

/** Conditions that nothing can meet. */
const NO_ROWS = "SELECT 1 WHERE false";

export async function count(session: Session, cache: CatalogueCache, query: CountQuery): Promise<number> {
  const { statement } = await countStatement(cache, query);
  const [row] = await session.rows(query.collection, statement);
  return Number(row?.[0]);
}

export async function distinctStatement(
  cache: CatalogueCache,
  query: DistinctQuery,
  part?: Part,
): Promise<{ table: Table; statement: Statement }> {
  const { table } = await cache.table(query.collection, [query.field, ...(query.window?.key ?? [])]);
  const binds = binder();
  const limit = binds.bind(String(Math.max(1, query.valuesMax)));
  // The window runs before the limit: the last column counts every row, also those of the values that are cut off.
  const text = `SELECT ${textOf(table.columns.get(query.field), query.field)}, count(*)::text, sum(count(*)) OVER ()::text
FROM ${table.sql} AS t${part?.where(binds) ?? ""} GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT ${limit}::text::int`;
  return { table, statement: { text, values: binds.values, timeoutMs: query.timeoutMs } };
}

export async function distinct(
  session: Session,
  cache: CatalogueCache,
  query: DistinctQuery,
): Promise<DistinctReport> {
  const { table } = await cache.table(query.collection, query.window?.key ?? []);
  const part = await partOf(session, table, query);
  const { statement } = await distinctStatement(cache, query, part);
  const found = await session.rows(query.collection, statement);
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
  const { table, catalogue } = await cache.places(collection, fields);
  const places = fields.filter((f) => isPlace(table, f)).map((f) => placeOf(table, f, catalogue));
  if (places.length === 0) return [];
  const counts = places.map((p) => `count(*) FILTER (WHERE ${isOdd(p)})::text`).join(", ");
  const text = `SELECT ${counts} FROM ${table.sql} AS t`;
  const [row] = await session.rows(collection, { text, values: [] });
  return places.map(({ name }, i) => ({ field: name, rows: Number(row?.[i] ?? 0) }));
}
