/** What ends together with an erasure: the person's other open requests of the right, and the archives that were given before. */
import { sql, type Transaction } from "kysely";
import type { Tables } from "../../store/tables.ts";
import type { Sealer } from "../../vault/seal.ts";
import { ARCHIVE_MS_MAX } from "../archive/kept.ts";
import { type Certifier, certify } from "./certify.ts";
import { forgetMerges } from "./merges.ts";
import { openIdentities } from "./subjects.ts";

/** Whose requests, when it is, and what their ends leave. */
interface Book extends Certifier {
  readonly sealer: Sealer;
  readonly service: string;
}

interface Closing {
  readonly id: string;
  /** Whose open requests end, too; null: none does. */
  readonly right: string | null;
  /** The rights that give archives. */
  readonly giving: readonly string[];
}

/** Part of the transaction that closes the erasure. Returns the requests whose archives are to be removed. */
export async function endWithIt(book: Book, tx: Transaction<Tables>, closing: Closing): Promise<string[]> {
  await forgetMerges(book, tx, closing.id);
  const others = await tx
    .selectFrom("requests")
    .select(["id", "right_name", "closed_at", "sealed_identities", "grace_until"])
    .where("service", "=", book.service)
    .where("id", "<>", closing.id)
    .where("id", "in", (q) =>
      q
        .selectFrom("request_subjects")
        .select("request")
        .where("name", "in", (own) =>
          own.selectFrom("request_subjects").select("name").where("request", "=", closing.id),
        ),
    )
    .execute();
  const outdated = others.filter((o) => closing.giving.includes(o.right_name)).map((o) => o.id);
  if (outdated.length > 0)
    // Of those that are still at work, too: what they write is not handed out.
    await tx.updateTable("requests").set({ archive_until: book.now() }).where("id", "in", outdated).execute();
  // What is restricted waits for the end of its own window.
  const open = others.filter(
    (o) => o.right_name === closing.right && o.closed_at === null && o.grace_until === null,
  );
  for (const sibling of open) await closeSibling(book, tx, { ...sibling, by: closing.id });
  return outdated;
}

interface Sibling {
  readonly id: string;
  readonly sealed_identities: Buffer | null;
}

/** It would be about nobody. One that a worker has in its hands finds that out by itself. */
async function closeSibling(
  book: Book,
  tx: Transaction<Tables>,
  { id, sealed_identities: sealed, by }: Sibling & { readonly by: string },
): Promise<void> {
  const { rows } = await sql<{ got: boolean }>`
    select pg_try_advisory_xact_lock(hashtextextended(${id}, 1)) as got`.execute(tx);
  if (rows[0]?.got !== true) return;
  await tx
    .updateTable("requests")
    .set({
      state: "closed",
      closed_at: book.now(),
      sealed_identities: null,
      sealed_asked: null,
      notes: JSON.stringify([`carried out by the request ${by} of the same person`]),
    })
    .where("id", "=", id)
    .execute();
  const identities = sealed === null ? [] : openIdentities(book, id, sealed);
  await certify(book, tx, { id, identities, outcome: { results: [], kept: [] }, carriedOutBy: by });
  for (const table of ["request_captures", "request_subjects"] as const)
    await tx.deleteFrom(table).where("request", "=", id).execute();
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
