/** What Avow itself holds of requests, and for how long: archives until they run out, records of closed requests for the service's period. */
import { minus } from "@avow/core/terms/duration";
import { type SelectQueryBuilder, sql } from "kysely";
import { apart } from "../../disk/apart.ts";
import type { Database } from "../../store/database.ts";
import type { Tables } from "../../store/tables.ts";
import { allOf } from "../../store/together.ts";
import { forgetUnkept } from "../suppression/names.ts";
import { dropAttachments } from "../tasks/book.ts";
import type { Desk } from "./desk.ts";
import { pageOf, type Rounds, rounds } from "./round.ts";

const AT_ONCE_MAX = 500;

/** For `removeOutdated`: where the next round of it goes on. */
export const archiveRounds = (): Rounds => rounds(AT_ONCE_MAX);

/**
 * Archives whose time is over, or whose person was erased, at most 500 a call and until `stop`; with them the names by which an erasure would have
 * found them. Throws `DiskRefused` where the disk does not give one up: it goes when it does, and all others go now.
 */
export async function removeOutdated(
  desk: Desk,
  { rounds: going = archiveRounds(), stop }: { readonly rounds?: Rounds; readonly stop?: AbortSignal } = {},
): Promise<void> {
  const { db, archives } = desk;
  const each = apart();
  for await (const id of going.next((within) => pageOf(archivesOver(desk), within).execute(), stop))
    await each.attempt(`the archive of the request ${id}`, async () => {
      await archives.remove(id);
      await db.transaction().execute(async (tx) => {
        await tx.deleteFrom("request_subjects").where("request", "=", id).execute();
        await tx.updateTable("requests").set({ archive_until: null }).where("id", "=", id).execute();
      });
    });
  if (stop?.aborted !== true) {
    await each.attempt("the folder of archives", () => archives.prune(desk.now()));
    await each.attempt("the folder of attachments", () => dropAttachments(desk));
  }
  each.end();
}

const archivesOver = ({ db, service, now }: Desk): SelectQueryBuilder<Tables, "requests", { id: string }> =>
  db
    .selectFrom("requests")
    .select("id")
    .where("service", "=", service)
    .where("archive_until", "<=", now())
    .where("closed_at", "is not", null);

/** Bundles of requests that are over, which a process that died between the word for it and the deed left behind. */
async function dropBundles({ db, bundles }: Desk): Promise<void> {
  const each = apart();
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
    for (const { id } of over)
      await each.attempt(`the bundle of the request ${id}`, () => bundles.remove(id));
  }
  each.end();
}

/**
 * Closed requests, and drills, whose period has ended. Returns how many requests. Throws `DiskRefused` where the disk does not give up a file of
 * one: its record stays until it does, and says whose file that is; all others go now. `stop` ends it between two lots of 500.
 */
export async function forgetRecords(desk: Desk, stop?: AbortSignal): Promise<number> {
  const { db, service } = desk;
  const each = apart();
  await each.attempt("the folder of bundles", () => dropBundles(desk));
  const before = minus(desk.now(), desk.recordsKept);
  await db
    .deleteFrom("drills")
    .where("service", "=", service)
    .where("ended_at", "<", before)
    .where("sealed_canary", "is", null)
    .execute();
  await db.deleteFrom("holds").where("service", "=", service).where("lifted_at", "<", before).execute();
  let forgotten = 0;
  let page: readonly string[] = [];
  do {
    page = await recordsOver(desk, before, page.at(-1) ?? null);
    const ids: string[] = [];
    for (const id of page)
      if (
        await each.attempt(`what is left of the request ${id}`, () =>
          allOf([desk.archives.remove(id), desk.bundles.remove(id)]),
        )
      )
        ids.push(id);
    if (ids.length > 0) await forget(desk, ids);
    forgotten += ids.length;
  } while (page.length === AT_ONCE_MAX && stop?.aborted !== true);
  await forgetSweeps(db, service, before);
  each.end();
  return forgotten;
}

/** In the order of their ids, `after` one of them; null: from the first. */
async function recordsOver(
  { db, service }: Desk,
  before: Date,
  after: string | null,
): Promise<readonly string[]> {
  const over = db
    .selectFrom("requests")
    .select("id")
    .where("service", "=", service)
    .where("closed_at", "<", before)
    // What a hold kept from it is to be erased when the hold is lifted.
    .where(
      sql<boolean>`not exists (select from holds h where h.service = requests.service and h.lifted_at is null
        and requests.kept @> jsonb_build_array(jsonb_build_object('hold', h.id)))`,
    );
  const page = await pageOf(over, { after, upTo: null, most: AT_ONCE_MAX }).execute();
  return page.map(({ id }) => id);
}

async function forget({ db, evidence, now }: Desk, ids: readonly string[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    for (const table of ["request_captures", "request_subjects", "request_steps", "request_tasks"] as const)
      await tx.deleteFrom(table).where("request", "in", ids).execute();
    // What the log says of them can not be opened any more, either.
    for (const id of ids) await evidence.keys.endAt(tx, `request:${id}`, now());
    await forgetUnkept(tx, ids);
    await tx.deleteFrom("requests").where("id", "in", ids).execute();
  });
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
