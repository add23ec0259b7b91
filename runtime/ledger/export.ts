/**
 * A log as files: what is served, at one moment, for whoever audits it (`checkpoint`, `tile/…`, and the verifier keys beside it). A folder
 * that holds an earlier export of the same log grows, and keeps what it had.
 */
import { join } from "node:path";
import { sameBytes, utf8 } from "@avow/core/evidence/bytes";
import { type Checkpoint, parseCheckpoint, type Trust } from "@avow/core/evidence/checkpoint";
import { prefixOf, TILE_WIDTH, type TileName, tilePath, tilesOf } from "@avow/core/evidence/layout";
import { formatKey, parseKey, parseNote } from "@avow/core/evidence/note";
import { type ReadTile, rootOf } from "@avow/core/evidence/proofs";
import { makeFolder } from "../disk/folder.ts";
import { type Audit, audit, keyLines } from "./audit.ts";
import { endsOfBatches } from "./batches.ts";
import { readIfThere, writeDurably } from "./durable.ts";
import { LogRefused } from "./guard.ts";
import type { Ledger } from "./ledger.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { latestCheckpoint } from "./receipts.ts";
import { LogDamaged, readTileOf, tileReader } from "./tiles.ts";

const KEYS_FILE = "keys.txt";
const FILES_AT_ONCE_MAX = 64;

export interface Exported {
  readonly folder: string;
  readonly size: number;
  readonly files: number;
}

/** Null: nothing is published yet. */
export async function exportLog(ledger: Ledger, folder: string): Promise<Exported | null> {
  const { db, place } = ledger.sequencer;
  const published = await latestCheckpoint(db, place);
  if (published === null) return null;
  const reader = tileReader(db, place.log, place.files);
  await makeFolder(folder);
  await mustContinue(folder, published, readTileOf(reader, published.size));
  const whole = tilesOf(published.size);
  const names = [...whole, ...(await earlierPartials(ledger, whole, published.size))];
  for (let from = 0; from < names.length; from += FILES_AT_ONCE_MAX) {
    const files = names.slice(from, from + FILES_AT_ONCE_MAX).map(async (name) => {
      const bytes = await reader.read(name, published.size);
      if (bytes === null)
        throw new LogDamaged(`the tile ${tilePath(name)} is not there: run \`avow ledger fsck\``);
      return { path: tilePath(name), bytes };
    });
    await writeDurably(folder, await Promise.all(files));
  }
  const keys = (await ledger.verifierKeys()).map((key) => `${formatKey(key)}\n`).join("");
  await writeDurably(folder, [
    { path: KEYS_FILE, bytes: utf8(keys) },
    { path: "checkpoint", bytes: published.bytes },
  ]);
  return { folder, size: published.size, files: names.length + 2 };
}

/** What is in the folder must be a beginning of this log: another history is never written over. */
async function mustContinue(folder: string, now: Checkpoint, readTile: ReadTile): Promise<void> {
  const bytes = await readIfThere(join(folder, "checkpoint"));
  if (bytes === null) return;
  const held = parseCheckpoint(parseNote(bytes)?.text ?? "");
  const elsewhere = "export into another folder";
  if (held === null)
    throw new LogRefused(`the \`checkpoint\` in \`${folder}\` can not be read: ${elsewhere}`);
  if (held.origin !== now.origin)
    throw new LogRefused(`\`${folder}\` holds another log, \`${held.origin}\`: ${elsewhere}`);
  if (held.size > now.size)
    throw new LogRefused(
      `\`${folder}\` holds ${held.size} entries, and the log has ${now.size}: it went back, or is not the one that was exported; look at it before you export it`,
    );
  const root = await rootOf({ primitives: p, size: held.size, readTile });
  if (!sameBytes(root, held.root))
    throw new LogRefused(
      `the log is another one than \`${folder}\` holds, from the first ${held.size} entries on: look at it before you export it`,
    );
}

/**
 * Who holds an earlier checkpoint asks for the partial tiles of its tree, until the full one is there. Every checkpoint ends with a batch:
 * the ends of all batches are its sizes, and a few more.
 */
async function earlierPartials(
  ledger: Ledger,
  whole: readonly TileName[],
  size: number,
): Promise<TileName[]> {
  const { db, place } = ledger.sequencer;
  const partial = whole.filter(({ width }) => width < TILE_WIDTH);
  const widths = partial.map(async (name) => {
    const span = TILE_WIDTH ** (name.level ?? 0);
    const before = name.index * TILE_WIDTH;
    const ends = await endsOfBatches(db, place.log, { after: before * span, to: size });
    const distinct = new Set(ends.map((end) => Math.floor(end / span) - before));
    return [...distinct]
      .filter((width) => width > 0 && width < name.width)
      .map((width) => ({ ...name, width }));
  });
  return (await Promise.all(widths)).flat();
}

/** Audits exported or mirrored files, of whatever log. Keys: those given, else the ones that lie beside the files. */
export async function auditFolder(folder: string, given: Trust = { log: [], witnesses: [] }): Promise<Audit> {
  const beside = keyLines(await readIfThere(join(folder, KEYS_FILE)));
  const log = given.log.length > 0 ? given.log : beside.flatMap((line) => parseKey(p, line) ?? []);
  return audit({
    primitives: p,
    checkpoint: await readIfThere(join(folder, "checkpoint")),
    trust: { ...given, log },
    read: (name) => readServed(folder, name),
  });
}

/** A log may drop a partial tile once the full one is there (tlog-tiles, "Partial Tiles"). */
async function readServed(folder: string, name: TileName): Promise<Uint8Array | null> {
  const exact = await readIfThere(join(folder, tilePath(name)));
  if (exact !== null || name.width === TILE_WIDTH) return exact;
  const full = await readIfThere(join(folder, tilePath({ ...name, width: TILE_WIDTH })));
  return full === null ? null : prefixOf(name.level, full, name.width);
}
