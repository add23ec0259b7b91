import { type Duration, plus } from "@avow/core/terms/duration";

/** Never beyond the day on which the erasure is due: what was promised until then must be done, not only hidden. Null: there is no time left. */
export function windowEnd(grace: Duration, at: Date, dueAt: Date): Date | null {
  const end = plus(at, grace);
  const until = end < dueAt ? end : dueAt;
  return until > at ? until : null;
}
