import type { Cell, SampleQuery, SampleReport } from "@avow/runtime/connector-kit/contract";
import { sampledRows } from "@avow/runtime/connector-kit/sampled";
import type { CatalogueCache, Column } from "./catalogue.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

/** More blocks than the rows need: some hold few. */
const SURPLUS = 1.5;
/** Of fewer, the blocks would often be none at all, and what came instead the oldest rows. */
const BLOCKS_OF_ROWS_MIN = 200;

/** Whole blocks from all over the table, so that a long table costs no more than a short one; its first rows would be its oldest. */
function blocks(estimate: number | null, wanted: number): string {
  const rowsMax = Math.max(wanted, BLOCKS_OF_ROWS_MIN);
  if (estimate === null || estimate <= 2 * rowsMax) return "";
  const percent = Math.min(100, Math.max(0.0001, (100 * SURPLUS * rowsMax) / estimate));
  return ` TABLESAMPLE SYSTEM (${percent})`;
}

const isBytea = (column: Column | undefined): boolean => column?.base === "bytea";

/** How the server refuses a materialised view that was never filled, or was emptied (`object_not_in_prerequisite_state`): it holds no rows. */
const isUnfilled = (error: unknown): boolean =>
  error instanceof Error && Reflect.get(error, "code") === "55000";

export async function sample(
  session: Session,
  cache: CatalogueCache,
  query: SampleQuery,
): Promise<SampleReport> {
  const { table } = await cache.table(query.collection, query.fields);
  if (query.fields.length === 0) return { rows: [], whole: false };
  const isOfBytes = query.fields.map((field) => isBytea(table.columns.get(field)));
  const values = query.fields
    .map((field, i) =>
      isOfBytes[i] === true
        ? `encode(substr(t.${quoted(field)}::bytea, 1, $1::text::int), 'hex')`
        : `left(t.${quoted(field)}::text, $1::text::int)`,
    )
    .join(", ");
  const from = (clause: string): string =>
    `SELECT ${values} FROM ${table.sql} AS t${clause} LIMIT $2::text::bigint`;
  const bound = [String(query.charsMax), String(query.rowsMax + 1)];
  const clause = blocks(table.description.rowsEstimate, query.rowsMax);
  let rows: Cell[][];
  try {
    rows = await session.rows(query.collection, { text: from(clause), values: bound });
  } catch (error) {
    // A foreign table speaks of another server's.
    if (table.sampled && table.description.fixed !== undefined && isUnfilled(error))
      return { rows: [], whole: true };
    throw error;
  }
  // The estimate was far off: the table has shrunk since, or its blocks are nearly empty.
  const missed = clause !== "" && rows.length === 0;
  if (missed) rows = await session.rows(query.collection, { text: from(""), values: bound });
  return {
    rows: sampledRows(rows.slice(0, query.rowsMax), isOfBytes),
    whole: (clause === "" || missed) && rows.length <= query.rowsMax,
  };
}
