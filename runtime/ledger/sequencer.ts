/**
 * Gives entries their place. One sequencer per log leads, the others stand by:
 *
 *   standby ──lock──► term + 1  ──► guard looks ──► batch ──► commit ──► full tiles to files ──► guard ──► sign ──► publish ─┐
 *      ▲                                │             ▲                                                                    │
 *      └──── connection lost ───────────┴── refused   └── every 200 ms, 100 after many entries, at once after a full batch ──┘
 *
 * The lock lives in the session that also commits, so who lost the one can not do the other; the term holds where a pooler hands out
 * sessions. Only what is committed becomes a file or a checkpoint, so a sequencer that was replaced while it slept does no harm.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { sameBytes, utf8 } from "@avow/core/evidence/bytes";
import { type Checkpoint, formatCheckpoint } from "@avow/core/evidence/checkpoint";
import { type Edge, edgeRoot, grow } from "@avow/core/evidence/growth";
import { formatNote } from "@avow/core/evidence/note";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { allOf } from "../store/together.ts";
import { shuffled, takeOut, takeWaiting, writePlaces } from "./batches.ts";
import { finishLast, flush, NOT_ITS_ROOT } from "./flush.ts";
import { mustGoOn } from "./goes-on.ts";
import { isSame, LogRefused } from "./guard.ts";
import { lastSigners } from "./last-signers.ts";
import { signerAfter } from "./lost-keys.ts";
import type { LogPlace } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { isServed, serve, servedCheckpoint } from "./served.ts";
import type { SigningKey } from "./signing-keys.ts";
import { LogDamaged, readEdge, saveTiles } from "./tiles.ts";

/** Named moments at which a crash must lose nothing, double nothing and fork nothing; tests stop the process there. */
export type LedgerPoint =
  | "led"
  | "taken"
  | "hashed"
  | "committed"
  | "flushed"
  | "guarded"
  | "signed"
  | "published";

export interface SequencerOptions {
  readonly db: Database;
  readonly place: LogPlace;
  readonly atPoint?: (point: LedgerPoint) => void;
  readonly onPublished?: (size: number) => void;
  /** Asks witnesses for their signature lines on a note; gives what came in time. */
  readonly cosign?: (note: string, checkpoint: Checkpoint) => Promise<string>;
}

const BATCH_ENTRIES_MAX = 4096;
const LOCK_SPACE = 3;

export interface Leader extends SequencerOptions {
  /** The session that holds the lock. */
  readonly session: Database;
  readonly term: string;
  readonly signingKeys: () => Promise<readonly SigningKey[]>;
  edge: Edge;
  root: Uint8Array;
  signed: Checkpoint;
  /** The size of the published checkpoint. */
  published: number;
  /** The last look found something. */
  foundSome: boolean;
}

const NEVER = -1;

/** Runs `act` as the log's one leader; null when another leads. */
export async function lead<T>(
  options: SequencerOptions,
  act: (leader: Leader) => Promise<T>,
): Promise<T | null> {
  const { db, place } = options;
  return db.connection().execute(async (session) => {
    const { rows } = await sql<{
      got: boolean;
    }>`select pg_try_advisory_lock(hashtextextended(${place.log}, ${LOCK_SPACE})) as got`.execute(session);
    if (rows[0]?.got !== true) return null;
    try {
      const leader = await takeOver(options, session);
      options.atPoint?.("led");
      return await act(leader);
    } finally {
      // A session that is gone has let go of the lock by itself.
      await sql`select pg_advisory_unlock(hashtextextended(${place.log}, ${LOCK_SPACE}))`
        .execute(session)
        .catch(() => {});
    }
  });
}

async function takeOver(options: SequencerOptions, session: Database): Promise<Leader> {
  const { place } = options;
  const row = await session
    .updateTable("ledger_logs")
    .set((e) => ({ term: e("term", "+", "1") }))
    .where("log", "=", place.log)
    .returning(["term", "size", "root", "checkpoint", "checkpoint_size", "origin"])
    .executeTakeFirstOrThrow();
  if (row.origin !== place.origin)
    throw new LogRefused(`the log is of \`${row.origin}\`: its origin can not change to \`${place.origin}\``);
  const keys = signerAfter(place.keys, await lastSigners(place, row.checkpoint));
  await keys();
  const size = Number(row.size);
  const signed = await guarded(options, session, { origin: row.origin, size, root: row.root });
  await finishLast(session, place, { size, root: row.root });
  const edge = await readEdge(session, place.log, size);
  if (!sameBytes(edgeRoot(p, edge), row.root)) throw new LogDamaged(NOT_ITS_ROOT);
  const served = await isServed(place, row.checkpoint, signed);
  const published = served ? Number(row.checkpoint_size) : NEVER;
  return {
    ...{ ...options, session, term: row.term, signingKeys: keys },
    ...{ edge, root: row.root, signed, published, foundSome: false },
  };
}

/**
 * What was signed last must be a beginning of what the database holds now: by the guard, and by what readers have, which is a third place
 * where a backup of both the database and the guard does not reach.
 */
async function guarded({ place }: SequencerOptions, session: Database, now: Checkpoint): Promise<Checkpoint> {
  const [signed, served] = [await place.guard.read(), await servedCheckpoint(place)];
  if (signed !== null && signed.origin !== now.origin)
    throw new LogRefused(`the guard is of another log, \`${signed.origin}\``);
  if (signed !== null) await mustGoOn(place, session, { before: signed, now, by: "guard" });
  if (served !== null && (signed === null || !isSame(served, signed)))
    await mustGoOn(place, session, { before: served, now, by: "readers" });
  if (signed !== null) return signed;
  // A log begins with a guard: from its first entry on, one that is missing was taken away.
  if (now.size > 0)
    throw new LogRefused(
      "the guard of the log is gone: restore its file, or look at the log and run `avow ledger guard --accept`",
    );
  await place.guard.advance(null, now);
  return now;
}

/** Takes up to a batch out of the outbox. Gives how many entries it was. */
export async function sequenceBatch(leader: Leader): Promise<number> {
  const { session, place } = leader;
  const { log } = place;
  // Most looks find nothing: one statement, not the three of a transaction. Where something was, something is.
  if (!leader.foundSome) {
    const { rows } = await sql`select from ledger_outbox where log = ${log} limit 1`.execute(session);
    if (rows.length === 0) return 0;
  }
  const grown = await session.transaction().execute(async (tx) => {
    const waiting = await takeWaiting(tx, log, BATCH_ENTRIES_MAX);
    leader.foundSome = waiting.length > 0;
    if (waiting.length === 0) return null;
    leader.atPoint?.("taken");
    const batch = shuffled(waiting);
    const next = grow(p, leader.edge, batch.entries);
    leader.atPoint?.("hashed");
    // First of all: it says that we still lead, and from what. If we do not, what was sent behind it goes with it.
    await allOf([
      commitSize(tx, leader, { size: next.edge.size, root: next.root }),
      writePlaces(tx, log, leader.edge.size, batch),
      saveTiles(tx, log, next.partial),
      // What files are still to be made of stays until they are there.
      next.full.length === 0 ? takeOut(tx, log, batch) : null,
    ]);
    return { ...next, seqs: batch.seqs };
  });
  if (grown === null) return 0;
  leader.atPoint?.("committed");
  const count = grown.edge.size - leader.edge.size;
  leader.edge = grown.edge;
  leader.root = grown.root;
  if (grown.full.length > 0) await flush(session, place, grown);
  leader.atPoint?.("flushed");
  return count;
}

/** Only from the state that this leader left, and only while it leads. */
async function commitSize(
  tx: Database,
  leader: Leader,
  to: { size: number; root: Uint8Array },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("ledger_logs")
    .set({ size: to.size, root: Buffer.from(to.root) })
    .where("log", "=", leader.place.log)
    .where("term", "=", leader.term)
    .where("size", "=", String(leader.edge.size))
    .where("root", "=", Buffer.from(leader.root))
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new LogRefused("another sequencer leads this log now");
}

/** Signs what is committed and makes it what readers see. */
export async function publish(leader: Leader): Promise<void> {
  const { place, edge, root, session } = leader;
  if (leader.published === edge.size) return;
  const checkpoint: Checkpoint = { origin: place.origin, size: edge.size, root };
  // The guard moves for what will be signed.
  const keys = await leader.signingKeys();
  await place.guard.advance(leader.signed, checkpoint);
  leader.signed = checkpoint;
  leader.atPoint?.("guarded");
  const text = formatCheckpoint(checkpoint);
  const signed = formatNote({ text, signatures: keys.map((key) => key.sign(text)) });
  leader.atPoint?.("signed");
  const lines = (await leader.cosign?.(signed, checkpoint)) ?? "";
  const note = utf8(signed + lines);
  const { numUpdatedRows } = await session
    .updateTable("ledger_logs")
    .set({ checkpoint: Buffer.from(note), checkpoint_size: edge.size })
    .where("log", "=", place.log)
    .where("term", "=", leader.term)
    .executeTakeFirst();
  if (numUpdatedRows !== 1n) throw new LogRefused("another sequencer leads this log now");
  await serve(session, place, note);
  leader.published = edge.size;
  leader.onPublished?.(edge.size);
  leader.atPoint?.("published");
}

/** Everything that waits now, and the checkpoint over it. False: another process leads, and does it. */
export async function sequenceAll(options: SequencerOptions): Promise<boolean> {
  const led = await lead(options, async (leader) => {
    for (;;) {
      const count = await sequenceBatch(leader);
      if (count < BATCH_ENTRIES_MAX) break;
    }
    await publish(leader);
    return true;
  });
  return led ?? false;
}

export interface Sequencer {
  stop(): Promise<void>;
}

export interface LoopOptions extends SequencerOptions {
  /** 100 to 250; half of it after a look that found many, where that is not less than 100. */
  readonly intervalMs?: number;
  /** Says nothing of persons. */
  readonly onLog: (line: string) => void;
  /** Looked after now and then by who leads: keys whose time has ended. */
  readonly upkeep?: () => Promise<void>;
}

const UPKEEP_MS = 3_600_000;
const INTERVAL_MS = 200;
const INTERVAL_MS_MIN = 100;
/** What a look costs by itself is little beside what it does for so many: their receipts need not wait as long. */
const MANY = BATCH_ENTRIES_MAX / 4;
const STANDBY_MS = 1000;

/** Leads whenever nobody else does, until it is stopped. */
export function startSequencer(options: LoopOptions): Sequencer {
  const stop = new AbortController();
  const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal: stop.signal }).catch(() => {});
  const run = async (): Promise<void> => {
    let said = "";
    while (!stop.signal.aborted) {
      try {
        await lead(options, (leader) => loop(leader, options, { signal: stop.signal, wait }));
        said = "";
      } catch (error) {
        const says = error instanceof Error ? `${error.name}: ${ownWords(error)}` : "unknown error";
        // A log that is refused stays refused: once is enough.
        if (says !== said) options.onLog(`the log of \`${options.place.log}\` is not written: ${says}`);
        said = says;
      }
      await wait(STANDBY_MS);
    }
  };
  const running = run();
  return {
    async stop() {
      stop.abort();
      await running;
    },
  };
}

/** Messages of the database could quote a row. */
const ownWords = (error: Error): string =>
  error instanceof LogRefused || error instanceof LogDamaged ? error.message : "trying again";

interface Pace {
  readonly signal: AbortSignal;
  readonly wait: (ms: number) => Promise<void>;
}

/** From the beginning of a look to that of the next: none after a full batch, for more waits. */
export function pauseAfter(count: number, intervalMs: number): number {
  if (count >= BATCH_ENTRIES_MAX) return 0;
  return count < MANY ? intervalMs : Math.min(intervalMs, Math.max(INTERVAL_MS_MIN, intervalMs / 2));
}

async function loop(leader: Leader, options: LoopOptions, { signal, wait }: Pace): Promise<void> {
  const intervalMs = options.intervalMs ?? INTERVAL_MS;
  await publish(leader);
  let publishedAt = performance.now();
  let lookedAfter = Number.NEGATIVE_INFINITY;
  while (!signal.aborted) {
    const began = performance.now();
    const count = await sequenceBatch(leader);
    if (count < BATCH_ENTRIES_MAX || performance.now() - publishedAt > intervalMs) {
      await publish(leader);
      publishedAt = performance.now();
    }
    if (began - lookedAfter > UPKEEP_MS) {
      await options.upkeep?.();
      lookedAfter = began;
    }
    const pauseMs = pauseAfter(count, intervalMs);
    if (pauseMs > 0) await wait(Math.max(1, pauseMs - (performance.now() - began)));
  }
}
