/** One look for rows that came back, written down with its counts; workers take turns at it. */
import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import type { Desk } from "../desk/desk.ts";
import { type CameBack, lookForSuppressed, openAgain, planAgain } from "./again.ts";
import { endSuppressions } from "./names.ts";

/** A backup is restored in the daytime and looked at soon: within the quarter of a day. */
export const LOOK_EVERY_MS = 6 * 3_600_000;
/** A look reads whole collections: where a store is away, the others are not read again and again meanwhile. */
export const RETRY_AFTER_MS = 30 * 60_000;

export interface Looked {
  readonly examined: number;
  readonly lines: readonly CameBack[];
  /** Requests that erase again. */
  readonly requests: readonly string[];
}

export interface Seen {
  readonly examined: number;
  readonly lines: readonly CameBack[];
  /** How many requests erase again. */
  readonly again: number;
}

/** Part of a transaction. One that had nothing to look for, and looked at nothing, says nothing. */
export async function sayLooked(
  { evidence }: Pick<Desk, "evidence">,
  tx: Database,
  state: "done" | "stopped" | "failed",
  { examined, lines, again }: Seen,
): Promise<void> {
  if (state === "done" && examined === 0) return;
  const found = lines.map(({ store, collection, verdict, rows }) => ({ store, collection, verdict, rows }));
  const body = { event: "suppression.looked", state, examined, found, again };
  await evidence.append(tx, [{ type: "request", subject: "service", body }]);
}

interface Given {
  readonly by: string;
  readonly enqueue?: (tx: Transaction<Tables>, request: string) => Promise<void>;
  readonly stop?: AbortSignal;
}

export async function lookAgain(desk: Desk, given: Given): Promise<Looked> {
  await endSuppressions(desk);
  const id = randomUUID();
  const run = { id, service: desk.service, request: null, state: "looking", started_at: desk.now() };
  await desk.db
    .insertInto("suppression_runs")
    .values({ ...run, results: null, ended_at: null })
    .execute();
  const end = async (state: "done" | "stopped" | "failed", seen: Seen): Promise<void> => {
    await desk.db.transaction().execute(async (tx) => {
      await tx
        .updateTable("suppression_runs")
        .set({ state, results: JSON.stringify(seen.lines), ended_at: desk.now() })
        .where("id", "=", id)
        .execute();
      await sayLooked(desk, tx, state, seen);
    });
  };
  try {
    const sweep = await lookForSuppressed(desk, given.stop);
    const requests: string[] = [];
    for (const again of await planAgain(desk, sweep)) {
      const opened = await openAgain(desk, again, given);
      if (opened !== null) requests.push(opened);
    }
    const { examined, lines } = sweep;
    const state = given.stop?.aborted === true ? "stopped" : "done";
    await end(state, { examined, lines, again: requests.length });
    return { examined, lines, requests };
  } catch (error) {
    await end("failed", { examined: 0, lines: [], again: 0 });
    throw error;
  }
}

/** Null: it is not time yet, or another worker looks. */
export async function lookWhenDue(desk: Desk, given: Given): Promise<Looked | null> {
  const before = (ms: number): Date => new Date(desk.now().getTime() - ms);
  return desk.db.connection().execute(async (held) => {
    const lock = `suppression/${desk.service}`;
    const { rows } = await sql<{ got: boolean }>`
      select pg_try_advisory_lock(hashtextextended(${lock}, 2)) as got`.execute(held);
    if (rows[0]?.got !== true) return null;
    try {
      // One that was cut short, by a stop or a crash, has not seen everything. One that failed would fail again for now.
      const last = await held
        .selectFrom("suppression_runs")
        .select("id")
        .where("service", "=", desk.service)
        .where((e) =>
          e.or([
            e.and([e("state", "=", "done"), e("started_at", ">", before(LOOK_EVERY_MS))]),
            e.and([e("state", "=", "failed"), e("ended_at", ">", before(RETRY_AFTER_MS))]),
          ]),
        )
        .executeTakeFirst();
      return last === undefined ? await lookAgain(desk, given) : null;
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${lock}, 2))`.execute(held);
    }
  });
}
