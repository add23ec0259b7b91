/** The first rows, values cut in the store: the server has no sample of blocks, and rows at random would read the whole table. */
import type { SampleQuery, SampleReport } from "@avow/runtime/connector-kit/contract";
import { sampledRows } from "@avow/runtime/connector-kit/sampled";
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
  const isOfBytes = columns.map((column) => BYTES.has(column.base));
  const values = columns.map((column, i) =>
    isOfBytes[i] === true
      ? `HEX(LEFT(t.${quoted(column.name)}, ${chars}))`
      : `LEFT(${textOf(column)}, ${chars})`,
  );
  const rows = await session.rows(query.collection, {
    text: `SELECT ${values.join(", ")} FROM ${table.sql} AS t LIMIT ${rowsMax + 1}`,
    values: [],
  });
  return {
    rows: sampledRows(rows.slice(0, rowsMax), isOfBytes),
    whole: rows.length <= rowsMax,
  };
}
