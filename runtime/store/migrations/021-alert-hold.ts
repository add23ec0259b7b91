import { type Kysely, sql } from "kysely";

/** Until when a receiver asked not to be sent anything: it holds for alerts that come afterwards, too. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  `alter table alerts add column hold_until timestamptz`,
  `create index alerts_held on alerts (service, sink, hold_until) where hold_until is not null`,
];
