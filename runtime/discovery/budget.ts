/** What a discovery may cost the store, and what it has cost so far. */
export interface Budget {
  /** Rows that are looked at of each collection. */
  readonly rowsMax: number;
  /** Rows that combinations are measured on. */
  readonly combinationRowsMax: number;
  readonly charsMax: number;
  readonly bytesMax: number;
  readonly statementTimeoutMs: number;
  /** Sampled values of a field that are looked for where it may lead. */
  readonly probeValuesMax: number;
  readonly probesMax: number;
}

export const BUDGET: Budget = {
  rowsMax: 1_000,
  combinationRowsMax: 20_000,
  charsMax: 2_000,
  bytesMax: 256 * 1024 * 1024,
  statementTimeoutMs: 5_000,
  probeValuesMax: 100,
  probesMax: 2_000,
};

export interface Spent {
  statements: number;
  /** Bytes of values that came out of the store. */
  bytes: number;
  rows: number;
}
