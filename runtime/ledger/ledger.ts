/** A service's evidence log, opened: takes entries in, has them sequenced, gives receipts (spec/evidence-log.md). */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { emptyRoot } from "@avow/core/evidence/hashing";
import type { NoteKey } from "@avow/core/evidence/note";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import { type Appender, appenderOf, type HeldKeys, type NewEntry } from "./append.ts";
import { LogRefused } from "./guard.ts";
import { type LogPlace, placeIn } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { receiptOf, type WrittenReceipt } from "./receipts.ts";
import { type SequencerOptions, sequenceAll } from "./sequencer.ts";
import { beginKeys, hasPrivate, publicKeys } from "./signing-keys.ts";
import { keyedStore, type Seals, type SubjectKeys } from "./subject-keys.ts";
import { readTileOf, tileReader } from "./tiles.ts";
import { cosigner, type WitnessAddress } from "./witness/client.ts";

export interface LedgerOptions {
  readonly db: Database;
  readonly seals: Seals;
  readonly home: string;
  /** The service. */
  readonly log: string;
  /** A schemeless URL that names no person; left out: one that nobody can mistake for a public one. Fixed by the first start. */
  readonly origin?: string | undefined;
  readonly now: () => Date;
  /** Asked to cosign every checkpoint. */
  readonly witnesses?: readonly WitnessAddress[];
  /** What hinders the witnesses. Says nothing of persons. */
  readonly onLog?: (line: string) => void;
}

export interface Ledger extends Appender {
  readonly place: LogPlace;
  readonly keys: SubjectKeys;
  readonly sequencer: SequencerOptions;
  readonly witnesses: readonly NoteKey[];
  /** Waits while too much is in the outbox; call it before the transaction that appends. Throws `LedgerBusy`. */
  admit(): Promise<void>;
  /** Until everything that this process appended, or the one entry named, is under a published checkpoint. */
  settle(entry?: string): Promise<boolean>;
  /** Null: there is no such entry under a checkpoint, or what it says is gone with its key. */
  receipt(entry: string): Promise<WrittenReceipt | null>;
  verifierKeys(): Promise<NoteKey[]>;
}

/** More waits than can be written down soon: come again later. */
export class LedgerBusy extends Error {
  override readonly name = "LedgerBusy";
}

const WAITING_MAX = 50_000;
const ADMIT_MS_MAX = 10_000;
/** How often is looked while much waits; while little does, less often. */
const LOOK_EVERY_MS = 250;
const LOOK_RARELY_MS = 1000;
/** Nobody fills the rest before it is looked again. */
const LITTLE = WAITING_MAX / 10;
const SETTLE_MS_MAX = 15_000;
const SETTLE_LOOK_MS = 40;

export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { db, seals, home, log, now } = options;
  const origin = await originOf(options);
  const place = placeIn(home, log, origin);
  // Entries of a log whose keys are gone wait: what they tell of has happened. Who leads refuses to sign.
  if (!(await hasPrivate(place.keys)) && (await isNew(db, place))) await beginKeys(place.keys);
  const keys = keyedStore(log, seals);
  const service = await keys.obtain(db, "service");
  const appender = appenderOf({ log, origin, keys, now }, service);
  const sequencer: SequencerOptions = { db, place, ...cosigning(options, place) };
  let appended = false;
  return {
    ...{ place, keys, sequencer },
    witnesses: (options.witnesses ?? []).map((w) => w.key),
    async append(tx: Database, entries: readonly NewEntry[], held?: HeldKeys) {
      appended = true;
      return appender.append(tx, entries, held);
    },
    admit: admitter(db, log),
    async settle(entry) {
      if (entry === undefined && !appended) return true;
      return settled(sequencer, entry);
    },
    receipt: (entry) => receiptOf({ db, place, keys }, entry),
    verifierKeys: () => publicKeys(place.keys),
  };
}

function cosigning(options: LedgerOptions, place: LogPlace): Pick<SequencerOptions, "cosign"> {
  const { db, log, witnesses = [], onLog = () => {} } = options;
  if (witnesses.length === 0) return {};
  const reader = tileReader(db, log, place.files);
  return { cosign: cosigner({ witnesses, onLog, readTile: (size) => readTileOf(reader, size) }) };
}

/** The origin is a part of every commitment and checkpoint: what it was at the first start, it stays. */
async function originOf({ db, log, origin }: LedgerOptions): Promise<string> {
  const find = () => db.selectFrom("ledger_logs").select("origin").where("log", "=", log).executeTakeFirst();
  let row = await find();
  if (row === undefined) {
    const own = origin ?? `avow.invalid/${log}/${randomBytes(4).toString("hex")}`;
    await db
      .insertInto("ledger_logs")
      .values({ log, origin: own, root: Buffer.from(emptyRoot(p)) })
      .onConflict((c) => c.doNothing())
      .execute();
    row = await find();
  }
  if (row === undefined) throw new Error(`the log of \`${log}\` could not be made`);
  if (origin !== undefined && row.origin !== origin)
    throw new LogRefused(
      `the log of \`${log}\` is \`${row.origin}\`: its origin can not change to \`${origin}\``,
    );
  return row.origin;
}

/** Nothing was ever written, as far as the database and the guard know: only then is there no key that readers know already. */
async function isNew(db: Database, place: LogPlace): Promise<boolean> {
  const { rows } = await sql<{ untouched: boolean }>`
    select l.size = 0 and l.checkpoint is null and not exists (select from ledger_outbox o where o.log = l.log) as untouched
      from ledger_logs l where l.log = ${place.log}`.execute(db);
  return rows[0]?.untouched === true && ((await place.guard.read())?.size ?? 0) === 0;
}

/** Counts at most a little further than the limit, and at most four times a second; once while little waits. */
function admitter(db: Database, log: string): () => Promise<void> {
  let waiting = 0;
  let lookedAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | null = null;
  const look = async (): Promise<void> => {
    const { rows } = await sql<{
      n: number;
    }>`select coalesce(sum(entries), 0)::int as n from (select entries from ledger_outbox where log = ${log} limit ${WAITING_MAX + 1}) w`.execute(
      db,
    );
    waiting = rows[0]?.n ?? 0;
    lookedAt = performance.now();
  };
  return async () => {
    const began = performance.now();
    for (;;) {
      if (performance.now() - lookedAt > (waiting < LITTLE ? LOOK_RARELY_MS : LOOK_EVERY_MS)) {
        looking ??= look().finally(() => {
          looking = null;
        });
        await looking;
      }
      if (waiting <= WAITING_MAX) return;
      if (performance.now() - began > ADMIT_MS_MAX)
        throw new LedgerBusy(`more than ${WAITING_MAX} entries wait to be written: is a sequencer running?`);
      await sleep(LOOK_EVERY_MS);
    }
  };
}

/** Sequences itself when nobody else does. False: another process leads and did not come to it in time. */
async function settled(sequencer: SequencerOptions, entry: string | undefined): Promise<boolean> {
  const began = performance.now();
  while (performance.now() - began < SETTLE_MS_MAX) {
    await sequenceAll(sequencer);
    if (await isPublished(sequencer, entry)) return true;
    await sleep(SETTLE_LOOK_MS);
  }
  return false;
}

async function isPublished({ db, place }: SequencerOptions, entry: string | undefined): Promise<boolean> {
  const { rows } =
    entry === undefined
      ? await sql<{ done: boolean }>`
          select l.checkpoint_size = l.size and not exists (select from ledger_outbox o where o.log = l.log) as done
            from ledger_logs l where l.log = ${place.log}`.execute(db)
      : await sql<{ done: boolean }>`
          select exists (
              select from ledger_entries e join ledger_batches b on b.log = e.log
                and int8range(b.seqs[1], b.seqs[cardinality(b.seqs)], '[]') @> e.seq and e.seq = any(b.seqs)
               where e.id = ${entry} and e.log = l.log and b.first + b.entries <= l.checkpoint_size
            ) as done
            from ledger_logs l where l.log = ${place.log}`.execute(db);
  return rows[0]?.done === true;
}
