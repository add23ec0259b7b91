/** What Avow itself holds of requests, and for how long: archives until they run out, records of closed requests for the service's period. */
import { minus } from "@avow/core/terms/duration";
import { sql } from "kysely";
import type { Database } from "../../store/database.ts";
import { forgetUnkept } from "../suppression/names.ts";
import { dropAttachments } from "../tasks/book.ts";
import type { Desk } from "./desk.ts";

const AT_ONCE_MAX = 500;

/** Archives whose time is over, or whose person was erased; with them the names by which an erasure would have found them. */
export async function removeOutdated(desk: Desk): Promise<void> {
  const { db, archives } = desk;
  const over = await db
    .selectFrom("requests")
    .select(["id", "closed_at"])
    .where("service", "=", desk.service)
    .where("archive_until", "<=", desk.now())
    .where("closed_at", "is not", null)
    .limit(AT_ONCE_MAX)
    .execute();
  for (const { id } of over) {
    await archives.remove(id);
    await db.transaction().execute(async (tx) => {
      await tx.deleteFrom("request_subjects").where("request", "=", id).execute();
      await tx.updateTable("requests").set({ archive_until: null }).where("id", "=", id).execute();
    });
  }
  await archives.prune(desk.now());
  await dropAttachments(desk);
}

/** Bundles of requests that are over, which a process that died between the word for it and the deed left behind. */
async function dropBundles({ db, bundles }: Desk): Promise<void> {
  const held = await bundles.held();
  for (let from = 0; from < held.length; from += AT_ONCE_MAX) {
    const some = held.slice(from, from + AT_ONCE_MAX);
    // Of requests that this database does not know nothing is removed: it may be the wrong one.
    const over = await db
      .selectFrom("requests")
      .select("id")
      .where("id", "in", some)
      .where("closed_at", "is not", null)
      .execute();
    for (const { id } of over) await bundles.remove(id);
  }
}

/** Closed requests, and drills, whose period has ended. Returns how many requests. */
export async function forgetRecords(desk: Desk): Promise<number> {
  const { db, service } = desk;
  await dropBundles(desk);
  const before = minus(desk.now(), desk.recordsKept);
  await db
    .deleteFrom("drills")
    .where("service", "=", service)
    .where("ended_at", "<", before)
    .where("sealed_canary", "is", null)
    .execute();
  await db.deleteFrom("holds").where("service", "=", service).where("lifted_at", "<", before).execute();
  const over = await db
    .selectFrom("requests")
    .select("id")
    .where("service", "=", service)
    .where("closed_at", "<", before)
    // What a hold kept from it is to be erased when the hold is lifted.
    .where(
      sql<boolean>`not exists (select from holds h where h.service = requests.service and h.lifted_at is null
        and requests.kept @> jsonb_build_array(jsonb_build_object('hold', h.id)))`,
    )
    .limit(AT_ONCE_MAX)
    .execute();
  if (over.length === 0) {
    await forgetSweeps(db, service, before);
    return 0;
  }
  const ids = over.map(({ id }) => id);
  for (const id of ids) await Promise.all([desk.archives.remove(id), desk.bundles.remove(id)]);
  await db.transaction().execute(async (tx) => {
    for (const table of ["request_captures", "request_subjects", "request_steps", "request_tasks"] as const)
      await tx.deleteFrom(table).where("request", "in", ids).execute();
    // What the log says of them can not be opened any more, either.
    for (const id of ids) await desk.evidence.keys.endAt(tx, `request:${id}`, desk.now());
    await forgetUnkept(tx, ids);
    await tx.deleteFrom("requests").where("id", "in", ids).execute();
  });
  if (over.length === AT_ONCE_MAX) return ids.length + (await forgetRecords(desk));
  await forgetSweeps(db, service, before);
  return ids.length;
}

/** Sweeps that have ended, and of whose requests no record is left. */
async function forgetSweeps(db: Database, service: string, before: Date): Promise<void> {
  const over = sql`select id from sweeps w where service = ${service} and ended_at < ${before}
                      and not exists (select from requests r where r.sweep = w.id)`;
  await db.transaction().execute(async (tx) => {
    await sql`delete from sweep_steps where sweep in (${over})`.execute(tx);
    await sql`delete from sweeps where id in (${over})`.execute(tx);
  });
}
