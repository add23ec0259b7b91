import { type Duration, plus } from "@avow/core/terms/duration";

/** Never beyond the day on which the erasure is due: what was promised until then must be done, not only hidden. Null: there is no time left. */
export function windowEnd(grace: Duration, at: Date, dueAt: Date): Date | null {
  const end = plus(at, grace);
  const until = end < dueAt ? end : dueAt;
  return until > at ? until : null;
}

/** A worker that comes by within this time of the end has ended the window when it was to end. */
export const TICK_MS = 3_600_000;

/** When the erasure was done whose window ended at `end` and was closed at `at`: with the window, unless nobody came by for long. */
export const endedAt = (end: Date, at: Date): Date => (at.getTime() - end.getTime() <= TICK_MS ? end : at);
