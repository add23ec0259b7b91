/** The checkpoint that readers get: a file, written behind the row (spec/evidence-log.md, "How it is written"). */
import { join } from "node:path";
import { sameBytes } from "@avow/core/evidence/bytes";
import { type Checkpoint, openCheckpoint } from "@avow/core/evidence/checkpoint";
import type { Database } from "../store/database.ts";
import { readIfThere, writeDurably } from "./durable.ts";
import type { LogPlace } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { checkpointRow } from "./receipts.ts";
import { publicKeys } from "./signing-keys.ts";

const FILE = "checkpoint";

/** Writes what this leader signed; where another led meanwhile and signed a later one, that. */
export async function serve(db: Database, place: LogPlace, note: Uint8Array): Promise<void> {
  let served = note;
  for (;;) {
    await writeDurably(place.files, [{ path: FILE, bytes: served }]);
    const row = await checkpointRow(db, place.log);
    if (row === null || sameBytes(row, served)) return;
    const [before, now] = [await signedOf(place, served), await signedOf(place, row)];
    // Who can only write to the database can not bring an earlier one back.
    if (now === null || (before !== null && now.size < before.size)) return;
    served = row;
  }
}

/**
 * Whether readers get the checkpoint of the row. Who led before may have died between the two, and a file may be exchanged: where the row
 * is what was signed last (`last`, by the guard), it is served as it is, with the cosignatures that it has.
 */
export async function isServed(place: LogPlace, row: Uint8Array | null, last: Checkpoint): Promise<boolean> {
  if (row === null) return false;
  const file = await readIfThere(join(place.files, FILE));
  if (file !== null && sameBytes(row, file)) return true;
  const signed = await signedOf(place, row);
  if (signed === null || signed.size !== last.size || !sameBytes(signed.root, last.root)) return false;
  await writeDurably(place.files, [{ path: FILE, bytes: row }]);
  return true;
}

/** What readers have; null where it is not what the log's keys signed. It is never later than the guard, as far as nobody brought that back. */
export async function servedCheckpoint(place: LogPlace): Promise<Checkpoint | null> {
  const file = await readIfThere(join(place.files, FILE));
  return file === null ? null : signedOf(place, file);
}

/** Null: it is not what the log's keys signed. */
async function signedOf(place: LogPlace, note: Uint8Array): Promise<Checkpoint | null> {
  const log = await publicKeys(place.keys);
  const opened = openCheckpoint(p, note, { log, witnesses: [], origin: place.origin });
  return opened.ok ? opened.value : null;
}
