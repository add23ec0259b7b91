/**
 * Goes on with the windows of one look where the last run stopped, within the run's share of the budget. Each window is written down before
 * the next one is read, so a run that is killed has done what it has done.
 *
 * Order: windows that showed something wrong (they may have been mended), at most for half of the share; those that were never
 * read; those that were read longest ago, once they are half as old as a look may be.
 */
import { randomUUID } from "node:crypto";
import type { Answer, ConnectorFailure, Window, WindowReport } from "../../connector-kit/contract.ts";
import type { HeldWindows, KeptWindow, Key, WindowBook } from "./book.ts";
import type { Share, Spent } from "./model.ts";

export interface Walk<R> {
  /** What is looked at, and where: the same words, the same windows. */
  readonly look: string;
  /** `result` null: there is too much in it for one answer. */
  read(
    window: Window,
    timeoutMs: number,
  ): Promise<Answer<{ readonly window: WindowReport; readonly result: R | null }>>;
  /** What an earlier run wrote; null when it can't be read any more. */
  parse(result: unknown): R | null;
  /** Better looked at again soon. */
  urgent(result: R): boolean;
}

export interface WalkedWindow<R> {
  readonly rows: number;
  /** Null: never. */
  readonly readAt: Date | null;
  readonly result: R | null;
}

export interface Walked<R> {
  readonly windows: readonly WalkedWindow<R>[];
  /** Why it went no further, when it was not the budget. */
  readonly failure: ConnectorFailure | null;
}

const ROWS_FIRST = 50_000;
const ROWS_MIN = 1_000;
const ROWS_MAX = 500_000;
const QUICK_MS = 500;
const SLOW_MS = 2_000;
const WINDOWS_A_RUN_MAX = 10_000;
/** A window that grew a little is not cut in two for that. */
const GROWTH = 1.25;

const START: Omit<KeptWindow, "id"> = { after: null, upTo: null, rows: 0, readAt: null, result: null };
const same = (a: Key | null, b: Key | null): boolean => JSON.stringify(a) === JSON.stringify(b);

interface Run<R> {
  readonly walk: Walk<R>;
  readonly share: Share;
  readonly now: Date;
  readonly windows: Map<string, KeptWindow>;
  readonly held: HeldWindows;
  readonly spent: Spent;
  readonly done: Set<string>;
  rowsLeft: number;
  size: number;
}

export async function walkOn<R>(
  book: WindowBook,
  walk: Walk<R>,
  { share, now, spent }: { readonly share: Share; readonly now: Date; readonly spent: Spent },
): Promise<Walked<R>> {
  const kept = await book.hold(walk.look, async (held) => {
    const windows = new Map((await book.list(walk.look)).map((w) => [w.id, w]));
    if (windows.size === 0) {
      const first = { ...START, id: randomUUID() };
      windows.set(first.id, first);
    }
    const run: Run<R> = {
      ...{ walk, share, now, windows, held, spent },
      ...{ done: new Set(), rowsLeft: share.rows, size: ROWS_FIRST },
    };
    return { failure: await readOn(run), windows: [...windows.values()] };
  });
  // Another run walks: what it has written down so far is what there is.
  const { failure, windows } = kept ?? { failure: null, windows: await book.list(walk.look) };
  return {
    failure,
    windows: windows.map(({ rows, readAt, result }) => {
      const known = readAt === null ? null : walk.parse(result);
      return { rows, readAt: known === null ? null : readAt, result: known };
    }),
  };
}

async function readOn<R>(run: Run<R>): Promise<ConnectorFailure | null> {
  const deadline = performance.now() + run.share.ms;
  for (let n = 0; n < WINDOWS_A_RUN_MAX; n += 1) {
    const leftMs = deadline - performance.now();
    const next = run.rowsLeft < 1 || leftMs < 1 ? null : pick(run);
    if (next === null) return null;
    // A window is not cut because the share is nearly used up: what is wrong in it would count for both parts.
    if (run.done.size > 0 && next.readAt !== null && next.rows > run.rowsLeft) return null;
    const wanted = Math.max(run.size, Math.ceil(next.rows * GROWTH));
    const most = next.readAt === null ? run.rowsLeft : Math.max(run.rowsLeft, run.share.rows);
    const rowsMax = Math.max(ROWS_MIN, Math.min(wanted, most, ROWS_MAX));
    const { key } = run.share;
    const began = performance.now();
    const answer = await run.walk.read(
      { key, after: next.after, upTo: next.upTo, rowsMax },
      Math.max(1, Math.ceil(leftMs)),
    );
    if (answer.ok && answer.value.result !== null) {
      await keep(run, next, { ...answer.value, result: answer.value.result });
      const tookMs = performance.now() - began;
      if (tookMs < QUICK_MS) run.size = Math.min(ROWS_MAX, run.size * 2);
      if (tookMs > SLOW_MS) run.size = Math.max(ROWS_MIN, Math.ceil(run.size / 2));
      continue;
    }
    if (!answer.ok && answer.error !== "throttled") return answer;
    if (rowsMax <= ROWS_MIN) return answer.ok ? TOO_MUCH : answer;
    // Too slow, or too much in it: a smaller one. Its former rows no longer say how long it may be.
    run.size = Math.max(ROWS_MIN, Math.floor(rowsMax / 4));
    run.windows.set(next.id, { ...next, rows: 0 });
  }
  return null;
}

const TOO_MUCH: ConnectorFailure = {
  ...{ ok: false, error: "throttled", retryable: false },
  reason: "a thousand rows hold more hits than can be looked at",
};

function pick<R>({ windows, walk, done, share, now, rowsLeft }: Run<R>): KeptWindow | null {
  const open = [...windows.values()].filter((w) => !done.has(w.id));
  const known = (w: KeptWindow): R | null => (w.readAt === null ? null : walk.parse(w.result));
  const byAge = open.toSorted((a, b) => (a.readAt?.getTime() ?? 0) - (b.readAt?.getTime() ?? 0));
  const urgent = byAge.filter((w) => {
    const result = known(w);
    return result !== null && walk.urgent(result);
  });
  const due = now.getTime() - share.freshMs / 2;
  return (
    urgent.find((w) => w.rows <= rowsLeft - share.rows / 2) ??
    byAge.find((w) => known(w) === null) ??
    byAge.find((w) => w.readAt !== null && w.readAt.getTime() <= due) ??
    urgent[0] ??
    null
  );
}

async function keep<R>(
  run: Run<R>,
  window: KeptWindow,
  { window: report, result }: { readonly window: WindowReport; readonly result: R },
): Promise<void> {
  const { windows, held, now } = run;
  run.rowsLeft -= Math.max(1, report.rows);
  run.spent.rows += report.rows;
  run.spent.bytes += Math.round(report.rows * run.share.rowBytes);
  // A look that ends with the last row of the window has seen all of it.
  const reached = same(report.reached, window.upTo) ? null : report.reached;
  const successor = [...windows.values()].find((w) => window.upTo !== null && same(w.after, window.upTo));
  if (report.rows === 0 && reached === null && successor !== undefined) {
    // Nothing lies here any more: its neighbour takes it in, and is as old as it was.
    const grown = { ...successor, after: window.after };
    await held.put([grown], [window.id]);
    windows.delete(window.id);
    windows.set(grown.id, grown);
    return;
  }
  const read: KeptWindow = {
    ...window,
    ...{ rows: report.rows, readAt: now, result, upTo: reached ?? window.upTo },
  };
  const changed = [read];
  if (reached !== null) {
    // What lies beyond is as it was: unread, or what an earlier look at all of it showed.
    const rest = Math.max(0, window.rows - report.rows);
    changed.push({ ...window, id: randomUUID(), after: reached, rows: rest });
  }
  await held.put(changed, []);
  for (const w of changed) windows.set(w.id, w);
  run.done.add(read.id);
}
