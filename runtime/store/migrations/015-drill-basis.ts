import { type Kysely, sql } from "kysely";

/** What a drill rests upon beside the map: the adapter that it went by, and the commitments that it speaks for. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  "alter table drills add column adapter_basis text not null default ''",
  "alter table drills add column policy_basis text not null default ''",
  // Hashes of commitments.
  "alter table drills add column proves text[] not null default '{}'",
];
