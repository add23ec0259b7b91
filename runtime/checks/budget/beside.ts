/**
 * What is read beside the look that a measure was priced for: the people whom rows are about, what they had said, rows to be named. Each is
 * priced before it is read; those of one store and run together may cost as much as the looks themselves.
 */
import type { ConnectorFailure, CountQuery } from "../../connector-kit/contract.ts";
import type { MeasureContext } from "../context.ts";
import { inBytes } from "./allot.ts";

type Asking = Pick<MeasureContext, "readers" | "spent" | "beside">;

/** Why it is not read; null: it may be. A store that gives no prices is read. */
export async function tooMuchBeside(
  { readers, spent, beside }: Asking,
  store: string,
  query: CountQuery,
): Promise<ConnectorFailure | null> {
  const estimate = readers[store]?.estimate;
  if (beside === null || estimate === undefined) return null;
  const price = await estimate({ ask: "count", query });
  if (!price.ok) return price;
  const { budget, perStore } = beside;
  const { bytes, rows } = price.value;
  const before = perStore.get(store) ?? { bytes: 0, rows: 0 };
  const sum = { bytes: before.bytes + bytes, rows: before.rows + rows };
  if (sum.bytes > budget.bytes || sum.rows > budget.rows) {
    const most = `${inBytes(budget.bytes)} and ${budget.rows.toLocaleString("en")} rows`;
    const reason = `to read \`${query.collection}\` as well would be ${inBytes(bytes)} and ${rows.toLocaleString("en")} rows, and a run may read ${most} beside its looks: give it more with \`budget\``;
    return { ok: false, error: "throttled", retryable: false, reason };
  }
  perStore.set(store, sum);
  spent.bytes += bytes;
  spent.rows += rows;
  return null;
}
