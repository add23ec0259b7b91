/** A new key for a log, and the end of an old one. Each is an entry, signed by the keys of before and after. */
import { hex } from "@avow/core/evidence/bytes";
import { formatKey } from "@avow/core/evidence/note";
import { BugError } from "@avow/core/terms/assert";
import { mustGoOn } from "./goes-on.ts";
import { lastSigners } from "./last-signers.ts";
import type { Ledger } from "./ledger.ts";
import { replaceLost } from "./lost-keys.ts";
import { checkpointRow } from "./receipts.ts";
import { servedCheckpoint } from "./served.ts";
import { hasPrivate, keysLocked, makeKey, type Retired, retireKey, signingKeys } from "./signing-keys.ts";
import { forget, type Told, tellAll, willTell } from "./tellings.ts";

export interface Rotated {
  /** The verifier key to hand out. */
  readonly key: string;
  readonly entry: string;
}

/** From the next checkpoint on the new key signs beside the ones before it, until they are retired. Said again after a crash, it gives the same key. */
export async function rotate(ledger: Ledger): Promise<Rotated> {
  const { keys } = ledger.sequencer.place;
  return changed(ledger, "key.added", async () => {
    await signingKeys(keys);
    await makeKey(keys, ({ key }) =>
      willTell(keys, { event: "key.added", key: formatKey(key), id: hex(key.id) }),
    );
  });
}

/**
 * The keys that signed so far are lost: a new one signs from here on, by itself, and the log says which went. Who holds the old verifier keys
 * must be told of the new one by other ways. Throws `NotLost` when a key is there. Said again after a crash, it gives the same key.
 */
export async function rotateLost(ledger: Ledger): Promise<Rotated> {
  const { db, place } = ledger.sequencer;
  return changed(ledger, "key.lost", async () => {
    const lost = await lastSigners(place, await checkpointRow(db, place.log));
    const signing = (await hasPrivate(place.keys)) ? await signingKeys(place.keys) : [];
    await replaceLost(place.keys, { lost, signing });
  });
}

/** What was begun before is told first; where that is what is asked for, it is not done a second time. */
async function changed(
  ledger: Ledger,
  event: "key.added" | "key.lost",
  act: () => Promise<void>,
): Promise<Rotated> {
  const { keys } = ledger.sequencer.place;
  const isOf = (told: Told): boolean => told.body.event === event;
  const all = await keysLocked(keys, async () => {
    const before = await tellAll(ledger);
    if (before.some(isOf)) return before;
    await act();
    return tellAll(ledger);
  });
  await published(ledger, all);
  for (const { body, entry } of all.filter(isOf)) if ("key" in body) return { key: body.key, entry };
  throw new BugError("a key that was made is told of");
}

async function published(ledger: Ledger, all: readonly Told[]): Promise<void> {
  const { keys } = ledger.sequencer.place;
  for (const { body, entry } of all) if (await ledger.settle(entry)) await forget(keys, body);
}

/** `early`: no other key has signed a checkpoint yet, so nobody would vouch for what comes. */
export async function retire(ledger: Ledger, keyId: string): Promise<Retired | "early"> {
  const { db, place } = ledger.sequencer;
  const { keys } = place;
  const isOf = ({ body }: Told): boolean => body.event === "key.retired" && body.id === keyId;
  const [result, all] = await keysLocked(keys, async (): Promise<[Retired | "early", Told[]]> => {
    const before = await tellAll(ledger);
    if (before.some(isOf)) return ["retired", before];
    const signers = await lastSigners(place, await checkpointRow(db, place.log));
    const others = (await signingKeys(keys)).map(({ key }) => hex(key.id)).filter((id) => id !== keyId);
    if (signers.includes(keyId) && others.length > 0 && !others.some((id) => signers.includes(id)))
      return ["early", before];
    const willSay = (): Promise<void> => willTell(keys, { event: "key.retired", id: keyId });
    const retired = await retireKey(keys, keyId, willSay);
    return [retired, await tellAll(ledger)];
  });
  await published(ledger, all);
  return result;
}

/**
 * A person has looked at the log and takes it as it is: the guard begins anew from here, and the log says so. The guard is a file, so it is
 * intent, act and outcome: cut behind the act, the intent stands. Throws LogRefused where readers have a checkpoint that it does not go on from.
 */
export async function acceptGuard(ledger: Ledger): Promise<boolean> {
  const { db, place } = ledger.sequencer;
  const served = await servedCheckpoint(place);
  const row = await db
    .selectFrom("ledger_logs")
    .select(["size", "root"])
    .where("log", "=", place.log)
    .executeTakeFirstOrThrow();
  // Only a guard that is gone: one that contradicts the log is evidence, and stays.
  if ((await place.guard.read()) !== null) return false;
  const size = Number(row.size);
  // So is what readers have: no sequencer would go on beside it.
  const now = { origin: place.origin, size, root: row.root };
  if (served !== null) await mustGoOn(place, db, { before: served, now, by: "readers" });
  const say = (event: string): Promise<string[]> => {
    const body = { event, size, root: hex(row.root) };
    return db.transaction().execute((tx) => ledger.append(tx, [{ type: "key", subject: "service", body }]));
  };
  await say("guard.accepting");
  await place.guard.advance(null, now);
  await say("guard.accepted");
  return ledger.settle();
}
