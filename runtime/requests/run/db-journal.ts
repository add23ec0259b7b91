/** The journal in Avow's own database. What names rows of people is sealed; what staff may read is not. */
import { isDeepStrictEqual } from "node:util";
import type { PlanLine, Step } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "../../store/database.ts";
import { allOf } from "../../store/together.ts";
import type { Sealer } from "../../vault/seal.ts";
import { type Evidence, intended, planned, stepEnded, stepUnknown } from "../desk/evidence.ts";
import type { Earlier } from "./ask.ts";
import { lotsOf, readLot } from "./captured-lots.ts";
import type { Journal } from "./journal.ts";

/** Sent before the first of them is known to have arrived. */
const LOTS_AT_ONCE_MAX = 8;

export const planSchema: z.ZodType<PlanLine[]> = z.array(
  z.object({
    store: z.string(),
    collection: z.string(),
    action: z.enum(["delete", "mask", "keep", "leave", "read", "set", "mark", "lift", "restore", "ask"]),
    rows: z.number(),
    reason: z.string().exactOptional(),
    until: z.string().nullable().exactOptional(),
    why: z.enum(["law", "hold", "co_owner", "interest", "names", "scope"]).exactOptional(),
    commitment: z.string().exactOptional(),
    blanked: z.array(z.string()).exactOptional(),
    stays: z.array(z.string()).exactOptional(),
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

export const databaseJournal = (options: JournalOptions): Journal => ({
  ...captures(options),
  ...plans(options),
  ...steps(options),
});

function captures(options: JournalOptions): Pick<Journal, "captured" | "saveCapture"> {
  const { db, sealer, request } = options;
  const purpose = `capture/${request}`;
  return {
    async captured() {
      const parts = await db
        .selectFrom("request_captures")
        .select("sealed")
        .where("request", "=", request)
        .orderBy("part")
        .execute();
      if (parts.length === 0) return null;
      const lots = parts.map((p, i) => readLot(sealer.open(`${purpose}/${i}`, p.sealed)));
      return { identities: lots[0]?.identities ?? [], collections: lots.flatMap((l) => l.collections) };
    },
    async saveCapture(captured: Earlier, plan) {
      const names = options.namesOf(captured.identities).map((name) => ({ request, name }));
      await db.transaction().execute(async (tx) => {
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
        if (plan !== undefined) sent.push(writePlan(options, tx, plan));
        let part = 0;
        for (const lot of lotsOf(captured)) {
          const sealed = Buffer.from(sealer.seal(`${purpose}/${part}`, lot));
          sent.push(tx.insertInto("request_captures").values({ request, part, sealed }).execute());
          part += 1;
          if (part % LOTS_AT_ONCE_MAX === 0) await allOf(sent.splice(0));
        }
        await allOf(sent);
      });
    },
  };
}

async function writePlan(
  { request, evidence }: JournalOptions,
  tx: Database,
  lines: readonly PlanLine[],
): Promise<void> {
  const row = await tx
    .selectFrom("requests")
    .select("plan")
    .where("id", "=", request)
    .forUpdate()
    .executeTakeFirstOrThrow();
  // Whoever goes on after a crash plans the same: that is no second plan.
  if (row.plan !== null && isDeepStrictEqual(planSchema.parse(row.plan), [...lines])) return;
  await allOf([
    tx
      .updateTable("requests")
      .set({ plan: JSON.stringify(lines) })
      .where("id", "=", request)
      .execute(),
    evidence.append(tx, [planned(request, lines)]),
  ]);
}

function plans(options: JournalOptions): Pick<Journal, "savePlan" | "plan"> {
  const { db, request } = options;
  return {
    savePlan: (lines) => db.transaction().execute((tx) => writePlan(options, tx, lines)),
    async plan() {
      const row = await db.selectFrom("requests").select("plan").where("id", "=", request).executeTakeFirst();
      return row?.plan === null || row?.plan === undefined ? null : planSchema.parse(row.plan);
    },
  };
}

function steps(
  options: JournalOptions,
): Pick<Journal, "intend" | "outcome" | "intendAll" | "outcomes" | "readBack"> {
  const intendAll = (all: readonly Step[]): Promise<string[]> => writeIntents(options, all);
  const outcomes: Journal["outcomes"] = (ended) => writeOutcomes(options, ended);
  return {
    ...{ intendAll, outcomes },
    intend: async (step) => must((await intendAll([step]))[0], "each step gets an id"),
    outcome: (step, outcome) => outcomes([{ step, ...outcome }]),
    readBack: () => readBack(options),
  };
}

async function writeIntents(
  { db, request, now, evidence }: JournalOptions,
  steps: readonly Step[],
): Promise<string[]> {
  const rows = steps.map(({ phase, store, changes }) => ({
    ...{ request, phase, store, state: "intended", intended_at: now() },
    changes: JSON.stringify(
      changes.map((c) => ({ collection: c.collection, act: c.act, set: c.set, rows: c.keys.length })),
    ),
  }));
  return db.transaction().execute(async (tx) => {
    const made = await tx.insertInto("request_steps").values(rows).returning("id").execute();
    // Numbered as they were given.
    const ids = made.map((m) => m.id).sort((a, b) => Number(a) - Number(b));
    await evidence.append(
      tx,
      steps.map((step, i) => intended(request, must(ids[i], "each step gets an id"), step)),
    );
    return ids;
  });
}

async function writeOutcomes(
  { db, request, now, evidence }: JournalOptions,
  ended: Parameters<Journal["outcomes"]>[0],
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const [ids, states] = [ended.map((e) => e.step), ended.map((e) => e.state)];
    const [counts, reasons] = [ended.map((e) => e.rows), ended.map((e) => e.reason)];
    const update = sql`update request_steps s set state = e.state, rows = e.rows, reason = e.reason, ended_at = ${now()}
      from unnest(${ids}::bigint[], ${states}::text[], ${counts}::bigint[], ${reasons}::text[]) e(id, state, rows, reason)
      where s.id = e.id`;
    await allOf([
      update.execute(tx),
      evidence.append(
        tx,
        ended.map(({ step, ...outcome }) => stepEnded(request, step, outcome)),
      ),
    ]);
  });
}

async function readBack({ db, request, now, evidence }: JournalOptions): Promise<number> {
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
