import { type Kysely, sql } from "kysely";

/**
 * Entries are written once: their rows stay where intake put them, and a batch says by one row where each of its entries stands. Before,
 * every row was written, deleted and written again.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table ledger_entries rename to old_entries`,
  `alter index ledger_entries_by_id rename to old_entries_by_id`,
  `alter index ledger_entries_by_key rename to old_entries_by_key`,
  `alter index ledger_entries_pkey rename to old_entries_pkey`,
  `alter table ledger_outbox rename to old_outbox`,
  `alter index ledger_outbox_pkey rename to old_outbox_pkey`,

  // One row for what one call appends: the bytes of its entries, packed as in a bundle.
  `create table ledger_outbox (
    log text not null,
    seq bigint generated always as identity,
    entries integer not null,
    leaves bytea not null,
    primary key (log, seq)
  )`,
  `alter table ledger_outbox alter column leaves set storage external`,
  // Rows live for a fraction of a second: the dead ones are what the next batch would have to read through.
  `alter table ledger_outbox set (
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_cost_delay = 0,
    toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000, toast.autovacuum_vacuum_cost_delay = 0
  )`,
  // `seq` and `n`: the `n`th of what that call appended; the first about a subject holds what all of the call say about it. `key` null: the service's own, which nobody destroys.
  `create table ledger_entries (
    id uuid primary key,
    log text not null,
    seq bigint not null,
    n integer not null,
    key bigint,
    body bytea
  )`,
  `create index ledger_entries_with_body on ledger_entries (seq) where body is not null`,
  `create index ledger_entries_by_key on ledger_entries (key) where key is not null`,
  // `counts`: how many entries each call appended. `places`: for each entry, in the order of arrival, where in the batch it stands; two bytes each.
  `create table ledger_batches (
    log text not null,
    first bigint not null,
    entries integer not null,
    seqs bigint[] not null,
    counts integer[] not null,
    places bytea not null,
    primary key (log, first)
  )`,
  `create index ledger_batches_by_seq on ledger_batches using gist (int8range(seqs[1], seqs[cardinality(seqs)], '[]'))`,
  // Entries whose rows went with the key of whom they were about.
  `alter table ledger_logs add column forgotten bigint not null default 0`,

  // Numbers below zero: bodies that were sealed one by one.
  // What a log holds already becomes batches of up to 4096, each as if one call had appended it, in the order in which it stands.
  `insert into ledger_batches (log, first, entries, seqs, counts, places)
    select log, min(idx), count(*), array[-1 - min(idx)], array[count(*)::int], string_agg(int2send((idx % 4096)::int2), ''::bytea order by idx)
      from old_entries group by log, idx / 4096`,
  `insert into ledger_entries (id, log, seq, n, key, body)
    select e.id, e.log, -1 - (e.idx / 4096) * 4096, e.idx % 4096, case when k.subject = 'service' then null else e.key end, e.body
      from old_entries e join ledger_keys k on k.id = e.key
      where e.body is not null and k.sealed is not null`,
  `update ledger_logs l set forgotten =
    (select count(*) from old_entries o where o.log = l.log) - (select count(*) from ledger_entries e where e.log = l.log)`,
  `with waiting as (
      insert into ledger_outbox (log, seq, entries, leaves) overriding system value
      select log, -1000000000000 - seq, 1, int2send(length(entry)::int2) || entry from old_outbox returning seq, log, leaves
    )
    insert into ledger_entries (id, log, seq, n, key, body)
    select o.id, o.log, w.seq, 0, case when k.subject = 'service' then null else o.key end, o.body
      from waiting w
      join old_outbox o on o.log = w.log and int2send(length(o.entry)::int2) || o.entry = w.leaves
      join ledger_keys k on k.id = o.key`,
  // Planned once a session, and not at every call.
  `create function ledger_append(to_log text, leaves bytea, ids uuid[], keys bigint[], bodies bytea[]) returns void language plpgsql as $$
    declare call bigint;
    begin
      insert into ledger_outbox (log, entries, leaves) values (to_log, cardinality(ids), leaves) returning seq into call;
      insert into ledger_entries (id, log, seq, n, key, body)
        select row.id, to_log, call, row.n - 1, row.key, row.body from unnest(ids, keys, bodies) with ordinality as row(id, key, body, n);
    end $$`,
  `drop table old_entries`,
  `drop table old_outbox`,
];
