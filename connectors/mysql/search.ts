import type { SearchHit, SearchQuery, SearchReport } from "@avow/runtime/connector-kit/contract";
import type { CatalogueCache, Table } from "./catalogue.ts";
import type { Column } from "./column.ts";
import { readableOf, textOf } from "./notation.ts";
import type { Session, Statement } from "./session.ts";
import { type Part, partOf, WHOLE } from "./window.ts";

/** Types whose text can only be what the type says. */
const SILENT = new Set(["date", "time", "datetime", "timestamp", "year", "uuid", "bit", "enum", "set"]);

/** Above this the whole table is not counted for the sake of a percentage: the estimate stands in. */
const COUNTED_ROWS_MAX = 5_000_000;

/** Rows at random, when the table is much longer than the look: the first rows of a table are its oldest. The server has no sample of blocks. */
function sample({ description }: Table, { rowsMax, window }: SearchQuery): string {
  const estimate = window === undefined ? description.rowsEstimate : null;
  if (estimate === null || estimate <= 2 * rowsMax) return "";
  return ` WHERE RAND() < ${Math.min(1, (1.2 * rowsMax) / estimate)}`;
}

/**
 * One pass: rows are numbered as they come, and the last is always returned, so that the number of rows examined is known without a second look.
 * Columns: number, key…, and per field the value where the pattern caught it.
 */
function sqlOf(
  table: Table,
  columns: readonly Column[],
  keys: readonly Column[],
  query: SearchQuery,
  where: string,
): string {
  const look = [
    ...keys.map((c, i) => `${textOf(c)} AS k${i}`),
    ...columns.map((c, i) => `${readableOf(c)} AS c${i}`),
  ];
  const caught = columns.map((_, i) => `s.c${i} COLLATE utf8mb4_bin REGEXP ?`);
  const values = columns.map((_, i) => `CASE WHEN ${caught[i]} THEN s.c${i} END`);
  const rows = `SELECT ${look.join(", ")} FROM ${table.sql} AS t${sample(table, query)}${where}
  ${query.window === undefined ? `LIMIT ${Math.trunc(query.rowsMax)}` : ""}`;
  return `SELECT ${["s.number", ...keys.map((_, i) => `s.k${i}`), ...values].join(", ")}
FROM (SELECT r.*, ROW_NUMBER() OVER () AS number, COUNT(*) OVER () AS total FROM (${rows}) AS r) AS s
WHERE ${[...caught, "s.number = s.total"].join(" OR ")} ORDER BY s.number LIMIT ${Math.trunc(query.hitsMax) + 2}`;
}

async function populationOf(session: Session, table: Table): Promise<number> {
  const estimate = table.description.rowsEstimate;
  if (estimate !== null && estimate > COUNTED_ROWS_MAX) return estimate;
  const [row] = await session.rows(table.name, {
    text: `SELECT COUNT(*) FROM ${table.sql} AS t`,
    values: [],
  });
  return Number(row?.[0]);
}

const looked = (table: Table, { fields }: SearchQuery): readonly Column[] =>
  fields.flatMap((f) => table.columns.get(f) ?? []).filter((column) => !SILENT.has(column.base));
const keysOf = (table: Table, { key }: SearchQuery): readonly Column[] =>
  key.flatMap((f) => table.columns.get(f) ?? []);
const asked = (cache: CatalogueCache, query: SearchQuery): Promise<Table> =>
  cache.table(query.collection, [...query.fields, ...query.key, ...(query.window?.key ?? [])]);

export async function searchStatement(
  cache: CatalogueCache,
  query: SearchQuery,
  part: Part = WHOLE,
): Promise<{ table: Table; statement: Statement }> {
  const table = await asked(cache, query);
  const columns = looked(table, query);
  if (columns.length === 0) return { table, statement: { text: "SELECT 1", values: [] } };
  // In the order of the text: what is caught, the window below it, and once more what is caught.
  const patterns = columns.map(() => query.pattern);
  return {
    table,
    statement: {
      text: sqlOf(table, columns, keysOf(table, query), query, part.where.sql),
      values: [...patterns, ...part.where.values, ...patterns],
      timeoutMs: query.timeoutMs,
    },
  };
}

export async function search(
  session: Session,
  cache: CatalogueCache,
  query: SearchQuery,
): Promise<SearchReport> {
  const table = await asked(cache, query);
  const keys = keysOf(table, query);
  const columns = looked(table, query);
  if (columns.length === 0 && query.window === undefined) {
    const population = await populationOf(session, table);
    return { examined: population, population, partial: false, hits: [] };
  }
  const part = await partOf(session, table, query);
  const { statement } = await searchStatement(cache, query, part);
  const rows = columns.length === 0 ? [] : await session.rows(query.collection, statement);
  const found = rows.flatMap((row) =>
    columns.flatMap(({ name }, i): { readonly number: number; readonly hit: SearchHit }[] => {
      const value = row[1 + keys.length + i] ?? null;
      if (value === null) return [];
      const key = row.slice(1, 1 + keys.length).map((cell) => cell ?? "");
      return [{ number: Number(row[0]), hit: { field: name, key, value } }];
    }),
  );
  const cut = found.length > query.hitsMax;
  const caught = found.slice(0, query.hitsMax);
  const hits = caught.map(({ hit }) => hit);
  const examined = cut ? (caught.at(-1)?.number ?? 0) : Number(rows.at(-1)?.[0] ?? 0);
  if (query.window !== undefined) {
    const window = { rows: examined, reached: part.reached };
    return { examined, population: examined, partial: cut, hits, window };
  }
  const whole = !cut && examined < query.rowsMax && sample(table, query) === "";
  const population = whole ? examined : Math.max(examined, await populationOf(session, table));
  return { examined, population, partial: examined < population, hits };
}
