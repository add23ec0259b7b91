/** What a question would cost, by the server's own plan (`EXPLAIN`, which runs nothing) and its sizes of tables. */
import type { Cell, Estimate, Look } from "@avow/runtime/connector-kit/contract";
import { ownershipStatement } from "./anomalies.ts";
import type { CatalogueCache, Table } from "./catalogue.ts";
import { countStatement, distinctStatement } from "./count.ts";
import { oldestStatement } from "./oldest.ts";
import { searchStatement } from "./search.ts";
import type { Session, Statement } from "./session.ts";
import { windowKey } from "./window.ts";

const SIZES = `SELECT COALESCE(DATA_LENGTH, 0), COALESCE(TABLE_ROWS, 0) FROM information_schema.TABLES
WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = ?`;

/** An entry of an index: the field, the primary key behind it, and what the page costs. */
const ENTRY_BYTES = 40;

/** The columns of `EXPLAIN`: the kind of access, the rows, and whether an index alone answers. */
const [TYPE, ROWS, EXTRA] = [3, 8, 9];

interface Size {
  readonly rows: number;
  readonly bytes: number;
}

function priceOf(row: readonly Cell[], own: Size): Size {
  const type = row[TYPE] ?? null;
  const rows = Number(row[ROWS] ?? 0);
  const table = row[2] ?? "";
  // Rows of a subquery that stands above, and of no table at all.
  if (type === null || table.startsWith("<")) return { rows: 0, bytes: 0 };
  if (type === "ALL") return { rows: Math.max(rows, own.rows), bytes: own.bytes };
  const one = (row[EXTRA] ?? "").includes("Using index") ? ENTRY_BYTES : own.bytes / Math.max(1, own.rows);
  return { rows, bytes: Math.round(rows * one) };
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
    text: `EXPLAIN ${statement.text}`,
    values: statement.values,
  });
  const bare = table.sql.replace(/^`|`$/g, "").replaceAll("``", "`");
  const [size] = await session.rows(null, { text: SIZES, values: [bare] });
  const own: Size = { bytes: Number(size?.[0] ?? 0), rows: Number(size?.[1] ?? 0) };
  // A limit that ends a look early does not show in `rows`: the least of both is meant.
  const most = look.ask === "oldest" ? (look.query.beforeMax ?? null) : null;
  const prices = plan.map((row) => {
    const price = priceOf(row, own);
    if (most === null || price.rows <= most || row[TYPE] === "ALL") return price;
    return { rows: most, bytes: Math.round((price.bytes * most) / price.rows) };
  });
  return {
    rows: prices.reduce((sum, p) => sum + p.rows, 0),
    bytes: prices.reduce((sum, p) => sum + p.bytes, 0),
    collection: own,
    windowKey: windowKey(table),
  };
}
