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
  /** The log in which looks leave their entries, and one more each verdict that turns. */
  readonly evidence?: Appender;
  /** Part of the transaction that writes the change down. */
  readonly onTurned?: (tx: Database, turned: readonly Turned[]) => Promise<void>;
}

const DAY_MS = 86_400_000;
const KEPT_MS = 3 * 365 * DAY_MS;

export function databaseHistory(options: HistoryOptions): History {
  const { db, service, countRequests, leaving, held, keep } = options;
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
        return write(tx, { options, looked, now });
      });
      await forget(options, now);
      return since;
    },
  };
}

interface Known {
  readonly verdict: string;
  readonly since: Date;
  /** When the look at it began. */
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

/** Longer than a look takes: what is further ahead was written by a clock that has been put back since. */
const OVERTAKEN_MS_MAX = 300_000;

/** Without what a look that began later has written down already: it knows better, and what turned with it would seem to turn back. */
function newest({ commitments, promises }: Looked, now: Date, before: Before): Looked {
  const isNewest = (known: Known | undefined): boolean => {
    const aheadMs = known === undefined ? 0 : known.checked_at.getTime() - now.getTime();
    return aheadMs <= 0 || aheadMs > OVERTAKEN_MS_MAX;
  };
  return {
    commitments: commitments.filter((c) => isNewest(before.commitments.get(`${c.commitment} ${c.hash}`))),
    promises: promises.filter((p) => isNewest(before.promises.get(`${p.promise} ${p.hash}`))),
  };
}

interface Writing {
  readonly options: HistoryOptions;
  readonly looked: Looked;
  readonly now: Date;
}

async function write(tx: Database, { options, looked: all, now }: Writing): Promise<Since> {
  const { service, evidence, onTurned } = options;
  const before = await known(tx, service);
  const looked = newest(all, now, before);
  const from = (scope: keyof Before, name: string, hash: string): string | null =>
    before[scope].get(`${name} ${hash}`)?.verdict ?? null;
  const answer = sinceOf(all, now, before);
  await upsertCommitments(tx, { service, looked, now, since: answer });
  await upsertPromises(tx, { service, looked, now, since: answer });
  const commitments = looked.commitments.filter(
    (c) => from("commitments", c.commitment, c.hash) !== c.verdict,
  );
  const promises = looked.promises.flatMap((promise): Turned[] => {
    const last = from("promises", promise.promise, promise.hash);
    return last === promise.verdict ? [] : [{ id: randomUUID(), promise, from: last, at: now }];
  });
  const changes = [
    ...commitments.map((c) => ({
      ...{ id: randomUUID(), scope: "commitment", name: c.commitment, hash: c.hash },
      ...{ from_verdict: from("commitments", c.commitment, c.hash), to_verdict: c.verdict },
    })),
    ...promises.map(({ id, promise: p, from: last }) => ({
      ...{ id, scope: "promise", name: p.promise, hash: p.hash, from_verdict: last, to_verdict: p.verdict },
    })),
  ];
  if (changes.length > 0)
    await tx
      .insertInto("verdict_changes")
      .values(changes.map((c) => ({ ...c, service, at: now })))
      .execute();
  const turned = commitments.map((c) => entryOf(c, from("commitments", c.commitment, c.hash), now));
  const look = { service, seen: looked.commitments, turned: changes.length > 0, now };
  const hasSeen = looked.commitments.length > 0 || all.commitments.length === 0;
  if (evidence !== undefined && hasSeen && (await isNews(tx, look)))
    await evidence.append(tx, [checked(looked.commitments, now), ...turned]);
  if (promises.length > 0) await onTurned?.(tx, promises);
  return answer;
}

interface Upserting extends Pick<Writing, "looked" | "now"> {
  readonly service: string;
  readonly since: Since;
}

async function upsertCommitments(
  tx: Database,
  { service, looked, now, since: at }: Upserting,
): Promise<void> {
  if (looked.commitments.length === 0) return;
  await tx
    .insertInto("verdicts")
    .values(
      looked.commitments.map(({ commitment, hash, verdict }) => ({
        ...{ service, commitment, hash, verdict, checked_at: now },
        since: at.commitments.get(commitment) ?? now,
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

async function upsertPromises(tx: Database, { service, looked, now, since: at }: Upserting): Promise<void> {
  if (looked.promises.length === 0) return;
  await tx
    .insertInto("promise_verdicts")
    .values(
      looked.promises.map(({ promise, hash, verdict, freshUntil }) => ({
        ...{ service, promise, hash, verdict, checked_at: now },
        since: at.promises.get(promise) ?? now,
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
