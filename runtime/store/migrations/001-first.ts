import { type Kysely, sql } from "kysely";

/** Kinds, rights and states are text: adding one never needs a migration. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table requests (
    id uuid primary key,
    service text not null,
    right_name text not null,
    state text not null,
    via text not null,
    sealed_identities bytea,
    policy_hash text not null,
    map_hash text not null,
    plan jsonb,
    results jsonb,
    kept jsonb,
    notes jsonb,
    received_at timestamptz not null,
    due_at timestamptz not null,
    closed_at timestamptz
  )`,
  `create index requests_open on requests (service, right_name) where closed_at is null`,
  // Names of identities under the installation's key: they let a new request find the open one, and go when it closes.
  `create table request_subjects (
    request uuid not null references requests (id),
    name text not null,
    primary key (request, name)
  )`,
  `create index request_subjects_by_name on request_subjects (name)`,
  `create table request_captures (
    request uuid not null references requests (id),
    part integer not null,
    sealed bytea not null,
    primary key (request, part)
  )`,
  `create table request_steps (
    id bigint generated always as identity primary key,
    request uuid not null references requests (id),
    phase text not null,
    store text not null,
    changes jsonb not null,
    state text not null,
    rows bigint,
    reason text,
    intended_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create index request_steps_by_request on request_steps (request)`,
  `create table verdicts (
    service text not null,
    commitment text not null,
    verdict text not null,
    since timestamptz not null,
    checked_at timestamptz not null,
    primary key (service, commitment)
  )`,
  `create table drills (
    id uuid primary key,
    service text not null,
    right_name text not null,
    state text not null,
    detail text not null,
    sealed_canary bytea,
    started_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create index drills_latest on drills (service, right_name, started_at desc)`,
];
