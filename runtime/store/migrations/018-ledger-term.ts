import { type Kysely, sql } from "kysely";

/**
 * A sequencer of a version before rows of the outbox stayed until their files are made would take them a second time: it can not lead any more,
 * commit or publish, for each of these names the term by which it led. Those who only append go on.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("alter table ledger_logs rename column epoch to term").execute(db);
}
