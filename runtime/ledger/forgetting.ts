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
    .select(["forgotten_entry", "forgotten_untold"])
    .where("log", "=", log)
    .forUpdate()
    .executeTakeFirst();
  const counted = must(row, "a log that is open has a row");
  // From what was said, not from what the database counts: what nobody said must go on being missed.
  const { total, untold } = await forgottenAsTold(tx, { log, keys: ledger.keys }, counted);
  const body = { event: EVENT, subjects, entries, total: total + entries };
  const said: NewEntry = {
    ...{ type: "key", subject: "service" },
    body: untold === 0 ? body : { ...body, untold },
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

interface Told {
  /** Entries that went with keys, by this entry and those before it. */
  readonly total: number;
  /** And those that an earlier version let go: the first entry takes the count over from the database. */
  readonly untold: number;
}

export async function forgottenAsTold(
  db: Database,
  { log, keys }: Source,
  counted: { readonly forgotten_entry: string | null; readonly forgotten_untold: string | number },
): Promise<Told> {
  const entry = counted.forgotten_entry;
  if (entry === null) return { total: 0, untold: Number(counted.forgotten_untold) };
  const row = (await rowsOf(db, log, [entry])).get(entry);
  // Only the service says it, and nobody destroys its key.
  const held = row === undefined || row.key !== null ? null : await bodyOpener(db, log, keys)(row);
  const { event, total, untold } = held?.body ?? {};
  if (event !== EVENT || typeof total !== "number") return { total: 0, untold: 0 };
  return { total, untold: typeof untold === "number" ? untold : 0 };
}
