/** Times as stores write them, for measures that hold one against another. */
import { parseStoreDate } from "@avow/core/plan/store-date";
import type { Cell } from "../../connector-kit/contract.ts";

/**
 * Milliseconds since 1970. A time without zone is UTC, wherever Avow runs; a number is what programs count by where a store has no dates. Not a
 * number: no point in time (nothing, `infinity`, zeros).
 */
export const momentOf = (cell: Cell | undefined): number =>
  cell == null ? Number.NaN : (parseStoreDate(cell)?.getTime() ?? farMoment(cell));

/** Years beyond 9999, which PostgreSQL writes as they are: `Date.parse` takes them, and with them much that is no time (`2`). */
const farMoment = (cell: string): number => (/^\d{5,}-\d\d-/.test(cell) ? Date.parse(cell) : Number.NaN);

const BELOW_MS = /:\d{2}\.\d{3}(\d+)/;

/** As `momentOf`, with what stands behind the milliseconds: a number tells microseconds apart until the year 2200 and beyond. */
export const exactMomentOf = (cell: Cell | undefined): number =>
  momentOf(cell) + Number(`0.${BELOW_MS.exec(cell ?? "")?.[1] ?? "0"}`);
