import { sql } from "kysely";
import type { Database } from "../../store/database.ts";

export interface Overdue {
  readonly open: number;
  /** Of the open ones: until somebody approves them, nothing happens. */
  readonly waiting: number;
  readonly overdue: number;
  readonly closed: number;
}

export async function countRequests(
  db: Database,
  service: string,
  right: string,
  now: Date,
): Promise<Overdue> {
  const { rows } = await sql<{ open: number; waiting: number; overdue: number; closed: number }>`
    select count(*) filter (where closed_at is null)::int as open,
           count(*) filter (where closed_at is null and state = 'planned')::int as waiting,
           count(*) filter (where closed_at is null and due_at < ${now})::int as overdue,
           count(*) filter (where closed_at is not null)::int as closed
      from requests where service = ${service} and right_name = ${right}`.execute(db);
  return rows[0] ?? { open: 0, waiting: 0, overdue: 0, closed: 0 };
}
