import type { SearchHit, SearchQuery, SearchReport } from "@avow/runtime/connector-kit/contract";
import { binder } from "./binder.ts";
import type { CatalogueCache, Column, Table } from "./catalogue.ts";
import { textOf } from "./collation.ts";
import { quoted } from "./name.ts";
import type { Session, Statement } from "./session.ts";
import { type Part, partOf } from "./window.ts";

/** Types whose text can only be what the type says. */
const SILENT = new Set(["bool", "date", "time", "timetz", "timestamp", "timestamptz", "interval", "uuid"]);
const speaks = (column: Column): boolean => !column.isEnum && !SILENT.has(column.base);

/** `escape` leaves the readable bytes of a blob readable. */
const asText = (column: Column): string =>
  column.base === "bytea" ? `encode(t.${quoted(column.name)}, 'escape')` : textOf(column, column.name);

/** Above this the whole table is not counted for the sake of a percentage: the estimate stands in. */
const COUNTED_ROWS_MAX = 5_000_000;

/** A part of the blocks, when the table is much longer than the look: the first rows of a table are its oldest. */
function sample({ description, sampled }: Table, { rowsMax, window }: SearchQuery): string {
  if (window !== undefined) return "";
  const estimate = description.rowsEstimate;
  if (!sampled || estimate === null || estimate <= 2 * rowsMax) return "";
  const percent = Math.min(100, Math.max(0.0001, (120 * rowsMax) / estimate));
  return ` TABLESAMPLE SYSTEM (${percent})`;
}

/**
 * One pass: rows are numbered as they come, and the last is always returned, so that the number of rows examined is known without a second look.
 * Columns: number, field (null on the last row without a hit), value, key….
 */
function sqlOf(table: Table, columns: readonly Column[], query: SearchQuery, where: string): string {
  const keys = query.key.map((field, i) => `t.${quoted(field)}::text AS k${i}`);
  const values = columns.map((column, i) => `${asText(column)} AS c${i}`);
  const look = `SELECT ${[...keys, ...values, "true AS seen"].join(", ")}
  FROM ${table.sql} AS t${sample(table, query)}${where} LIMIT nullif($2::text, '')::bigint`;
  const pairs = columns.map((_, i) => `(${i}, s.c${i})`).join(", ");
  return `SELECT s.number::text, h.field::text, h.value, ${query.key.map((_, i) => `s.k${i}`).join(", ") || "NULL"}
FROM (SELECT r.*, row_number() OVER w AS number, lead(r.seen) OVER w IS NULL AS last FROM (${look}) AS r WINDOW w AS ()) AS s
LEFT JOIN LATERAL (SELECT * FROM (VALUES ${pairs}) AS v(field, value) WHERE v.value ~ $1::text) AS h ON true
WHERE h.field IS NOT NULL OR s.last
LIMIT $3::text::bigint`;
}

async function populationOf(session: Session, table: Table): Promise<number> {
  const estimate = table.description.rowsEstimate;
  if (estimate !== null && estimate > COUNTED_ROWS_MAX) return estimate;
  const [row] = await session.rows(table.name, {
    text: `SELECT count(*)::text FROM ${table.sql} AS t`,
    values: [],
  });
  return Number(row?.[0]);
}

const looked = (table: Table, { fields }: SearchQuery): readonly Column[] =>
  fields.flatMap((field) => table.columns.get(field) ?? []).filter(speaks);

export async function searchStatement(
  cache: CatalogueCache,
  query: SearchQuery,
  part?: Part,
): Promise<{ table: Table; statement: Statement }> {
  const names = [...query.fields, ...query.key, ...(query.window?.key ?? [])];
  const { table } = await cache.table(query.collection, names);
  const columns = looked(table, query);
  if (columns.length === 0) return { table, statement: { text: "SELECT 1", values: [] } };
  const binds = binder();
  binds.bind(query.pattern);
  binds.bind(query.window === undefined ? String(query.rowsMax) : "");
  binds.bind(String(query.hitsMax + 1));
  const text = sqlOf(table, columns, query, part?.where(binds) ?? "");
  return { table, statement: { text, values: binds.values, timeoutMs: query.timeoutMs } };
}

export async function search(
  session: Session,
  cache: CatalogueCache,
  query: SearchQuery,
): Promise<SearchReport> {
  const names = [...query.fields, ...query.key, ...(query.window?.key ?? [])];
  const { table } = await cache.table(query.collection, names);
  const columns = looked(table, query);
  if (columns.length === 0 && query.window === undefined) {
    const population = await populationOf(session, table);
    return { examined: population, population, partial: false, hits: [] };
  }
  const part = await partOf(session, table, query);
  const { statement } = await searchStatement(cache, query, part);
  const rows = columns.length === 0 ? [] : await session.rows(query.collection, statement);
  const hits = rows.flatMap(([, field, value, ...key]): SearchHit[] => {
    const column = field === null || field === undefined ? undefined : columns[Number(field)];
    if (column === undefined) return [];
    return [
      {
        field: column.name,
        key: key.slice(0, query.key.length).map((cell) => cell ?? ""),
        value: value ?? "",
      },
    ];
  });
  const cut = hits.length > query.hitsMax;
  const examined = Number(rows.at(cut ? -2 : -1)?.[0] ?? 0);
  const found = hits.slice(0, query.hitsMax);
  if (query.window !== undefined) {
    const window = { rows: examined, reached: part.reached };
    return { examined, population: examined, partial: cut, hits: found, window };
  }
  const whole = !cut && examined < query.rowsMax && sample(table, query) === "";
  const population = whole ? examined : Math.max(examined, await populationOf(session, table));
  return { examined, population, partial: examined < population, hits: found };
}
