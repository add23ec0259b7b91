import type { SearchHit, SearchQuery, SearchReport } from "@avow/runtime/connector-kit/contract";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { quoted } from "./name.ts";
import type { Session, Statement } from "./session.ts";
import { partOf } from "./window.ts";

const MOST = 9_223_372_036_854_775_807n;

/** Rows at random, when the table is much longer than the look: the first rows of a table are its oldest. */
function sample(population: number, rowsMax: number): string {
  if (population <= 2 * rowsMax) return "";
  const share = Math.min(1, (1.2 * rowsMax) / population);
  return ` WHERE abs(random() / 2) < ${BigInt(Math.round(share * 1_000_000)) * (MOST / 2_000_000n)}`;
}

async function populationOf(session: Session, table: Table): Promise<number> {
  const [row] = await session.rows(table.name, {
    text: `SELECT count(*) FROM ${table.sql} AS t`,
    values: [],
  });
  return Number(row?.[0]);
}

const asked = (cache: CatalogueCache, query: SearchQuery): Promise<Table> =>
  cache.table(query.collection, [...query.fields, ...query.key, ...(query.window?.key ?? [])]);

const sqlOf = (table: Table, query: SearchQuery, clause: string): string => {
  const fields = [...query.key, ...query.fields].map((field) => `t.${quoted(field)}`).join(", ");
  const most = query.window === undefined ? ` LIMIT ${Math.trunc(query.rowsMax)}` : "";
  return `SELECT ${fields === "" ? "NULL" : fields} FROM ${table.sql} AS t${clause}${most}`;
};

export async function searchStatement(
  cache: CatalogueCache,
  query: SearchQuery,
): Promise<{ table: Table; statement: Statement }> {
  const table = await asked(cache, query);
  return { table, statement: { text: sqlOf(table, query, ""), values: [] } };
}

export async function search(
  session: Session,
  cache: CatalogueCache,
  query: SearchQuery,
): Promise<SearchReport> {
  const table = await asked(cache, query);
  const { window, pattern, hitsMax, timeoutMs } = query;
  const part = await partOf(session, table, query);
  const counted = window === undefined ? await populationOf(session, table) : 0;
  const sampled = window === undefined ? sample(counted, query.rowsMax) : "";
  const sql = sqlOf(table, query, `${sampled}${part.where.sql}`);
  const values = part.where.values;
  const { examined, caught } = await session.once(query.collection, (keeper) =>
    keeper.ask({ do: "look", keys: query.key.length, pattern, hitsMax, sql, values }, timeoutMs),
  );
  const hits = caught.slice(0, hitsMax).map(
    ({ field, key, value }): SearchHit => ({
      field: query.fields[field] ?? "",
      key: key.map((cell) => cell ?? ""),
      value,
    }),
  );
  const cut = caught.length > hitsMax;
  if (window !== undefined) {
    const report = { rows: examined, reached: part.reached };
    return { examined, population: examined, partial: cut, hits, window: report };
  }
  const whole = !cut && examined < query.rowsMax && sampled === "";
  const population = whole ? examined : Math.max(examined, counted);
  return { examined, population, partial: examined < population, hits };
}
