/** One look for rows that came back, written down with its counts; workers take turns at it. */
import { randomUUID } from "node:crypto";
import { sql, type Transaction } from "kysely";
import type { Tables } from "../../store/tables.ts";
import type { Desk } from "../desk/desk.ts";
import { type CameBack, lookForSuppressed, openAgain, planAgain } from "./again.ts";
import { endSuppressions } from "./names.ts";

/** A backup is restored in the daytime and looked at soon: within the quarter of a day. */
export const LOOK_EVERY_MS = 6 * 3_600_000;

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
  const sweep = await lookForSuppressed(desk, given.stop);
  const requests: string[] = [];
  for (const again of await planAgain(desk, sweep)) {
    const opened = await openAgain(desk, again, given);
    if (opened !== null) requests.push(opened);
  }
  await desk.db
    .updateTable("suppression_runs")
    .set({
      state: given.stop?.aborted === true ? "stopped" : "done",
      results: JSON.stringify(sweep.lines),
      ended_at: desk.now(),
    })
    .where("id", "=", id)
    .execute();
  return { examined: sweep.examined, lines: sweep.lines, requests };
}

/** Null: it is not time yet, or another worker looks. */
export async function lookWhenDue(desk: Desk, given: Given): Promise<Looked | null> {
  const since = new Date(desk.now().getTime() - LOOK_EVERY_MS);
  return desk.db.connection().execute(async (held) => {
    const lock = `suppression/${desk.service}`;
    const { rows } = await sql<{ got: boolean }>`
      select pg_try_advisory_lock(hashtextextended(${lock}, 2)) as got`.execute(held);
    if (rows[0]?.got !== true) return null;
    try {
      const last = await held
        .selectFrom("suppression_runs")
        .select("id")
        .where("service", "=", desk.service)
        .where("started_at", ">", since)
        // One that was cut short, by a stop or a crash, has not seen everything.
        .where("state", "=", "done")
        .executeTakeFirst();
      return last === undefined ? await lookAgain(desk, given) : null;
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${lock}, 2))`.execute(held);
    }
  });
}
