import { type Kysely, sql } from "kysely";

/** A verdict is one of a commitment as it was worded; a drill says something under the map that it was carried out by. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "alter table verdicts add column hash text not null default ''",
  "alter table verdicts drop constraint verdicts_pkey",
  "alter table verdicts add primary key (service, commitment, hash)",
  "alter table drills add column plan_basis text not null default ''",
];
