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

/** What a text tells apart, in microseconds: a day alone, a minute, a second, or as much of one as it has digits for. */
function stepUs(cell: string): number {
  if (/^\d{4,}-\d\d-\d\d$/.test(cell)) return DAY_US;
  if (/^\d{12,13}$/.test(cell) || /^2\d{6}\.\d+$/.test(cell)) return MS_US;
  if (/^\d{4,}-\d\d-\d\d[ T]\d\d:\d\d(?!:)/.test(cell)) return MINUTE_US;
  const digits = /^(?:\d+|.*:\d\d)[.,](\d+)/.exec(cell)?.[1]?.length ?? 0;
  return 10 ** Math.max(0, DIGITS_OF_US - digits);
}
const DIGITS_OF_US = 6;
const MS_US = 1_000;
const SECOND_US = 1_000_000;
const MINUTE_US = 60 * SECOND_US;
const DAY_US = 86_400 * SECOND_US;

/**
 * Whether `first` has come by `then`, as far as the coarser of the two texts tells: one transaction may write its time to the microsecond into one
 * field and to the millisecond into another, which was cut or rounded to that. A text without a fraction tells seconds, for stores leave zeros out.
 * Of what says no time, nothing has come by anything.
 */
export function hasComeBy(first: Cell | undefined, then: Cell | undefined): boolean {
  const [a, b] = [stepUs(first ?? ""), stepUs(then ?? "")];
  if (a === b) return exactMomentOf(first) <= exactMomentOf(then);
  const step = Math.max(a, b);
  const [firstUs, thenUs] = [first, then].map((cell) => Math.round(exactMomentOf(cell) * MS_US));
  // Systems round fractions of a second where a field has no room for them; minutes and days are cut.
  const near = step > SECOND_US ? Math.floor : Math.round;
  return Math.floor((firstUs ?? Number.NaN) / step) <= near((thenUs ?? Number.NaN) / step);
}
