import { type Kysely, sql } from "kysely";

/**
 * Names of erased rows in lots (spec/suppression.md). One row for each name, and an index to find it by, took more than twice the time of the
 * deletions themselves; a look reads all of them anyhow. Names noted before are of another kind, which no row is found by any more: no version
 * that made them was released.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "drop table suppressions",
  // `lot` is the digest of its names: whoever notes them again after a crash notes nothing new.
  `create table suppression_lots (
    request uuid not null,
    lot bytea not null,
    service text not null,
    erased_at timestamptz not null,
    names bytea not null,
    primary key (request, lot)
  )`,
  // Nothing in them packs.
  "alter table suppression_lots alter column names set storage external",
  // A request that has not ended has no row here: nobody is to look for its rows yet.
  `create table suppression_ends (
    request uuid primary key,
    service text not null,
    ends_at timestamptz not null
  )`,
  "create index suppression_ends_by_time on suppression_ends (service, ends_at)",
];
