import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import { TICK_MS } from "../grace/until.ts";
import { VIA_CLI } from "./via.ts";

export interface Overdue {
  readonly open: number;
  /** Of the open ones: until somebody approves them, nothing happens. */
  readonly waiting: number;
  /** Of the open ones: out of the stores, and the person can have it back for a while. */
  readonly restricted: number;
  /** Of the open ones: nothing but legal holds is in the way. */
  readonly held: number;
  readonly overdue: number;
  readonly closed: number;
  /** Of the closed ones: later than by their deadline, within the last year. */
  readonly late: number;
  /** Tasks of such requests that somebody has done by hand and shown a proof of. */
  readonly proofs: number;
}

/** What was answered too late can not be made good: for so long it is a breach all the same. */
const LATE_COUNTS_MS = 365 * 86_400_000;

/** All that is in the way of it is blocked by legal holds, as its last try has seen. */
const stoppedByHolds = sql`(state in ('not_done', 'refused') and jsonb_array_length(results) > 0 and not exists (
  select from jsonb_array_elements(results) line where line->>'result' <> 'blocked' or line->>'hold' is null))`;

/** So it is still: what a hold delays is no delay of ours, as long as the hold is in effect. */
export const heldNow = sql`(${stoppedByHolds} and exists (
  select from jsonb_array_elements(results) line join holds h on h.id::text = line->>'hold'
   where h.service = requests.service and h.lifted_at is null))`;

/** An erasure that the end of a hold has opened, and nobody has agreed to: the person has not asked again. */
const offered = sql`(via = ${VIA_CLI} and state = 'planned' and approved_at is null)`;

/** When it is due once somebody agrees: what the end of a hold has opened counts from the yes on. For an update of the row. */
export const dueOnceAgreed = (due: Date) => sql<Date>`case when ${offered} then ${due} else due_at end`;

/**
 * Part of the transaction that lifts a hold: what waited for nothing else has its time from now on. A correction that is held by another one,
 * too, is stopped by that at its next try.
 */
export async function dueAfterHold(tx: Database, hold: string, now: Date): Promise<void> {
  await sql`
    update requests set due_at = ${now}::timestamptz + (due_at - received_at)
     where closed_at is null and ${heldNow}
       and exists (select from jsonb_array_elements(results) line where line->>'hold' = ${hold})`.execute(tx);
}

export async function countRequests(
  db: Database,
  service: string,
  right: string,
  now: Date,
): Promise<Overdue> {
  const since = new Date(now.getTime() - LATE_COUNTS_MS);
  // Under grace it is out of the stores, in time: what ends with the window is the way back.
  const ticked = new Date(now.getTime() - TICK_MS);
  const { rows } = await sql<Overdue>`
    select count(*) filter (where closed_at is null)::int as open,
           count(*) filter (where closed_at is null and state = 'planned')::int as waiting,
           count(*) filter (where closed_at is null and grace_until is not null)::int as restricted,
           count(*) filter (where closed_at is null and ${heldNow})::int as held,
           count(*) filter (where closed_at is null and due_at < ${now} and coalesce(grace_until < ${ticked}, true)
                              and not coalesce(${heldNow}, false) and not ${offered})::int as overdue,
           count(*) filter (where closed_at is not null)::int as closed,
           count(*) filter (where closed_at > due_at and closed_at > ${since} and state <> 'restored'
                              and not coalesce(${stoppedByHolds}, false))::int as late,
           (select count(*) from request_tasks t
             where t.service = ${service} and t.right_name = ${right} and t.state = 'done'
               and t.proof_sha256 is not null)::int as proofs
      from requests where service = ${service} and right_name = ${right}`.execute(db);
  return (
    rows[0] ?? { open: 0, waiting: 0, restricted: 0, held: 0, overdue: 0, closed: 0, late: 0, proofs: 0 }
  );
}
