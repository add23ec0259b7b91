/** What ends together with an erasure: the person's other open requests of the right, and the archives that were given before. */
import type { Duration } from "@avow/core/terms/duration";
import type { IdentityValue } from "@avow/core/terms/person";
import { sql, type Transaction } from "kysely";
import { whyRefused } from "../../disk/refused.ts";
import type { Tables } from "../../store/tables.ts";
import { allOf } from "../../store/together.ts";
import type { Sealer } from "../../vault/seal.ts";
import { ARCHIVE_MS_MAX, type Archives } from "../archive/kept.ts";
import type { Bundles } from "../grace/bundle.ts";
import { forgetRestrictions } from "../run/restrictions.ts";
import type { RequestOutcome } from "../run/run.ts";
import { keepSuppressed } from "../suppression/names.ts";
import { type Certifier, certify } from "./certify.ts";
import { tryHold } from "./hold.ts";
import { forgetMerges } from "./merges.ts";
import { type Naming, openAbout, openIdentities, sharedIn } from "./subjects.ts";

/** Whose requests, when it is, and what their ends leave. */
interface Book extends Certifier {
  readonly sealer: Sealer;
  readonly service: string;
  readonly estate: Naming["estate"];
  /** How long a backup may bring rows back. */
  readonly suppression: Duration;
}

interface Closing {
  /** One erasure, or several that a sweep carried out. */
  readonly ids: readonly string[];
  /** Whose open requests end, too; null: none does. */
  readonly right: string | null;
  /** The rights that give archives. */
  readonly giving: readonly string[];
  /** By request: the rows of the person that it has left where they are. */
  readonly there?: (request: string) => RequestOutcome["there"];
}

/** Requests that share a name with those that end. Their merges are forgotten on the way. */
export async function othersOf(
  book: Pick<Book, "service">,
  tx: Transaction<Tables>,
  ids: readonly string[],
): Promise<readonly Found[]> {
  const found = sql<Found>`
    select other.id, other.right_name, other.closed_at, other.sealed_identities, other.grace_until, o.by,
           o.by is not null and not exists (
             select from request_subjects more where more.request = other.id and more.name not in (
               select name from request_subjects where request = any(${ids}::uuid[]))) as contained
      from (select theirs.request, min(own.request::text) filter (where ending.asked_name = '') as by
              from request_subjects own join request_subjects theirs on theirs.name = own.name
              join requests ending on ending.id = own.request
             where own.request = any(${ids}::uuid[]) and theirs.request <> all(${ids}::uuid[])
             group by theirs.request) o
      join requests other on other.id = o.request
     where other.service = ${book.service}`.execute(tx);
  await allOf([forgetMerges(book, tx, ids), found]);
  return (await found).rows;
}

/** Part of the transaction that closes the erasure. Returns the requests whose files are to go (`dropFiles`). */
export async function endWithIt(
  book: Book,
  tx: Transaction<Tables>,
  closing: Closing,
  others: readonly Found[],
): Promise<string[]> {
  await forgetRestrictions(book, tx, closing.ids);
  const outdated = others.filter((o) => closing.giving.includes(o.right_name)).map((o) => o.id);
  if (outdated.length > 0)
    // Of those that are still at work, too: what they write is not handed out.
    await tx.updateTable("requests").set({ archive_until: book.now() }).where("id", "in", outdated).execute();
  // What is restricted waits for the end of its own window.
  const open = others.filter(
    (o) => o.right_name === closing.right && o.closed_at === null && o.grace_until === null,
  );
  // One that names the person by more, or is wider than what ended, was not carried out: it goes on, and finds what is left.
  const ended: string[] = [];
  for (const { by, contained, ...sibling } of open)
    if (
      by !== null &&
      contained &&
      (await closeSibling(book, tx, { ...sibling, by, there: closing.there?.(by) }))
    )
      ended.push(sibling.id);
  return [...outdated, ...ended];
}

/**
 * What a request that is over left in our folders. After the transaction that ends it: without it nothing may be gone. What the disk does not
 * give up then stays until the worker comes by (`removeOutdated`, `forgetRecords`): the request has ended all the same. Null: nothing is left;
 * else why.
 */
export async function dropFiles(
  { archives, bundles }: { readonly archives: Archives; readonly bundles: Bundles },
  requests: readonly string[],
): Promise<string | null> {
  let why: string | null = null;
  for (const id of requests)
    for (const folder of [archives, bundles]) why = (await whyRefused(() => folder.remove(id))) ?? why;
  return why;
}

/** A note for whoever asked. */
export const stillThere = (why: string): string =>
  `sealed files of what has ended are still there, and go as soon as a worker can remove them: ${why}`;

interface Sibling {
  readonly id: string;
  readonly sealed_identities: Buffer | null;
}

interface Found extends Sibling {
  readonly right_name: string;
  readonly closed_at: Date | null;
  readonly grace_until: Date | null;
  /** Which of the erasures without a scope it is about the person of; null: none. */
  readonly by: string | null;
  /** It names the person by nothing that those do not. */
  readonly contained: boolean;
}

/** It would be about nobody. One that a worker has in its hands finds that out by itself: false. What it had erased so far is remembered. */
async function closeSibling(
  book: Book,
  tx: Transaction<Tables>,
  {
    id,
    sealed_identities: sealed,
    by,
    there,
  }: Sibling & {
    readonly by: string;
    readonly there: RequestOutcome["there"];
  },
): Promise<boolean> {
  if (!(await tryHold(tx, id))) return false;
  const identities = sealed === null ? [] : openIdentities(book, id, sealed);
  if (namesUnnamed(book, identities)) return false;
  // Whoever had it in his hands when it was found may have ended it since: it has its end, or a window, and its certificate.
  const { numUpdatedRows } = await tx
    .updateTable("requests")
    .set({
      state: "closed",
      closed_at: book.now(),
      sealed_identities: null,
      sealed_asked: null,
      notes: JSON.stringify([`carried out by the request ${by} of the same person`]),
    })
    .where("id", "=", id)
    .where("closed_at", "is", null)
    .where("grace_until", "is", null)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) return false;
  await certify(book, tx, {
    ...{ id, about: openAbout(book, id, sealed), carriedOutBy: by },
    outcome: { results: [], kept: [] },
  });
  await keepSuppressed(book, tx, [{ request: id, there }]);
  for (const table of ["request_captures", "request_subjects"] as const)
    await tx.deleteFrom(table).where("request", "=", id).execute();
  return true;
}

/** What people share has no name beside what is one's own (`namesOf`): the other request did not look for what it finds. */
function namesUnnamed({ estate }: Book, identities: readonly IdentityValue[]): boolean {
  const shared = sharedIn(estate);
  const named = identities.filter((i) => shared.has(i.namespace));
  return named.some((i) => i.merged !== true) && named.length < identities.length;
}

/** The archive can be fetched from now on, unless the person was erased while it was written. */
export async function letWait(book: Book, tx: Transaction<Tables>, id: string): Promise<void> {
  await tx
    .updateTable("requests")
    .set({ archive_until: new Date(book.now().getTime() + ARCHIVE_MS_MAX) })
    .where("id", "=", id)
    .where("archive_until", "is", null)
    .execute();
}
