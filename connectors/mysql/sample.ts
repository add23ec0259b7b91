/** The first rows, values cut in the store: the server has no sample of blocks, and rows at random would read the whole table. */
import type { SampleQuery, SampleReport } from "@avow/runtime/connector-kit/contract";
import { sampledBytes } from "@avow/runtime/connector-kit/sampled";
import type { CatalogueCache } from "./catalogue.ts";
import { quoted } from "./name.ts";
import { BYTES, textOf } from "./notation.ts";
import type { Session } from "./session.ts";

export async function sample(
  session: Session,
  cache: CatalogueCache,
  query: SampleQuery,
): Promise<SampleReport> {
  const table = await cache.table(query.collection, query.fields);
  if (query.fields.length === 0) return { rows: [], whole: false };
  const [chars, rowsMax] = [Math.trunc(query.charsMax), Math.trunc(query.rowsMax)];
  const columns = query.fields.flatMap((field) => table.columns.get(field) ?? []);
  const values = columns.map((column) =>
    BYTES.has(column.base)
      ? `HEX(LEFT(t.${quoted(column.name)}, ${chars}))`
      : `LEFT(${textOf(column)}, ${chars})`,
  );
  const rows = await session.rows(query.collection, {
    text: `SELECT ${values.join(", ")} FROM ${table.sql} AS t LIMIT ${rowsMax + 1}`,
    values: [],
  });
  const isOfBytes = columns.map((column) => BYTES.has(column.base));
  return {
    rows: rows
      .slice(0, rowsMax)
      .map((row) => row.map((cell, i) => (isOfBytes[i] === true ? sampledBytes(cell) : cell))),
    whole: rows.length <= rowsMax,
  };
}
