import { type Kysely, sql } from "kysely";

/** An entry that is appended by itself says by itself what it says: no index leads to it from others of its call. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // True where its call appended nothing else. Null is what was written before, and all of longer calls.
  `alter table ledger_entries add column single boolean`,
  `drop index ledger_entries_with_body`,
  `create index ledger_entries_with_body on ledger_entries (seq) where body is not null and single is null`,
  `create or replace function ledger_append(to_log text, leaves bytea, ids uuid[], keys bigint[], bodies bytea[]) returns void language plpgsql as $$
    declare call bigint;
    begin
      insert into ledger_outbox (log, entries, leaves) values (to_log, cardinality(ids), leaves) returning seq into call;
      if cardinality(ids) = 1 then
        insert into ledger_entries (id, log, seq, n, key, body, single) values (ids[1], to_log, call, 0, keys[1], bodies[1], true);
      else
        insert into ledger_entries (id, log, seq, n, key, body)
          select row.id, to_log, call, row.n - 1, row.key, row.body from unnest(ids, keys, bodies) with ordinality as row(id, key, body, n);
      end if;
    end $$`,
];
