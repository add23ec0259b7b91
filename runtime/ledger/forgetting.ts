/**
 * The end of subjects' keys (spec/evidence-log.md, "Entry"). With a key the rows of its entries go, and an entry says how many, in the same
 * transaction: whoever takes rows out of the database and counts them as forgotten has no such entry to show.
 */
import { must } from "@avow/core/terms/assert";
import { sql } from "kysely";
import type { Database } from "../store/database.ts";
import type { NewEntry } from "./append.ts";
import { bodyOpener, rowsOf } from "./bodies.ts";
import type { Ledger } from "./ledger.ts";
import type { Destroyed, Subject, SubjectKeys } from "./subject-keys.ts";

const EVENT = "keys.destroyed";

/** Destroys the keys whose time has ended; gives how many. */
export async function forgetEnded(ledger: Ledger, now: Date): Promise<number> {
  return ledger.sequencer.db.transaction().execute(async (tx) => {
    const destroyed = await ledger.keys.destroyEnded(tx, now);
    return destroyed === null ? 0 : await tell(ledger, tx, destroyed);
  });
}

/** Part of a transaction. False: there is no such key. */
export async function forgetSubject(
  ledger: Ledger,
  tx: Database,
  { subject, at }: { readonly subject: Subject; readonly at: Date },
): Promise<boolean> {
  const destroyed = await ledger.keys.destroy(tx, subject, at);
  if (destroyed !== null) await tell(ledger, tx, destroyed);
  return destroyed !== null;
}

async function tell(ledger: Ledger, tx: Database, { subjects, entries }: Destroyed): Promise<number> {
  const { log } = ledger.place;
  const row = await tx
    .selectFrom("ledger_logs")
    .select("forgotten_entry")
    .where("log", "=", log)
    .forUpdate()
    .executeTakeFirst();
  const { forgotten_entry: last } = must(row, "a log that is open has a row");
  // From what was said, not from what the database counts: what nobody said must go on being missed.
  const total = (await forgottenAsTold(tx, { log, keys: ledger.keys }, last)) + entries;
  const said: NewEntry = {
    ...{ type: "key", subject: "service" },
    body: { event: EVENT, subjects, entries, total },
  };
  const [id = ""] = await ledger.append(tx, [said]);
  await tx
    .updateTable("ledger_logs")
    .set({ forgotten: sql`forgotten + ${entries}`, forgotten_entry: id })
    .where("log", "=", log)
    .execute();
  return subjects;
}

interface Source {
  readonly log: string;
  readonly keys: SubjectKeys;
}

/** How many entries went with keys, by what this entry says, and those before it. */
export async function forgottenAsTold(
  db: Database,
  { log, keys }: Source,
  entry: string | null,
): Promise<number> {
  const row = entry === null ? undefined : (await rowsOf(db, log, [entry])).get(entry);
  // Only the service says it, and nobody destroys its key.
  if (row === undefined || row.key !== null) return 0;
  const { event, total } = (await bodyOpener(db, log, keys)(row))?.body ?? {};
  return event === EVENT && typeof total === "number" ? total : 0;
}
