/** Makes receipts (spec/receipt.md) from what is under the latest checkpoint. */
import { sameBytes } from "@avow/core/evidence/bytes";
import { type Checkpoint, parseCheckpoint } from "@avow/core/evidence/checkpoint";
import { blindingOf, bodyCommitment, decodeEntry, locatorKeyOf } from "@avow/core/evidence/entry";
import { leafHash } from "@avow/core/evidence/hashing";
import { TILE_WIDTH, tilePath, unpackBundle, widthIn } from "@avow/core/evidence/layout";
import { parseNote } from "@avow/core/evidence/note";
import { proveInclusion } from "@avow/core/evidence/proofs";
import { type Disclosure, formatReceipt, type Receipt } from "@avow/core/evidence/receipt";
import { verifyInclusion } from "@avow/core/evidence/verify";
import type { Database } from "../store/database.ts";
import { indexOf } from "./batches.ts";
import { bodyOpener, rowsOf } from "./bodies.ts";
import type { LogPlace } from "./place.ts";
import { nodePrimitives as p } from "./primitives.ts";
import type { SubjectKeys } from "./subject-keys.ts";
import { LogDamaged, readTileOf, type TileReader, tileReader } from "./tiles.ts";

export interface WrittenReceipt {
  readonly index: number;
  readonly bytes: Uint8Array;
}

export interface ReceiptSource {
  readonly db: Database;
  readonly place: LogPlace;
  readonly keys: SubjectKeys;
}

export interface Published extends Checkpoint {
  /** As signed. */
  readonly bytes: Uint8Array;
}

/** As the database has it, unread. */
export async function checkpointRow(db: Database, log: string): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom("ledger_logs")
    .select("checkpoint")
    .where("log", "=", log)
    .executeTakeFirst();
  return row?.checkpoint ?? null;
}

/** The latest checkpoint; null before the first. */
export async function latestCheckpoint(db: Database, place: LogPlace): Promise<Published | null> {
  const bytes = await checkpointRow(db, place.log);
  if (bytes === null) return null;
  const read = parseCheckpoint(parseNote(bytes)?.text ?? "");
  if (read === null) throw new LogDamaged("the checkpoint of the log can not be read");
  return { ...read, bytes };
}

export async function receiptOf(source: ReceiptSource, id: string): Promise<WrittenReceipt | null> {
  const { db, place, keys } = source;
  const published = await latestCheckpoint(db, place);
  const row = (await rowsOf(db, place.log, [id])).get(id);
  const held = row === undefined ? null : await bodyOpener(db, place.log, keys)(row);
  // With a key its rows go, in the same transaction: it may have ended since they were read.
  if (row !== undefined && held === null && (await rowsOf(db, place.log, [id])).size > 0)
    throw new LogDamaged(
      `the key of whom the entry ${id} is about was taken out of the database, or changed; run \`avow ledger fsck\``,
    );
  if (published === null || row === undefined || held === null) return null;
  const index = await indexOf(db, place.log, row);
  if (index === null || index >= published.size) return null;
  const reader = tileReader(db, place.log, place.files);
  const { key, body } = held;
  if (body === null) throw new LogDamaged(`the body of the entry ${id} can not be read`);
  const { size, origin } = published;
  const at = { origin, id };
  const proof = await proveInclusion({ primitives: p, size, readTile: readTileOf(reader, size) }, index);
  const disclosure = {
    entry: await entryAt(reader, size, index),
    body,
    blind: blindingOf(p, key.key, at),
    locator: "about" in body ? locatorKeyOf(p, key.key, at) : null,
  };
  if (!holds(published, { index, proof, disclosure }))
    throw new LogDamaged(
      `a receipt of the entry ${id} would not hold: the log, or what Avow holds of it, was changed; run \`avow ledger fsck\``,
    );
  return { index, bytes: formatReceipt({ index, proof, disclosure, checkpoint: published.bytes }) };
}

/** Nobody should find out by himself that what he was given proves nothing. */
function holds(
  { origin, size, root }: Checkpoint,
  { index, proof, disclosure }: Pick<Receipt, "index" | "proof"> & { readonly disclosure: Disclosure },
): boolean {
  const { entry: bytes, body, blind } = disclosure;
  const entry = decodeEntry(bytes);
  if (entry === null) return false;
  const { id, type } = entry;
  return (
    verifyInclusion(p, { index, size, root, proof, leaf: leafHash(p, bytes) }) &&
    sameBytes(bodyCommitment(p, blind, { origin, id, type, body }), entry.body)
  );
}

/** The bytes of one entry, from its bundle. */
export async function entryAt(reader: TileReader, size: number, index: number): Promise<Uint8Array> {
  const name = { level: null, index: Math.floor(index / TILE_WIDTH) };
  const width = widthIn(size, name);
  const bundle = width === 0 ? null : await reader.read({ ...name, width }, size);
  const entry = bundle === null ? undefined : unpackBundle(bundle, width)?.[index % TILE_WIDTH];
  if (entry === undefined)
    throw new LogDamaged(`the bundle ${tilePath({ ...name, width: width || 1 })} can not be read`);
  return entry;
}
