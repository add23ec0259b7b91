/** One look for rows that came back, written down with its counts; workers take turns at it. */
import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
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
  const end = async (state: "done" | "stopped" | "failed", lines: readonly CameBack[]): Promise<void> => {
    await desk.db
      .updateTable("suppression_runs")
      .set({ state, results: JSON.stringify(lines), ended_at: desk.now() })
      .where("id", "=", id)
      .execute();
  };
  try {
    const sweep = await lookForSuppressed(desk, given.stop);
    const requests: string[] = [];
    for (const again of await planAgain(desk, sweep)) {
      const opened = await openAgain(desk, again, given);
      if (opened !== null) requests.push(opened);
    }
    await end(given.stop?.aborted === true ? "stopped" : "done", sweep.lines);
    return { examined: sweep.examined, lines: sweep.lines, requests };
  } catch (error) {
    await end("failed", []);
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
