import { type Kysely, sql } from "kysely";

/** Requests that are carried out together. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `create table sweeps (
    id uuid primary key,
    service text not null,
    right_name text not null,
    requests integer not null,
    started_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create table sweep_steps (
    id bigint generated always as identity primary key,
    sweep uuid not null references sweeps (id),
    phase text not null,
    store text not null,
    changes jsonb not null,
    state text not null,
    rows bigint,
    reason text,
    intended_at timestamptz not null,
    ended_at timestamptz
  )`,
  `create index sweep_steps_by_sweep on sweep_steps (sweep)`,
  // The sweep that has the request, or had it last: whether it still runs, its lock tells.
  `alter table requests add column sweep uuid references sweeps (id)`,
  `create index requests_by_sweep on requests (sweep) where sweep is not null`,
];
