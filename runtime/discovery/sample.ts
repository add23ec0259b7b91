/** Some rows of a collection, and what they may still cost. */
import type { Answer, Connector, Row, SampleQuery, SampleReport } from "../connector-kit/contract.ts";
import type { Budget, Spent } from "./budget.ts";

/** From all over where the system can; else the first rows, which are the oldest as a rule. */
async function sampleOf(connector: Connector, query: SampleQuery): Promise<Answer<SampleReport>> {
  if (connector.sample !== undefined) return connector.sample(query);
  const rows: Row[] = [];
  for await (const batch of connector.read({ collection: query.collection, fields: query.fields })) {
    if (!batch.ok) return batch;
    rows.push(...batch.value.map((row) => row.map((cell) => cell?.slice(0, query.charsMax) ?? null)));
    if (rows.length > query.rowsMax) break;
  }
  return { ok: true, value: { rows: rows.slice(0, query.rowsMax), whole: rows.length <= query.rowsMax } };
}

/** Enough to tell how long rows are. */
const FEW_ROWS = 20;
/** The most that a sign takes in UTF-8: values are cut by signs, and counted by bytes. */
const SIGN_BYTES_MAX = 4;

export interface Sampled extends SampleReport {
  /** As many rows as the budget let be asked for. */
  readonly asked: number;
}

/**
 * The same, counted as spent, and with as many rows as the bytes that are left allow. Where all that is asked for may be more, a few rows
 * say how long they are: beyond the budget goes at most what those few hold, and what the others are longer.
 */
export async function sampleWithin(
  connector: Connector,
  query: SampleQuery,
  { budget, spent }: { readonly budget: Budget; readonly spent: Spent },
): Promise<Answer<Sampled>> {
  const take = async (rowsMax: number): Promise<Answer<Sampled>> => {
    const answer = await sampleOf(connector, { ...query, rowsMax });
    spent.statements += 1;
    if (!answer.ok) return answer;
    spent.bytes += bytesOf(answer.value.rows);
    return { ok: true, value: { ...answer.value, asked: rowsMax } };
  };
  const rowBytesMax = query.fields.length * query.charsMax * SIGN_BYTES_MAX;
  const fitting = Math.floor((budget.bytesMax - spent.bytes) / rowBytesMax);
  if (fitting >= query.rowsMax) return take(query.rowsMax);
  const few = await take(Math.min(query.rowsMax, Math.max(FEW_ROWS, fitting)));
  if (!few.ok || few.value.whole) return few;
  const { rows } = few.value;
  const left = (budget.bytesMax - spent.bytes) / (bytesOf(rows) / rows.length);
  const more = Math.min(query.rowsMax, Math.floor(left));
  return more > rows.length ? take(more) : few;
}

function bytesOf(rows: readonly Row[]): number {
  let bytes = 0;
  for (const row of rows) for (const cell of row) bytes += cell === null ? 0 : Buffer.byteLength(cell);
  return bytes;
}
