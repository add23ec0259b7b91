/** The journal in Avow's own database. What names rows of people is sealed; what staff may read is not. */
import type { PlanLine, Step } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql, type Transaction } from "kysely";
import { z } from "zod";
import type { NewEntry } from "../../ledger/append.ts";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import { allOf } from "../../store/together.ts";
import type { Sealer } from "../../vault/seal.ts";
import { type Evidence, intended, planned, stepEnded, stepUnknown } from "../desk/evidence.ts";
import { lotsOf, readLot } from "./captured-lots.ts";
import { withoutReasons } from "./held.ts";
import type { Found, Journal, StepOutcome } from "./journal.ts";

/** Sent before the first of them is known to have arrived. */
const LOTS_AT_ONCE_MAX = 8;

export const planSchema: z.ZodType<PlanLine[]> = z.array(
  z.object({
    store: z.string(),
    collection: z.string(),
    action: z.enum(["delete", "mask", "keep", "leave", "read", "set", "mark", "lift", "restore", "ask"]),
    rows: z.number(),
    reason: z.string().exactOptional(),
    fields: z.array(z.string()).exactOptional(),
    until: z.string().nullable().exactOptional(),
    why: z
      .enum(["law", "hold", "co_owner", "interest", "names", "scope", "account", "about", "mention"])
      .exactOptional(),
    commitment: z.string().exactOptional(),
    hold: z.string().exactOptional(),
    blanked: z.array(z.string()).exactOptional(),
    stays: z.array(z.string()).exactOptional(),
    stamped: z.array(z.string()).exactOptional(),
  }),
);

export const STOPPED = "stopped between act and outcome; the store is read again";

interface JournalOptions {
  readonly db: Database;
  readonly sealer: Sealer;
  readonly request: string;
  readonly evidence: Evidence;
  /** The keyed names of identities, by which requests of one person find each other. */
  readonly namesOf: (identities: readonly IdentityValue[]) => readonly string[];
  readonly now: () => Date;
}

interface Intending extends JournalOptions {
  /** The connection that holds the request's lock: an intent that was written on it was written while the lock was held. */
  readonly held: Database;
  /** Part of the transaction of the intents. */
  readonly beside: (tx: Database, steps: readonly Step[]) => Promise<void>;
}

/** How steps ended that nothing was written after. The entries are for the log. */
export interface Endings {
  readonly entries: readonly NewEntry[];
  readonly written: Promise<void>;
}

export interface DatabaseJournal extends Journal {
  /** A transaction that they are part of. When it fails they are kept, for the next one or for `settle`. */
  withEndings<T>(db: Database, act: (tx: Transaction<Tables>, endings: Endings) => Promise<T>): Promise<T>;
  /** They by themselves, for those who stop before that. */
  settle(): Promise<void>;
}

export const databaseJournal = (options: Intending): DatabaseJournal => ({
  ...captures(options),
  ...plans(options),
  ...steps(options),
});

/** For those who only look at what a request has found, or add to it. */
export function captures(options: JournalOptions): Pick<Journal, "captured" | "saveCapture"> {
  const { db, sealer, request } = options;
  return {
    async captured() {
      const parts = await db
        .selectFrom("request_captures")
        .select("sealed")
        .where("request", "=", request)
        .orderBy("part")
        .execute();
      if (parts.length === 0) return null;
      const lots = parts.map((p, i) => readLot(sealer.open(`capture/${request}/${i}`, p.sealed)));
      const [{ identities, tried = [] } = { identities: [] }] = lots;
      return { identities, tried, collections: lots.flatMap((l) => l.collections) };
    },
    saveCapture: (captured, plan) =>
      db.transaction().execute(async (tx) => {
        const entries = await writeFound(options, tx, {
          captured,
          ...(plan === undefined ? {} : { plan }),
        });
        if (entries.length > 0) await options.evidence.append(tx, entries);
      }),
  };
}

/** Gives the entries for the log. */
async function writeFound(
  options: JournalOptions,
  tx: Database,
  { captured, plan }: Found,
): Promise<readonly NewEntry[]> {
  const { sealer, request } = options;
  const names = options.namesOf(captured.identities).map((name) => ({ request, name }));
  const sent: Promise<unknown>[] = [
    tx.deleteFrom("request_captures").where("request", "=", request).execute(),
  ];
  if (names.length > 0)
    sent.push(
      tx
        .insertInto("request_subjects")
        .values(names)
        .onConflict((c) => c.doNothing())
        .execute(),
    );
  const entries = plan === undefined ? null : writePlan(options, tx, plan);
  if (entries !== null) sent.push(entries);
  let part = 0;
  for (const lot of lotsOf(captured)) {
    const sealed = Buffer.from(sealer.seal(`capture/${request}/${part}`, lot));
    sent.push(tx.insertInto("request_captures").values({ request, part, sealed }).execute());
    part += 1;
    if (part % LOTS_AT_ONCE_MAX === 0) await allOf(sent.splice(0));
  }
  await allOf(sent);
  return (await entries) ?? [];
}

/** Gives the entries for the log. */
export async function writePlan(
  { request }: Pick<JournalOptions, "request">,
  tx: Database,
  made: readonly PlanLine[],
): Promise<readonly NewEntry[]> {
  const lines = withoutReasons(made);
  const plan = JSON.stringify(lines);
  // Whoever goes on after a crash, or when somebody has agreed, plans the same: that is no second plan.
  const { numUpdatedRows } = await tx
    .updateTable("requests")
    .set({ plan })
    .where("id", "=", request)
    .where(sql<boolean>`plan is distinct from ${plan}::jsonb`)
    .executeTakeFirst();
  return numUpdatedRows > 0n ? [planned(request, lines)] : [];
}

function plans(options: JournalOptions): Pick<Journal, "savePlan" | "plan"> {
  const { db, request, evidence } = options;
  return {
    savePlan: (lines) =>
      db.transaction().execute(async (tx) => {
        const entries = await writePlan(options, tx, lines);
        if (entries.length > 0) await evidence.append(tx, entries);
      }),
    async plan() {
      const row = await db.selectFrom("requests").select("plan").where("id", "=", request).executeTakeFirst();
      return row?.plan === null || row?.plan === undefined ? null : planSchema.parse(row.plan);
    },
  };
}

interface Ended extends StepOutcome {
  readonly step: string;
  readonly at: Date;
}

function steps(options: Intending): Omit<DatabaseJournal, "captured" | "saveCapture" | "savePlan" | "plan"> {
  // Lost with the process they are `unknown`, as if it had stopped a moment earlier.
  let ended: readonly Ended[] = [];
  const withEndings: DatabaseJournal["withEndings"] = async (db, act) => {
    let some: readonly Ended[] = [];
    try {
      return await db.transaction().execute((tx) => {
        some = ended;
        ended = [];
        const entries = some.map(({ step, ...outcome }) => stepEnded(options.request, step, outcome));
        const written = writeOutcomes(tx, some);
        // Whoever waits for it is told all the same; one that waits for something else first would end the process.
        written.catch(() => {});
        return act(tx, { entries, written });
      });
    } catch (error) {
      ended = [...some, ...ended];
      throw error;
    }
  };
  const settle = async (): Promise<void> => {
    if (ended.length === 0) return;
    // A transaction that failed may have been committed all the same, and somebody may have read the step back since.
    const left = await stillIntended(options.db, ended);
    ended = ended.filter((e) => left.has(e.step));
    if (ended.length === 0) return;
    await withEndings(options.db, async (tx, { entries, written }) => {
      await written;
      await options.evidence.append(tx, entries);
    });
  };
  const intendAll = (all: readonly Step[], found?: Found): Promise<string[]> =>
    writeIntents({ ...options, withEndings }, all, found);
  const outcomes: Journal["outcomes"] = async (some) => {
    const at = options.now();
    ended = [...ended, ...some.map((one) => ({ ...one, at }))];
  };
  return {
    ...{ intendAll, outcomes, withEndings, settle },
    intend: async (step, found) => must((await intendAll([step], found))[0], "each step gets an id"),
    outcome: (step, outcome) => outcomes([{ step, ...outcome }]),
    readBack: () => readBack(options),
  };
}

/** One transaction for all that must be on the disk before the act: each commit waits for it. */
function writeIntents(
  options: Intending & Pick<DatabaseJournal, "withEndings">,
  steps: readonly Step[],
  found: Found | undefined,
): Promise<string[]> {
  const { request, now, evidence, held } = options;
  const rows = steps.map(({ phase, store, changes }) => ({
    ...{ request, phase, store, state: "intended", intended_at: now() },
    changes: JSON.stringify(
      changes.map((c) => ({ collection: c.collection, act: c.act, set: c.set, rows: c.keys.length })),
    ),
  }));
  return options.withEndings(held, async (tx, { entries, written }) => {
    const lines = found === undefined ? null : writeFound(options, tx, found);
    const made = tx.insertInto("request_steps").values(rows).returning("id").execute();
    const keys = evidence.keys.obtainAll(tx, [`request:${request}`]);
    await allOf([written, lines, made, keys, options.beside(tx, steps)]);
    // Numbered as they were given.
    const ids = (await made).map((m) => m.id).sort((a, b) => Number(a) - Number(b));
    const intents = steps.map((step, i) => intended(request, must(ids[i], "each step gets an id"), step));
    await evidence.append(tx, [...entries, ...((await lines) ?? []), ...intents], await keys);
    return ids;
  });
}

async function stillIntended(db: Database, ended: readonly Ended[]): Promise<ReadonlySet<string>> {
  const { rows } = await sql<{ id: string }>`select id::text from request_steps
    where id = any(${ended.map((e) => e.step)}::bigint[]) and state = 'intended'`.execute(db);
  return new Set(rows.map((row) => row.id));
}

async function writeOutcomes(tx: Database, ended: readonly Ended[]): Promise<void> {
  if (ended.length === 0) return;
  const [ids, states] = [ended.map((e) => e.step), ended.map((e) => e.state)];
  const [counts, reasons] = [ended.map((e) => e.rows), ended.map((e) => e.reason)];
  await sql`update request_steps s set state = e.state, rows = e.rows, reason = e.reason, ended_at = e.at
    from unnest(${ids}::bigint[], ${states}::text[], ${counts}::bigint[], ${reasons}::text[],
                ${ended.map((e) => e.at.toISOString())}::timestamptz[]) e(id, state, rows, reason, at)
    where s.id = e.id`.execute(tx);
}

/** See `Journal`. */
export async function readBack({
  db,
  request,
  now,
  evidence,
}: Pick<JournalOptions, "db" | "request" | "now" | "evidence">): Promise<number> {
  const open = await db
    .selectFrom("request_steps")
    .select("id")
    .where("request", "=", request)
    .where("state", "=", "intended")
    .limit(1)
    .execute();
  if (open.length === 0) return 0;
  return db.transaction().execute(async (tx) => {
    const left = await tx
      .updateTable("request_steps")
      .set({
        state: "unknown",
        reason: STOPPED,
        ended_at: now(),
      })
      .where("request", "=", request)
      .where("state", "=", "intended")
      .returning("id")
      .execute();
    if (left.length > 0)
      await evidence.append(
        tx,
        left.map(({ id }) => stepUnknown(request, id)),
      );
    return left.length;
  });
}
