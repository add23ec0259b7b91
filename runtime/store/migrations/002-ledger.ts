import { type Kysely, sql } from "kysely";

/** The evidence log (spec/evidence-log.md). */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // One row a log: what is committed, and the last checkpoint that was signed.
  `create table ledger_logs (
    log text primary key,
    origin text not null,
    epoch bigint not null default 0,
    size bigint not null default 0,
    root bytea not null,
    checkpoint bytea,
    checkpoint_size bigint not null default 0
  )`,
  // Whose entries they are: a key each, and no link is left when it is gone.
  `create table ledger_keys (
    id bigint generated always as identity primary key,
    log text not null,
    subject text not null,
    sealed bytea,
    ends_at timestamptz,
    destroyed_at timestamptz,
    unique (log, subject)
  )`,
  `create index ledger_keys_ending on ledger_keys (ends_at) where ends_at is not null and sealed is not null`,
  `create table ledger_outbox (
    log text not null,
    seq bigint generated always as identity,
    id uuid not null,
    key bigint not null,
    entry bytea not null,
    body bytea not null,
    primary key (log, seq)
  )`,
  // Rows live for a fraction of a second: the dead ones are what the next batch would have to read through.
  `alter table ledger_outbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0)`,
  `create table ledger_entries (
    log text not null,
    idx bigint not null,
    id uuid not null,
    key bigint not null,
    body bytea,
    primary key (log, idx)
  )`,
  `create unique index ledger_entries_by_id on ledger_entries (id)`,
  `create index ledger_entries_by_key on ledger_entries (key)`,
  // Partial tiles and bundles (level -1), and full ones until they are files.
  `create table ledger_tiles (
    log text not null,
    level smallint not null,
    n bigint not null,
    width smallint not null,
    bytes bytea not null,
    primary key (log, level, n)
  )`,
  `alter table ledger_tiles alter column bytes set storage external`,
  // The entry that ended a request: what its receipt is made from.
  `alter table requests add column certificate uuid`,
];
