/** A new key for a log, and the end of an old one. Each is an entry, signed by the keys of before and after. */
import { hex } from "@avow/core/evidence/bytes";
import { formatKey } from "@avow/core/evidence/note";
import type { Ledger } from "./ledger.ts";
import { addKey, type Retired, retireKey } from "./signing-keys.ts";

export interface Rotated {
  /** The verifier key to hand out. */
  readonly key: string;
  readonly entry: string;
}

/** From the next checkpoint on the new key signs beside the ones before it, until they are retired. */
export async function rotate(ledger: Ledger): Promise<Rotated> {
  const { db, place } = ledger.sequencer;
  const made = await addKey(place.keys);
  const key = formatKey(made.key);
  const body = { event: "key.added", key, id: hex(made.key.id) };
  const [entry = ""] = await db
    .transaction()
    .execute((tx) => ledger.append(tx, [{ type: "key", subject: "service", body }]));
  await ledger.settle(entry);
  return { key, entry };
}

export async function retire(ledger: Ledger, keyId: string): Promise<Retired> {
  const { db, place } = ledger.sequencer;
  const retired = await retireKey(place.keys, keyId);
  if (retired !== "retired") return retired;
  const body = { event: "key.retired", id: keyId };
  await db.transaction().execute((tx) => ledger.append(tx, [{ type: "key", subject: "service", body }]));
  await ledger.settle();
  return retired;
}

/** A person has looked at the log and takes it as it is: the guard begins anew from here, and the log says so. */
export async function acceptGuard(ledger: Ledger): Promise<boolean> {
  const { db, place } = ledger.sequencer;
  const row = await db
    .selectFrom("ledger_logs")
    .select(["size", "root"])
    .where("log", "=", place.log)
    .executeTakeFirstOrThrow();
  // Only a guard that is gone: one that contradicts the log is evidence, and stays.
  if ((await place.guard.read()) !== null) return false;
  await place.guard.advance(null, { origin: place.origin, size: Number(row.size), root: row.root });
  const body = { event: "guard.accepted", size: Number(row.size) };
  await db.transaction().execute((tx) => ledger.append(tx, [{ type: "key", subject: "service", body }]));
  return ledger.settle();
}
