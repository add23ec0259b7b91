/**
 * How workers come to a request: a job that holds its id. The request's own row says how far it is; the job only says that somebody
 * should go on with it, and may be lost, doubled or late without harm.
 */
import { sql } from "kysely";
import { z } from "zod";
import { defineJob, keyOf } from "../../jobs/job.ts";
import type { Jobs } from "../../jobs/open.ts";
import { RIGHTS } from "../rights/index.ts";
import type { Desk } from "./desk.ts";
import { isFree } from "./hold.ts";
import type { NewRequest } from "./intake.ts";
import { VIA_CLI } from "./via.ts";

export const requestJob = defineJob({
  name: "request",
  ids: { request: z.uuid() },
  retry: { attemptsMax: 50, firstPauseSeconds: 2, pauseSecondsMax: 300 },
  timeoutSeconds: 3600,
});

export const enqueueWith =
  (jobs: Jobs): NonNullable<NewRequest["enqueue"]> =>
  (tx, request) =>
    jobs.enqueue(tx, requestJob, { request });

const REQUESTS_A_SWEEP_MAX = 1000;

/**
 * Enqueues every open request that is due, that nobody works on and no job waits for: those of an installation that had no jobs yet,
 * those whose job was lost, and those whose pause has ended. What waits for somebody's approval waits on; a request of the command line
 * is a worker's only when it was approved, and an archive that somebody asked for there is of no use to him elsewhere. Returns how many it
 * enqueued.
 *
 * One process at a time sweeps. `hashtextextended(id, 1)` is the lock of `workOn`: whose request is locked is being worked on.
 */
export async function enqueueOpen(desk: Desk, jobs: Jobs): Promise<number> {
  const changing = [...RIGHTS.values()].filter((r) => r.right.changes).map((r) => r.right.name);
  return desk.db.transaction().execute(async (tx) => {
    const { rows: first } = await sql<{ got: boolean }>`
      select pg_try_advisory_xact_lock(hashtextextended(${`sweep/${desk.service}`}, 0)) as got`.execute(tx);
    if (first[0]?.got !== true) return 0;
    const { rows } = await sql<{ id: string }>`
      select id from requests
       where service = ${desk.service} and closed_at is null and grace_until is null
         and (next_try_at is null or next_try_at <= ${desk.now()})
         and ((via <> ${VIA_CLI} and state in ('received', 'not_done', 'requested'))
              or (approved_at is not null and right_name = any(${changing})))
         and ${isFree}
       order by received_at
       limit ${REQUESTS_A_SWEEP_MAX}`.execute(tx);
    const waiting = await jobs.waiting(tx, requestJob);
    const lost = rows.filter(({ id }) => !waiting.has(keyOf(requestJob, { request: id })));
    for (const { id } of lost) await jobs.enqueue(tx, requestJob, { request: id }, { due: "as_it_is" });
    return lost.length;
  });
}
