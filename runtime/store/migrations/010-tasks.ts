import { type Kysely, sql } from "kysely";

/** What only a person can do for a request. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // Whom it is about, and what somebody wrote of it, is sealed, and goes when the request ends.
  `create table request_tasks (
    id uuid primary key,
    service text not null,
    request uuid not null references requests (id),
    store text not null,
    collection text not null,
    class text not null,
    right_name text not null,
    state text not null,
    what text not null,
    sealed_person bytea,
    sealed_note bytea,
    reason text,
    proof_sha256 text,
    file_ext text,
    created_at timestamptz not null,
    due_at timestamptz not null,
    ended_at timestamptz,
    ended_by text,
    unique (request, store, collection)
  )`,
  `create index request_tasks_open on request_tasks (service, due_at) where state = 'open'`,
  // What has been attached is looked for when requests have ended.
  `create index request_tasks_attached on request_tasks (service) where file_ext is not null`,
];
