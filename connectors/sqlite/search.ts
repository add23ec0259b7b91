import type { SearchHit, SearchQuery, SearchReport } from "@avow/runtime/connector-kit/contract";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

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

export async function search(
  session: Session,
  cache: CatalogueCache,
  query: SearchQuery,
): Promise<SearchReport> {
  const table = await cache.table(query.collection, [...query.fields, ...query.key]);
  const counted = await populationOf(session, table);
  const fields = [...query.key, ...query.fields].map((field) => `t.${quoted(field)}`).join(", ");
  const from = `${table.sql} AS t${sample(counted, query.rowsMax)}`;
  const sql = `SELECT ${fields === "" ? "NULL" : fields} FROM ${from} LIMIT ${Math.trunc(query.rowsMax)}`;
  const { keys, pattern, hitsMax } = {
    keys: query.key.length,
    pattern: query.pattern,
    hitsMax: query.hitsMax,
  };
  const { examined, caught } = await session.once(query.collection, (keeper) =>
    keeper.ask({ do: "look", keys, pattern, hitsMax, sql, values: [] }),
  );
  const hits = caught.slice(0, hitsMax).map(
    ({ field, key, value }): SearchHit => ({
      field: query.fields[field] ?? "",
      key: key.map((cell) => cell ?? ""),
      value,
    }),
  );
  const whole = caught.length <= hitsMax && examined < query.rowsMax && sample(counted, query.rowsMax) === "";
  const population = whole ? examined : Math.max(examined, counted);
  return { examined, population, partial: examined < population, hits };
}
