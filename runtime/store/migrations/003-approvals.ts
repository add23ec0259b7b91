import { type Kysely, sql } from "kysely";

/** Who agreed to a request and when; when it is tried again; until when its archive may be fetched. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table requests
     add column approved_at timestamptz,
     add column approved_by text,
     add column tries integer not null default 0,
     add column next_try_at timestamptz,
     add column archive_until timestamptz`,
  // Until now a saved plan was what said that it had been approved.
  `update requests set approved_at = received_at, approved_by = via
    where closed_at is null and plan is not null and state in ('received', 'not_done')`,
  `create index requests_archives on requests (archive_until) where archive_until is not null`,
  `create index requests_closed on requests (service, closed_at) where closed_at is not null`,
];
