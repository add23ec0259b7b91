import { type Kysely, sql } from "kysely";

/** Until when what a task asks for can not be done, or not to its end. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw("alter table request_tasks add column until timestamptz").execute(db);
}
