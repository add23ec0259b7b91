/**
 * Who has a request in his hands: a process that holds the request's own lock, or a sweep that took it along with others and whose lock is
 * held. Both are advisory locks of Avow's database, which go with their connection.
 */
import { type RawBuilder, sql } from "kysely";
import type { Database } from "../../store/database.ts";

export const sweepLock = (sweep: string): string => `sweep/${sweep}`;

/** `key`: SQL for the text that the lock is named by. */
export const lockHeld = (key: RawBuilder<unknown>): RawBuilder<boolean> => sql<boolean>`exists (
  select from pg_locks l
   where l.locktype = 'advisory' and l.objsubid = 1 and l.granted
     and l.database = (select oid from pg_database where datname = current_database())
     and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(${key}, 1))`;

const sweepRuns = lockHeld(sql`'sweep/' || requests.sweep::text`);

/**
 * For those who hold the request's lock: a sweep that takes requests waits for their rows, and looks at their locks afterwards.
 *
 * A row that is locked is written to. Where the statement is all of its transaction, nobody waits until that is on the disk: after a crash of
 * the server nobody has a lock.
 */
export async function isSwept(
  db: Database,
  id: string,
  within: "by itself" | "a transaction",
): Promise<boolean> {
  const waits =
    within === "a transaction" ? sql`true` : sql`set_config('synchronous_commit', 'off', true) is not null`;
  const { rows } = await sql<{ swept: boolean }>`
    select ${waits} and sweep is not null and ${sweepRuns} as swept from requests where id = ${id} for share`.execute(
    db,
  );
  return rows[0]?.swept ?? false;
}

/** Until the transaction ends; false: somebody else has it. */
export async function tryHold(tx: Database, id: string): Promise<boolean> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${id}, 1)) as got`.execute(tx);
  return rows[0]?.got === true && !(await isSwept(tx, id, "a transaction"));
}

/** SQL over `requests`: nobody has it in his hands. */
export const isFree: RawBuilder<boolean> = sql<boolean>`
  not ${lockHeld(sql`requests.id::text`)} and (sweep is null or not ${sweepRuns})`;
