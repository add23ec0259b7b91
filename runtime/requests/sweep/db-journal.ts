/**
 * The journal of a sweep in Avow's own database. Captures and plans are each request's own, as if it had been carried out alone, so that
 * whoever goes on after a crash, a sweep or a worker with one request, knows what was meant. Steps are the sweep's.
 */
import type { Step } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql } from "kysely";
import type { NewEntry } from "../../ledger/append.ts";
import { textArray, uuidArray } from "../../ledger/wire.ts";
import type { Database } from "../../store/database.ts";
import type { Sealer } from "../../vault/seal.ts";
import { type Evidence, stepUnknown } from "../desk/evidence.ts";
import type { Earlier } from "../run/ask.ts";
import { lotsOf, readLot } from "../run/captured-lots.ts";
import { planSchema, STOPPED } from "../run/db-journal.ts";
import { withoutReasons } from "../run/held.ts";
import { noteAll } from "../suppression/names.ts";
import { sweepEnded, sweepIntended } from "./evidence.ts";
import type { SavedCapture, SavedPlan, SweepJournal } from "./journal.ts";
import { Said } from "./said.ts";

/** Of one statement, and what is held in its texts. */
const REQUESTS_A_STATEMENT_MAX = 500;

interface JournalOptions {
  readonly db: Database;
  readonly service: string;
  readonly sealer: Sealer;
  readonly sweep: string;
  readonly requests: readonly string[];
  readonly evidence: Evidence;
  /** The keyed names of identities, by which requests of one person find each other. */
  readonly namesOf: (identities: readonly IdentityValue[]) => readonly string[];
  readonly now: () => Date;
  /** Part of the transaction of an intent; left out by those who only look. */
  readonly beside?: (tx: Database) => Promise<void>;
}

export const databaseSweepJournal = (options: JournalOptions): SweepJournal => ({
  ...captures(options),
  ...plans(options),
  ...steps(options),
});

export function* lotsOfRequests<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += REQUESTS_A_STATEMENT_MAX)
    yield all.slice(from, from + REQUESTS_A_STATEMENT_MAX);
}

const purposeOf = (request: string, part: number): string => `capture/${request}/${part}`;

function captures(options: JournalOptions): Pick<SweepJournal, "captured" | "saveCaptures"> {
  const { db, sealer, requests } = options;
  return {
    async captured() {
      const found = new Map<string, Earlier>();
      for (const some of lotsOfRequests(requests)) {
        const parts = await db
          .selectFrom("request_captures")
          .select(["request", "part", "sealed"])
          .where(sql<boolean>`request = any(${some}::uuid[])`)
          .orderBy("request")
          .orderBy("part")
          .execute();
        for (const [request, own] of Map.groupBy(parts, (p) => p.request)) {
          const lots = own.map((p) => readLot(sealer.open(purposeOf(request, p.part), p.sealed)));
          const collections = lots.flatMap((l) => l.collections);
          found.set(request, { identities: lots[0]?.identities ?? [], collections });
        }
      }
      return found;
    },
    async saveCaptures(all) {
      for (const some of lotsOfRequests(all)) await saveCaptures(options, some);
    },
  };
}

async function saveCaptures(options: JournalOptions, all: readonly SavedCapture[]): Promise<void> {
  const { db, sealer } = options;
  const ids = all.map((a) => a.request);
  const parts = all.flatMap(({ request, captured }) =>
    [...lotsOf(captured)].map((lot, part) => ({
      ...{ request, part },
      sealed: Buffer.from(sealer.seal(purposeOf(request, part), lot)),
    })),
  );
  const names = all.flatMap(({ request, captured }) =>
    options.namesOf(captured.identities).map((name) => ({ request, name })),
  );
  await db.transaction().execute(async (tx) => {
    await sql`delete from request_captures where request = any(${ids}::uuid[])`.execute(tx);
    // As one value: the driver writes out an array of bytes digit by digit.
    let end = 0;
    const ends = parts.map((p) => (end += p.sealed.length));
    await sql`insert into request_captures (request, part, sealed)
      select p.request, p.part, substring(${Buffer.concat(parts.map((p) => p.sealed))}::bytea from p.ends - p.size + 1 for p.size)
        from unnest(${uuidArray(parts.map((p) => p.request))}::uuid[], ${parts.map((p) => p.part)}::int[], ${ends}::int[],
                    ${parts.map((p) => p.sealed.length)}::int[]) as p (request, part, ends, size)`.execute(
      tx,
    );
    await sql`insert into request_subjects (request, name)
      select * from unnest(${uuidArray(names.map((n) => n.request))}::uuid[], ${textArray(names.map((n) => n.name))}::text[])
      on conflict do nothing`.execute(tx);
  });
}

function plans({ db }: JournalOptions): Pick<SweepJournal, "plans" | "savePlans"> {
  return {
    async plans(requests) {
      const rows = await db
        .selectFrom("requests")
        .select(["id", "plan"])
        .where(sql<boolean>`id = any(${requests}::uuid[])`)
        .where("plan", "is not", null)
        .execute();
      return new Map(rows.map((row) => [row.id, planSchema.parse(row.plan)]));
    },
    async savePlans(all) {
      // The log has the sweep's steps, and at the end each request's certificate.
      for (const some of lotsOfRequests(all)) await savePlans(db, some);
    },
  };
}

async function savePlans(tx: Database, all: readonly SavedPlan[]): Promise<void> {
  const said = new Said();
  const places = all.map((a) => said.place(JSON.stringify(withoutReasons(a.lines))));
  await sql`
    with said as materialized (
      select n, text::jsonb as value from unnest(${textArray(said.texts)}::text[]) with ordinality as t (text, n))
    update requests set plan = said.value
      from unnest(${uuidArray(all.map((a) => a.request))}::uuid[], ${places}::int[]) as p (id, n)
      join said on said.n = p.n
     where requests.id = p.id`.execute(tx);
}

function steps(options: JournalOptions): Pick<SweepJournal, "intend" | "outcome" | "readBack" | "note"> {
  const { db, sweep, evidence, now } = options;
  const log = async (tx: Database, entries: readonly NewEntry[]): Promise<void> => {
    await evidence.append(tx, entries);
  };
  return {
    async intend(step: Step) {
      const changes = step.changes.map((c) => ({
        ...{ collection: c.collection, act: c.act, set: c.set },
        rows: c.keys.length,
      }));
      return db.transaction().execute(async (tx) => {
        await options.beside?.(tx);
        const row = await tx
          .insertInto("sweep_steps")
          .values({
            ...{ sweep, phase: step.phase, store: step.store, changes: JSON.stringify(changes) },
            ...{ state: "intended", intended_at: now() },
          })
          .returning("id")
          .executeTakeFirst();
        const { id } = must(row, "a row was made");
        await log(tx, [sweepIntended(sweep, id, step)]);
        return id;
      });
    },
    async outcome(step, outcome) {
      await db.transaction().execute(async (tx) => {
        await tx
          .updateTable("sweep_steps")
          .set({ ...outcome, ended_at: now() })
          .where("id", "=", step)
          .execute();
        await log(tx, [sweepEnded(sweep, step, outcome)]);
      });
    },
    readBack: () => readBack(options),
    note: (rows) => noteAll(options, rows),
  };
}

/** What each of the requests had begun alone: what became of it the next capture tells. Steps of earlier sweeps are marked when requests are taken. */
async function readBack({ db, requests, evidence, now }: JournalOptions): Promise<number> {
  return db.transaction().execute(async (tx) => {
    const { rows: left } = await sql<{ id: string; request: string }>`
      update request_steps set state = 'unknown', reason = ${STOPPED}, ended_at = ${now()}
       where state = 'intended' and request = any(${requests}::uuid[]) returning id, request`.execute(tx);
    await evidence.append(
      tx,
      left.map(({ id, request }) => stepUnknown(request, id)),
    );
    return left.length;
  });
}
