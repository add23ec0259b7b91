import { type Kysely, sql } from "kysely";

/** Verdicts of promises and when they turned, windows of large collections, alerts on their way. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table promise_verdicts (
    service text not null,
    promise text not null,
    hash text not null,
    verdict text not null,
    since timestamptz not null,
    checked_at timestamptz not null,
    fresh_until timestamptz,
    primary key (service, promise, hash)
  )`,
  `create table verdict_changes (
    id uuid primary key,
    service text not null,
    scope text not null,
    name text not null,
    hash text not null,
    from_verdict text,
    to_verdict text not null,
    at timestamptz not null
  )`,
  `create index verdict_changes_by_name on verdict_changes (service, scope, name, at)`,
  `create table check_windows (
    id uuid primary key,
    service text not null,
    look text not null,
    rows bigint not null,
    read_at timestamptz,
    sealed bytea not null
  )`,
  `create index check_windows_by_look on check_windows (service, look)`,
  `create table alerts (
    id uuid primary key,
    service text not null,
    sink text not null,
    body jsonb not null,
    state text not null,
    tries integer not null default 0,
    failure text,
    created_at timestamptz not null,
    next_try_at timestamptz,
    ended_at timestamptz
  )`,
  `create index alerts_waiting on alerts (service, next_try_at) where state = 'waiting'`,
];
