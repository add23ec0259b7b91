/** A new key for a log, and the end of an old one. Each is an entry, signed by the keys of before and after. */
import { hex } from "@avow/core/evidence/bytes";
import type { Body } from "@avow/core/evidence/entry";
import { formatKey } from "@avow/core/evidence/note";
import { lastSigners } from "./last-signers.ts";
import type { Ledger } from "./ledger.ts";
import { replaceLost } from "./lost-keys.ts";
import { checkpointRow } from "./receipts.ts";
import { addKey, hasPrivate, type Retired, retireKey, signingKeys } from "./signing-keys.ts";

export interface Rotated {
  /** The verifier key to hand out. */
  readonly key: string;
  readonly entry: string;
}

/** From the next checkpoint on the new key signs beside the ones before it, until they are retired. */
export async function rotate(ledger: Ledger): Promise<Rotated> {
  const { place } = ledger.sequencer;
  const made = await addKey(place.keys);
  return tellOf(ledger, { event: "key.added", key: formatKey(made.key), id: hex(made.key.id) });
}

/**
 * The keys that signed so far are lost: a new one signs from here on, by itself, and the log says which went. Who holds the old verifier keys
 * must be told of the new one by other ways. Throws `NotLost` when a key is there.
 */
export async function rotateLost(ledger: Ledger): Promise<Rotated> {
  const { db, place } = ledger.sequencer;
  const lost = await lastSigners(place, await checkpointRow(db, place.log));
  const signing = (await hasPrivate(place.keys)) ? await signingKeys(place.keys) : [];
  const made = await replaceLost(place.keys, { lost, signing });
  return tellOf(ledger, { event: "key.lost", lost, key: formatKey(made.key), id: hex(made.key.id) });
}

async function tellOf(ledger: Ledger, body: Body & { readonly key: string }): Promise<Rotated> {
  const { db } = ledger.sequencer;
  const [entry = ""] = await db
    .transaction()
    .execute((tx) => ledger.append(tx, [{ type: "key", subject: "service", body }]));
  await ledger.settle(entry);
  return { key: body.key, entry };
}

/** `early`: no other key has signed a checkpoint yet, so nobody would vouch for what comes. */
export async function retire(ledger: Ledger, keyId: string): Promise<Retired | "early"> {
  const { db, place } = ledger.sequencer;
  const signers = await lastSigners(place, await checkpointRow(db, place.log));
  const others = (await signingKeys(place.keys)).map(({ key }) => hex(key.id)).filter((id) => id !== keyId);
  if (signers.includes(keyId) && others.length > 0 && !others.some((id) => signers.includes(id)))
    return "early";
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
