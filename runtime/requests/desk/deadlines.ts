import { sql } from "kysely";
import type { Database } from "../../store/database.ts";

export interface Overdue {
  readonly open: number;
  /** Of the open ones: until somebody approves them, nothing happens. */
  readonly waiting: number;
  /** Of the open ones: out of the stores, and the person can have it back for a while. */
  readonly restricted: number;
  readonly overdue: number;
  readonly closed: number;
  /** Of the closed ones: later than by their deadline, within the last year. */
  readonly late: number;
  /** Tasks of such requests that somebody has done by hand and shown a proof of. */
  readonly proofs: number;
}

/** What was answered too late can not be made good: for so long it is a breach all the same. */
const LATE_COUNTS_MS = 365 * 86_400_000;

export async function countRequests(
  db: Database,
  service: string,
  right: string,
  now: Date,
): Promise<Overdue> {
  const since = new Date(now.getTime() - LATE_COUNTS_MS);
  const { rows } = await sql<Overdue>`
    select count(*) filter (where closed_at is null)::int as open,
           count(*) filter (where closed_at is null and state = 'planned')::int as waiting,
           count(*) filter (where closed_at is null and grace_until is not null)::int as restricted,
           count(*) filter (where closed_at is null and due_at < ${now})::int as overdue,
           count(*) filter (where closed_at is not null)::int as closed,
           count(*) filter (where closed_at > due_at and closed_at > ${since})::int as late,
           (select count(*) from request_tasks t
             where t.service = ${service} and t.right_name = ${right} and t.state = 'done'
               and t.proof_sha256 is not null)::int as proofs
      from requests where service = ${service} and right_name = ${right}`.execute(db);
  return rows[0] ?? { open: 0, waiting: 0, restricted: 0, overdue: 0, closed: 0, late: 0, proofs: 0 };
}
