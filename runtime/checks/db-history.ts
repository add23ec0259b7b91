/** The history of verdicts in Avow's own database: what each is now, since when, and when it turned. */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Appender, NewEntry } from "../ledger/append.ts";
import type { Database } from "../store/database.ts";
import { forgetWindows } from "./budget/db-book.ts";
import type { History, Looked, Remembered, RememberedPromise, Since } from "./context.ts";
import { lastDrill } from "./drill-history.ts";
import { forgetLooks, isNews } from "./logged-looks.ts";

/** A promise whose verdict is another one than at the last look. */
export interface Turned {
  /** Of this change: whoever hears of it twice knows. */
  readonly id: string;
  readonly promise: RememberedPromise;
  /** Null: the first look at the promise as it is worded. */
  readonly from: string | null;
  readonly at: Date;
}

export interface HistoryOptions {
  readonly db: Database;
  readonly service: string;
  /** From the desk that keeps them. */
  readonly countRequests: History["countRequests"];
  readonly leaving: History["leaving"];
  readonly held: History["held"];
  /** False: the history is read and left as it is. */
  readonly keep: boolean;
  /** Changes before this are forgotten; left out: three years. */
  readonly keptMs?: number;
  /** How long the look has lasted; left out: since this was made. */
  readonly lastedMs?: () => number;
  /** The log in which looks leave their entries, and one more each verdict that turns. */
  readonly evidence?: Appender;
  /** Part of the transaction that writes the change down. */
  readonly onTurned?: (tx: Database, turned: readonly Turned[]) => Promise<void>;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 3 * 365 * DAY_MS;

export function databaseHistory(options: HistoryOptions): History {
  const { db, service, countRequests, leaving, held, keep } = options;
  const made = performance.now();
  const { lastedMs = () => performance.now() - made } = options;
  return {
    lastDrill: (right, basis) => lastDrill({ db, service, right, basis }),
    countRequests,
    leaving,
    held,
    async remember(looked, now) {
      if (!keep) return sinceOf(looked, now, await known(db, service));
      const since = await db.transaction().execute(async (tx) => {
        // Two runs at once: the second sees what the first has written, and nothing turns twice.
        await sql`select pg_advisory_xact_lock(hashtextextended(${`verdicts/${service}`}, 4))`.execute(tx);
        return write(tx, { options, looked, now, lastedMs: lastedMs() });
      });
      await forget(options, now);
      return since;
    },
  };
}

interface Known {
  readonly verdict: string;
  readonly since: Date;
  /** When the look at it began; of a breach that was overtaken, just after the look began that overtook it. */
  readonly checked_at: Date;
}
interface Before {
  /** By `name hash`. */
  readonly commitments: ReadonlyMap<string, Known>;
  readonly promises: ReadonlyMap<string, Known>;
}

async function known(db: Database, service: string): Promise<Before> {
  const commitments = await db.selectFrom("verdicts").selectAll().where("service", "=", service).execute();
  const promises = await db
    .selectFrom("promise_verdicts")
    .selectAll()
    .where("service", "=", service)
    .execute();
  return {
    commitments: new Map(commitments.map((v) => [`${v.commitment} ${v.hash}`, v])),
    promises: new Map(promises.map((v) => [`${v.promise} ${v.hash}`, v])),
  };
}

const since = (before: Known | undefined, verdict: string, now: Date): Date =>
  before?.verdict === verdict ? before.since : now;

function sinceOf({ commitments, promises }: Looked, now: Date, before: Before): Since {
  return {
    commitments: new Map(
      commitments.map((c) => [
        c.commitment,
        since(before.commitments.get(`${c.commitment} ${c.hash}`), c.verdict, now),
      ]),
    ),
    promises: new Map(
      promises.map((p) => [p.promise, since(before.promises.get(`${p.promise} ${p.hash}`), p.verdict, now)]),
    ),
  };
}

/** A verdict that a look found, and when it is put on record. */
type At<T> = T & { readonly at: Date };

/**
 * What this look changes. It is overtaken where another one that began later has written while this one lasted: which of the two read last is
 * not known then. A breach that one of them saw stays seen; anything else yields. Further ahead than this look has lasted is only what a clock
 * wrote that has been put back since.
 */
function counted<T extends { readonly verdict: string }>(
  verdicts: readonly T[],
  knownOf: (verdict: T) => Known | undefined,
  { now, lastedMs }: Pick<Writing, "now" | "lastedMs">,
): At<T>[] {
  return verdicts.flatMap((verdict) => {
    const seen = knownOf(verdict)?.checked_at ?? now;
    const aheadMs = seen.getTime() - now.getTime();
    if (aheadMs <= 0 || aheadMs > lastedMs) return [{ ...verdict, at: now }];
    // Turns stay in the order in which they are written.
    return verdict.verdict === "broken" ? [{ ...verdict, at: new Date(seen.getTime() + 1) }] : [];
  });
}

interface Writing {
  readonly options: HistoryOptions;
  readonly looked: Looked;
  /** When the look began. */
  readonly now: Date;
  readonly lastedMs: number;
}

async function write(tx: Database, { options, looked, now, lastedMs }: Writing): Promise<Since> {
  const { service, evidence, onTurned } = options;
  const before = await known(tx, service);
  const span = { now, lastedMs };
  const commitments = counted(
    looked.commitments,
    (c) => before.commitments.get(`${c.commitment} ${c.hash}`),
    span,
  );
  const promises = counted(looked.promises, (p) => before.promises.get(`${p.promise} ${p.hash}`), span);
  const from = (scope: keyof Before, name: string, hash: string): string | null =>
    before[scope].get(`${name} ${hash}`)?.verdict ?? null;
  await upsertCommitments(tx, { service, of: commitments, before });
  await upsertPromises(tx, { service, of: promises, before });
  const turned = commitments.filter((c) => from("commitments", c.commitment, c.hash) !== c.verdict);
  const told = promises.flatMap(({ at, ...promise }): Turned[] => {
    const last = from("promises", promise.promise, promise.hash);
    return last === promise.verdict ? [] : [{ id: randomUUID(), promise, from: last, at }];
  });
  const changes = [
    ...turned.map((c) => ({
      ...{ id: randomUUID(), scope: "commitment", name: c.commitment, hash: c.hash, at: c.at },
      ...{ from_verdict: from("commitments", c.commitment, c.hash), to_verdict: c.verdict },
    })),
    ...told.map(({ id, promise: p, from: last, at }) => ({
      ...{ id, scope: "promise", name: p.promise, hash: p.hash, at },
      ...{ from_verdict: last, to_verdict: p.verdict },
    })),
  ];
  if (changes.length > 0)
    await tx
      .insertInto("verdict_changes")
      .values(changes.map((c) => ({ ...c, service })))
      .execute();
  const entries = turned.map((c) => entryOf(c, from("commitments", c.commitment, c.hash), c.at));
  // What it saw is said of an overtaken look, too: that it changed nothing is seen by what does not follow.
  const look = { service, seen: looked.commitments, turned: changes.length > 0, now };
  if (evidence !== undefined && (await isNews(tx, look)))
    await evidence.append(tx, [checked(looked.commitments, now), ...entries]);
  if (told.length > 0) await onTurned?.(tx, told);
  return sinceOf(looked, now, before);
}

interface Upserting<T> {
  readonly service: string;
  readonly of: readonly At<T>[];
  readonly before: Before;
}

async function upsertCommitments(
  tx: Database,
  { service, of, before }: Upserting<Remembered>,
): Promise<void> {
  if (of.length === 0) return;
  await tx
    .insertInto("verdicts")
    .values(
      of.map(({ commitment, hash, verdict, at }) => ({
        ...{ service, commitment, hash, verdict, checked_at: at },
        since: since(before.commitments.get(`${commitment} ${hash}`), verdict, at),
      })),
    )
    .onConflict((c) =>
      c.columns(["service", "commitment", "hash"]).doUpdateSet((e) => ({
        verdict: e.ref("excluded.verdict"),
        since: e.ref("excluded.since"),
        checked_at: e.ref("excluded.checked_at"),
      })),
    )
    .execute();
}

async function upsertPromises(
  tx: Database,
  { service, of, before }: Upserting<RememberedPromise>,
): Promise<void> {
  if (of.length === 0) return;
  await tx
    .insertInto("promise_verdicts")
    .values(
      of.map(({ promise, hash, verdict, freshUntil, at }) => ({
        ...{ service, promise, hash, verdict, checked_at: at },
        since: since(before.promises.get(`${promise} ${hash}`), verdict, at),
        fresh_until: freshUntil === null ? null : new Date(freshUntil),
      })),
    )
    .onConflict((c) =>
      c.columns(["service", "promise", "hash"]).doUpdateSet((e) => ({
        verdict: e.ref("excluded.verdict"),
        since: e.ref("excluded.since"),
        checked_at: e.ref("excluded.checked_at"),
        fresh_until: e.ref("excluded.fresh_until"),
      })),
    )
    .execute();
}

/** That somebody looked, at what, and how it was then: also where nothing turned. */
function checked(commitments: readonly Remembered[], at: Date): NewEntry {
  const byVerdict = Map.groupBy(commitments, (c) => c.verdict);
  const verdicts = Object.fromEntries(
    [...byVerdict].map(([verdict, of]) => [verdict, of.map((c) => c.commitment)]),
  );
  // Who and why is in waivers.yaml: it may name people, and nobody destroys the service's key.
  const waived = commitments.flatMap(({ commitment, waived }) =>
    waived === undefined ? [] : [{ commitment, until: waived.until }],
  );
  const body = { event: "checked", at: at.toISOString(), verdicts };
  return { type: "check", subject: "service", body: waived.length === 0 ? body : { ...body, waived } };
}

/** The first look at a commitment, as it is worded, counts as a change. */
function entryOf({ commitment, hash, verdict }: Remembered, from: string | null, at: Date): NewEntry {
  const body = {
    event: "verdict.changed",
    ...{ commitment, hash, from, to: verdict },
    at: at.toISOString(),
  };
  return { type: "check", subject: "service", body };
}

async function forget({ db, service, keptMs = KEPT_MS }: HistoryOptions, now: Date): Promise<void> {
  const before = new Date(now.getTime() - keptMs);
  await db.deleteFrom("verdict_changes").where("service", "=", service).where("at", "<", before).execute();
  for (const table of ["verdicts", "promise_verdicts"] as const)
    await db.deleteFrom(table).where("service", "=", service).where("checked_at", "<", before).execute();
  await forgetWindows(db, service, now);
  await forgetLooks(db, service, now);
}
