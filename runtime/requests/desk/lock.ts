/** One process at a time works on a request: its lock is one of the database's, and goes with the connection that holds it. */
import { type Kysely, sql } from "kysely";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import { isSwept } from "./hold.ts";

/** `act` is handed a way to see that the lock is still there, and the connection that holds it. Null: another process has it, by itself or in a sweep. */
export async function holding<T>(
  db: Database,
  request: string,
  act: (stillLocked: () => Promise<void>, held: Database) => Promise<T>,
): Promise<T | null> {
  return db.connection().execute(async (held) => {
    if (!(await taken(held, request))) return null;
    // Whatever fails from here on, the lock does not stay with a connection that somebody else is given.
    try {
      if (await isSwept(held, request, "by itself")) return null;
      return await act(async () => {
        await sql`select 1`.execute(held);
      }, held);
    } finally {
      await sql`select pg_advisory_unlock(hashtextextended(${request}, 1))`.execute(held);
    }
  });
}

async function taken(held: Kysely<Tables>, request: string): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_lock(hashtextextended(${request}, 1)) as got`.execute(held);
  return rows[0]?.got === true;
}
