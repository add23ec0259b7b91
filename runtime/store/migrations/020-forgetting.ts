import { type Kysely, sql } from "kysely";

/** The entry that says last how many entries went with keys: what nobody has said, nobody has forgotten. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("alter table ledger_logs add column forgotten_entry uuid").execute(db);
}
