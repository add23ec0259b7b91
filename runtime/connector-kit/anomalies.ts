/** What the statements of `ownership` and `constant` give back, read alike for every store. */
import type { Cell, ConstantReport, OwnershipReport, WindowReport } from "./contract.ts";

/** `row`: the counts of rows, unlinked, dangling, missing. `reached`: as a window's; left out where all was looked at at once. */
export function ownershipOf(
  row: readonly Cell[] | undefined,
  reached?: WindowReport["reached"],
): OwnershipReport {
  const [rows = 0, unlinked = 0, dangling = 0, missing = 0] = (row ?? []).map(Number);
  const window = reached === undefined ? {} : { window: { rows, reached } };
  return { rows, unlinked, dangling, missing, ...window };
}

/** A field's look answers with the place of its word. */
const HOLDS = ["nothing", "one value", "several"] as const;

export const constantOf = (fields: readonly string[], row: readonly Cell[] | undefined): ConstantReport => ({
  fields: fields.map((field, i) => ({ field, holds: HOLDS[Number(row?.[i] ?? 2)] ?? "several" })),
});
