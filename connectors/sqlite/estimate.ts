/**
 * What a question would cost, by SQLite's own plan (`EXPLAIN QUERY PLAN`, which runs nothing). A file has no sizes of tables to ask for: the
 * rows are those between the first and the last rowid, their width that of a few of them, and together no more than the file.
 */
import type { Estimate, Look } from "@avow/runtime/connector-kit/contract";
import { ownershipStatement } from "./anomalies.ts";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { spanSql } from "./catalogue-sql.ts";
import { countStatement, distinctStatement } from "./count.ts";
import { quoted } from "./name.ts";
import { oldestStatement } from "./oldest.ts";
import { searchStatement } from "./search.ts";
import type { Session, Statement } from "./session.ts";
import { windowKey } from "./window.ts";

const WIDTH_ROWS = 50;
/** Header of a record, and the cell that points to it. */
const ROW_BYTES = 12;

async function sizeOf(session: Session, table: Table): Promise<{ rows: number; bytes: number }> {
  const ask = async (text: string): Promise<number> =>
    Number((await session.rows(table.name, { text, values: [] }))[0]?.[0] ?? 0);
  const schema = quoted(table.schema);
  const pages = await ask(`PRAGMA ${schema}.page_count`);
  const file = pages * (await ask(`PRAGMA ${schema}.page_size`));
  const lengths = [...table.columns.keys()].map((c) => `coalesce(octet_length(${quoted(c)}), 0)`);
  const width = await ask(
    `SELECT avg(${lengths.join(" + ") || "0"}) FROM (SELECT * FROM ${table.sql} LIMIT ${WIDTH_ROWS})`,
  );
  const each = Math.max(1, width + ROW_BYTES);
  const rows = await rowsOf(session, table, file / each);
  return { rows, bytes: Math.min(file, Math.round(rows * each)) };
}

/** A table without rowid has none to count by: as many as fit into the file. */
async function rowsOf(session: Session, table: Table, most: number): Promise<number> {
  if (table.description.rowsEstimate !== null) return table.description.rowsEstimate;
  if (table.withoutRowid) return Math.ceil(most);
  const [span] = await session.rows(table.name, {
    text: spanSql(table.sql),
    values: [],
  });
  return Math.min(Number(span?.[0] ?? 0), Math.ceil(most));
}

async function statementOf(
  cache: CatalogueCache,
  look: Look,
): Promise<{ readonly table: Table; readonly statement: Statement }> {
  switch (look.ask) {
    case "oldest":
      return oldestStatement(cache, look.query);
    case "search":
      return searchStatement(cache, look.query);
    case "distinct":
      return distinctStatement(cache, look.query);
    case "count":
      return countStatement(cache, look.query);
    case "ownership":
      return ownershipStatement(cache, look.query);
  }
}

export async function estimate(session: Session, cache: CatalogueCache, look: Look): Promise<Estimate> {
  const { table, statement } = await statementOf(cache, look);
  const plan = await session.rows(table.name, {
    text: `EXPLAIN QUERY PLAN ${statement.text}`,
    values: statement.values,
  });
  const collection = await sizeOf(session, table);
  // Counting all of a table is a step of its own, which tells its name and not what the statement calls it.
  const scans = plan.filter(([, , , step]) =>
    ["t", table.bare].some((name) => step === `SCAN ${name}` || step?.startsWith(`SCAN ${name} `) === true),
  ).length;
  return {
    rows: scans * collection.rows,
    bytes: scans * collection.bytes,
    collection,
    windowKey: windowKey(table),
  };
}
