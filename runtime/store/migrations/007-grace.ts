import { type Kysely, sql } from "kysely";

/** Erasures that a person can take back for a while (spec/undo-bundle.md). */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}

const STATEMENTS = [
  // The public half of a key that the person alone holds; until when; since when rows are being put back.
  `alter table requests
     add column undo_key bytea,
     add column grace_until timestamptz,
     add column restoring_since timestamptz`,
  `create index requests_grace on requests (grace_until) where grace_until is not null`,
];
