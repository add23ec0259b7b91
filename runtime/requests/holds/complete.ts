/**
 * Holds that were placed while a store was away, or before anybody was known by their identities: what lies with these is found later, by
 * whoever stays (spec/holds.md). A person is not looked for by what a hold was never told.
 */
import { sql } from "kysely";
import type { Desk } from "../desk/desk.ts";
import { complete, lockOf } from "./in-effect.ts";
import { foundBy } from "./place.ts";
import { openSealed } from "./sealed.ts";

/** Returns how many are complete by now. */
export async function completeHolds(desk: Desk): Promise<number> {
  const rows = await desk.db
    .selectFrom("holds")
    .select(["id", "sealed"])
    .where("service", "=", desk.service)
    .where("lifted_at", "is", null)
    .orderBy("seq")
    .execute();
  let done = 0;
  for (const { id, sealed } of rows) {
    const hold = openSealed(desk, id, sealed);
    if (hold.pending === true && (await completeOne(desk, id, hold.identities))) done += 1;
  }
  return done;
}

async function completeOne(desk: Desk, hold: string, given: Parameters<typeof foundBy>[1]): Promise<boolean> {
  const person = await foundBy(desk, given);
  if (person === "ambiguous" || person.known !== true) return false;
  return desk.db.transaction().execute(async (tx) => {
    // As if it were placed now: an erasure that has planned without it by another name plans again.
    await sql`select pg_advisory_xact_lock(hashtextextended(${lockOf(desk.service)}, 4))`.execute(tx);
    const { rows } = await sql<{ sealed: Buffer }>`
      update holds set seq = default where id = ${hold} and lifted_at is null returning sealed`.execute(tx);
    const [row] = rows;
    if (row === undefined) return false;
    const known = { ...openSealed(desk, hold, row.sealed), pending: undefined };
    await complete(desk, tx, { hold, known }, person.identities);
    return true;
  });
}
