import { type Kysely, sql } from "kysely";

/** Visitors who turned out to be an account (spec/person.md, "Merged visitors"). */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // `sealed`: the identities of both sides, under the installation's key; gone when the merge is undone.
  `create table merges (
    id uuid primary key,
    service text not null,
    sealed bytea,
    merged_at timestamptz not null,
    merged_by text not null,
    undone_at timestamptz
  )`,
  // Names of identities under the installation's key.
  `create table merge_names (
    merge uuid not null references merges on delete cascade,
    name text not null,
    side text not null check (side in ('visitor', 'account')),
    primary key (merge, name)
  )`,
  `create index merge_names_by_name on merge_names (name)`,
];
