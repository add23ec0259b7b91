import { type Kysely, sql } from "kysely";

/** When a look at the promises last left its entry in the log, and what it saw: the same, seen again soon, leaves none. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql.raw(STATEMENT).execute(db);
}

// `scope` and `saw` are hashes: of the commitments as they are worded, and of those with their verdicts.
const STATEMENT = `create table logged_looks (
  service text not null,
  scope text not null,
  saw text not null,
  at timestamptz not null,
  primary key (service, scope)
)`;
