/** The window in which an erasure can be taken back: when it ends, and what ends with it. */
import { must } from "@avow/core/terms/assert";
import { type Selectable, type SelectQueryBuilder, sql, type Transaction } from "kysely";
import { apart } from "../../disk/apart.ts";
import type { Tables } from "../../store/tables.ts";
import { certify } from "../desk/certify.ts";
import type { Desk } from "../desk/desk.ts";
import { bundleDestroyed } from "../desk/evidence.ts";
import { pageOf, type Rounds, rounds } from "../desk/round.ts";
import { endWithIt, othersOf } from "../desk/siblings.ts";
import { openAbout } from "../desk/subjects.ts";
import { readBack } from "../run/db-journal.ts";
import { askReach, reachedAs } from "../run/reach.ts";
import { nothing, type RequestOutcome, type ResultLine } from "../run/run.ts";
import { readKept, readResults } from "../run/stored.ts";
import { closeRestored } from "./restore.ts";
import { endedAt } from "./until.ts";

const AT_ONCE_MAX = 200;

/** For `endWindows`: where the next round of it goes on. */
export const windowRounds = (): Rounds => rounds(AT_ONCE_MAX);

export interface Ending {
  /** Kept by whoever comes again. */
  readonly rounds?: Rounds;
  /** Ends it between two windows. */
  readonly stop?: AbortSignal;
  /** Hears of each that has ended. */
  readonly onEnded?: () => void;
}

/**
 * Destroys the bundles of windows that have ended, of at most 200 a call; from then on those requests are erasures. Returns how many. Throws
 * `DiskRefused` where the disk gives a bundle not up: that window ends when it does, and holds up no other.
 */
export async function endWindows(
  desk: Desk,
  { rounds: going = windowRounds(), stop, onEnded = () => {} }: Ending = {},
): Promise<number> {
  const each = apart();
  let ended = 0;
  for await (const id of going.next((within) => pageOf(windowsOver(desk), within).execute(), stop))
    await each.attempt(`the bundle of the request ${id}`, async () => {
      if (!(await endWindow(desk, id))) return;
      ended += 1;
      onEnded();
    });
  each.end();
  return ended;
}

const windowsOver = (desk: Desk): SelectQueryBuilder<Tables, "requests", { id: string }> =>
  desk.db
    .selectFrom("requests")
    .select("id")
    .where("service", "=", desk.service)
    .where("grace_until", "<=", desk.now());

/** False: somebody else has it in hand, or has ended it. */
async function endWindow(desk: Desk, id: string): Promise<boolean> {
  const row = await withOver(desk, id, async (_, over) => {
    // Before any store is asked for anything: where the disk refuses, that would be in vain, and again in each round. And before the word for it: a
    // crash in between says less than is true, and the next run says it.
    await desk.bundles.remove(id);
    return over;
  });
  if (row === null) return false;
  // Between the transactions: a store that cleans up takes its time. No restore begins meanwhile, as the window is over.
  const reach = await askReach(readResults(row.results), desk);
  const hasEnded = await withOver(desk, id, async (tx, over) => {
    if (over.restoring_since !== null) return true;
    const outcome = { results: readResults(over.results), kept: readKept(over.kept) };
    await close(desk, tx, over, reachedAs({ ...nothing("closed", []), ...outcome }, reach));
    return true;
  });
  if (hasEnded === null) return false;
  await closeCutShort(desk, id);
  return true;
}

/** A request whose window is over, which nobody else has in hand until `act` has ended. Null: there is none. */
async function withOver<T>(
  desk: Desk,
  id: string,
  act: (tx: Transaction<Tables>, row: Selectable<Tables["requests"]>) => Promise<T>,
): Promise<T | null> {
  return desk.db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ got: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${id}, 1)) as got`.execute(tx);
    if (rows[0]?.got !== true) return null;
    const row = await tx
      .selectFrom("requests")
      .selectAll()
      .where("id", "=", id)
      .where("grace_until", "<=", desk.now())
      .executeTakeFirst();
    return row === undefined ? null : act(tx, row);
  });
}

type Row = {
  readonly id: string;
  readonly sealed_identities: Buffer | null;
  readonly grace_until: Date | null;
};

async function close(
  desk: Desk,
  tx: Transaction<Tables>,
  row: Row,
  outcome: Pick<RequestOutcome, "results" | "kept" | "beyond">,
): Promise<void> {
  const { id } = row;
  const about = openAbout(desk, id, row.sealed_identities);
  const { numUpdatedRows } = await tx
    .updateTable("requests")
    .set({
      ...{
        state: "closed",
        closed_at: endedAt(must(row.grace_until, "it is read by it"), desk.now()),
        grace_until: null,
      },
      ...{ sealed_identities: null, sealed_asked: null, results: JSON.stringify(outcome.results) },
    })
    .where("id", "=", id)
    .where("closed_at", "is", null)
    .executeTakeFirst();
  // A restore may have ended it that had lost its lock.
  if (numUpdatedRows === 0n) return;
  await desk.evidence.append(tx, [bundleDestroyed(id)]);
  await certify(desk, tx, { id, about, outcome });
  // What the person had asked before, and the archives, ended with the erasure itself: no files are left to go.
  await endWithIt(desk, tx, { ids: [id], right: null, giving: [] }, await othersOf(desk, tx, [id]));
  await tx.deleteFrom("request_subjects").where("request", "=", id).execute();
}

/** A restore that was begun and never finished: a part is back, and nobody can bring the rest any more. */
async function closeCutShort(desk: Desk, id: string): Promise<void> {
  const row = await desk.db
    .selectFrom("requests")
    .select("id")
    .where("id", "=", id)
    .where("restoring_since", "is not", null)
    .where("grace_until", "is not", null)
    .executeTakeFirst();
  if (row === undefined) return;
  // Nobody else comes to do it: without a bundle no restore begins.
  await readBack({ ...desk, request: id });
  const results = await broughtBack(desk, id);
  const open = results.reduce((n, line) => n + (line.result === "may_be_back" ? line.rows : 0), 0);
  await closeRestored(desk, id, {
    state: "restored",
    plan: [],
    results,
    kept: [],
    notes: [
      "the restore was cut short, and the window has ended: what did not come back stays erased",
      ...(open === 0
        ? []
        : [`${open} rows may be back: nobody heard how the steps ended that should bring them`]),
    ],
  });
}

/** What the steps of the restore brought, and what those may have brought of which nobody heard: at most that, as a later step may have brought it. */
async function broughtBack(desk: Desk, id: string): Promise<readonly ResultLine[]> {
  const { rows } = await sql<{ store: string; collection: string; done: boolean; rows: number }>`
    select s.store, substr(c->>'collection', length(s.store) + 2) as collection, s.state = 'done' as done,
           sum((c->>'rows')::bigint)::float8 as rows
      from request_steps s, jsonb_array_elements(s.changes) c
     where s.request = ${id} and s.phase = 'restore' and s.state in ('done', 'partial', 'intended', 'unknown')
     group by 1, 2, 3 order by 1, 2, 3 desc`.execute(desk.db);
  return rows.map(({ done, ...line }) => ({ ...line, result: done ? "restored" : "may_be_back" }));
}
