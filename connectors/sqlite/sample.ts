/** The first rows, values cut in the store. Any column may hold bytes here, whatever its type says: each value says what it is. */
import type { Cell, SampleQuery, SampleReport } from "@avow/runtime/connector-kit/contract";
import { sampledBytes } from "@avow/runtime/connector-kit/sampled";
import type { CatalogueCache } from "./catalogue.ts";
import { quoted } from "./name.ts";
import type { Session } from "./session.ts";

export async function sample(
  session: Session,
  cache: CatalogueCache,
  query: SampleQuery,
): Promise<SampleReport> {
  const table = await cache.table(query.collection, query.fields);
  if (query.fields.length === 0) return { rows: [], whole: false };
  const [chars, rowsMax] = [Math.trunc(query.charsMax), Math.trunc(query.rowsMax)];
  const values = query.fields.map((field) => {
    const cut = `substr(t.${quoted(field)}, 1, ${chars})`;
    return `CASE typeof(t.${quoted(field)}) WHEN 'blob' THEN 'b:' || hex(${cut}) WHEN 'text' THEN 't:' || ${cut} ELSE t.${quoted(field)} END`;
  });
  const rows = await session.rows(query.collection, {
    text: `SELECT ${values.join(", ")} FROM ${table.sql} AS t LIMIT ${rowsMax + 1}`,
    values: [],
  });
  return { rows: rows.slice(0, rowsMax).map((row) => row.map(shown)), whole: rows.length <= rowsMax };
}

/** Numbers have no letter in front. */
function shown(cell: Cell): Cell {
  if (cell === null) return null;
  if (cell.startsWith("b:")) return sampledBytes(cell.slice(2));
  return cell.startsWith("t:") ? cell.slice(2) : cell;
}
