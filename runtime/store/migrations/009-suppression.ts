import { type Kysely, sql } from "kysely";

/** Names of keys of rows that were erased, so that those which a restored backup brings back are recognised (spec/suppression.md). */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // A name says nothing without the installation's key. One row for each erasure, and an array, would cost a scan for each look.
  `create table suppressions (
    service text not null,
    name bytea not null,
    erased_at timestamptz not null,
    request uuid not null,
    ends_at timestamptz not null,
    primary key (service, name)
  )`,
  `create index suppressions_by_request on suppressions (request)`,
  `create index suppressions_ending on suppressions (ends_at)`,
  // When the collections were last looked through, and how that went: one row a run.
  `create table suppression_runs (
    id uuid primary key,
    service text not null,
    request uuid,
    state text not null,
    results jsonb,
    started_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create index suppression_runs_latest on suppression_runs (service, started_at desc)`,
];
