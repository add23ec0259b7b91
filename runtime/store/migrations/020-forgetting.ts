import { type Kysely, sql } from "kysely";

/**
 * The entry that says last how many entries went with keys. What went before there was such an entry is counted apart: nothing but this
 * row says how many.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // What waited while its key was destroyed was taken over with the rest (migration 006); nobody can open it.
  `with gone as (
      delete from ledger_entries e using ledger_keys k where k.id = e.key and k.sealed is null returning e.log
    )
    update ledger_logs l set forgotten = forgotten + g.entries
      from (select log, count(*) as entries from gone group by log) g where g.log = l.log`,
  `alter table ledger_logs add column forgotten_entry uuid, add column forgotten_untold bigint not null default 0`,
  `update ledger_logs set forgotten_untold = forgotten`,
];
