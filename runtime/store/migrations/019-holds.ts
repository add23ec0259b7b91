import { type Kysely, sql } from "kysely";

/** Legal holds (spec/holds.md). */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // `seq`: an erasure sees by the last one whether a hold came since it planned. `sealed`: whom it is on, why, whose it is. `grounds`: the
  // commitments of the policy that allow it, each with the classes that it holds.
  `create table holds (
    id uuid primary key,
    seq bigint generated always as identity,
    service text not null,
    sealed bytea not null,
    grounds jsonb not null,
    review_at timestamptz not null,
    placed_at timestamptz not null,
    lifted_at timestamptz
  )`,
  `create index holds_by_service on holds (service, seq)`,
  // Names of identities under the installation's key; gone when the hold is lifted.
  `create table hold_names (
    hold uuid not null references holds on delete cascade,
    name text not null,
    primary key (hold, name)
  )`,
  // Whom an erasure was about that kept rows because of the hold, and what it asked, sealed: it is carried out when the hold is lifted.
  `create table hold_owed (
    hold uuid not null references holds on delete cascade,
    request uuid not null,
    sealed_identities bytea not null,
    sealed_asked bytea,
    primary key (hold, request)
  )`,
];
