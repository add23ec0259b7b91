/** When a request that is not done is tried again: ever later, or when what held it says that it will let go. */
import type { StoreFailed } from "../run/ask.ts";
import { untilOf } from "../run/refusal.ts";
import type { RequestOutcome, ResultLine } from "../run/run.ts";

const FIRST_PAUSE_MS = 30_000;
const PAUSE_MS_MAX = 6 * 3_600_000;
/** Each try captures everything of the person again: 30 s, 2 min, 8 min … 6 h. Whoever asks again does not wait. */
export const pauseMs = (tries: number): number =>
  Math.min(FIRST_PAUSE_MS * 4 ** Math.min(tries, 10), PAUSE_MS_MAX);

/** Whoever holds something may let go before the day they named, or have named one that never comes. */
const LOOK_MS_MAX = 24 * 3_600_000;

interface Ending {
  readonly outcome: Pick<RequestOutcome, "state" | "results">;
  readonly failed: StoreFailed | null;
  readonly tries: number;
  readonly now: Date;
}

/** Null: it waits for nothing that time brings. */
export function nextTryAt({ outcome: { state, results }, failed, tries, now }: Ending): Date | null {
  const [first, all] = datesIn(results, failed, now);
  // Whoever does a task calls for the request; rows that came meanwhile are not left until then.
  if (state === "requested") return earlier(new Date(now.getTime() + PAUSE_MS_MAX), first);
  if (state !== "not_done") return null;
  // Whatever else is in the way may go at any time.
  if (all && first !== null) return earlier(new Date(now.getTime() + LOOK_MS_MAX), first);
  return earlier(new Date(now.getTime() + pauseMs(tries)), first);
}

/** What only follows from something else has no cause of its own. */
const FOLLOWS: ReadonlySet<ResultLine["result"]> = new Set(["remains", "waits", "verified_absent", "done"]);

/** The first date to come, and whether everything that is in the way has one. */
function datesIn(
  results: readonly ResultLine[],
  failed: StoreFailed | null,
  now: Date,
): [Date | null, boolean] {
  const causes = results.filter((r) => !FOLLOWS.has(r.result));
  const dates = causes.map((r) => (r.until === undefined ? null : new Date(r.until)));
  if (failed !== null) dates.push(untilOf(failed.failure));
  // A date that is over has not helped.
  const open = dates.filter((d) => d !== null).filter((d) => d > now);
  open.sort((a, b) => a.getTime() - b.getTime());
  return [open[0] ?? null, open.length === dates.length];
}

const earlier = (a: Date, b: Date | null): Date => (b !== null && b < a ? b : a);
