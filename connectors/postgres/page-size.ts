/**
 * How many rows the next page of a stream is asked to have. The server's time for a statement runs out page by page, and what a page brings is to
 * fit the bound without a wait; neither is known of rows that were not read yet. So it is told by those of the page before, grows by steps, and ends
 * where rows like the longest of them would fill the bound. Rows that become long within a page wait in the socket (`pages.ts`).
 */
export interface Limits {
  readonly rowsMax: number;
  /** What a page of rows like the mean of the last page may take; more is read no faster. */
  readonly bytes: number;
}

/** Of a page, as it was read. */
export interface Measured {
  readonly rows: number;
  readonly bytes: number;
  /** Of the longest row, in bytes. */
  readonly longest: number;
  readonly ms: number;
}

/** Held of a page, and what a page of rows like the longest of the last one may take. */
export const BYTES_MAX = 8 * 1024 * 1024;
/** Nothing is known of a first page: few rows, as each may be of many MB and be read in vain by a retry; of narrow rows the fourth page is a full one. */
export const FIRST_ROWS = 20;
/** What is on its way outlives the sweeps of young memory: pages of five times as many rows hold some 20 MB more, and are read no faster. */
export const BATCH_ROWS = 1_000;
const GROWTH_MAX = 5;
/** Of the statement time-out, as rows of the next page may take longer than those of the last. */
const TIME_SHARE = 1 / 10;
/** So many are asked for however long it took: on a busy machine it is not the server that takes its time. */
const SLOW_ROWS = 100;

/** `timeoutMs` is the server's limit for a statement; 0: it has none. */
export function rowsAfter({ rows, bytes, longest, ms }: Measured, limits: Limits, timeoutMs: number): number {
  const inTime = timeoutMs > 0 && ms > 0 ? (TIME_SHARE * timeoutMs * rows) / ms : Number.POSITIVE_INFINITY;
  const most = Math.min(
    limits.rowsMax,
    GROWTH_MAX * rows,
    (limits.bytes * rows) / Math.max(1, bytes),
    BYTES_MAX / Math.max(1, longest),
    Math.max(SLOW_ROWS, inTime),
  );
  return Math.max(1, Math.floor(most));
}
