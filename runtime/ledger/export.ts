/** A log as files: what is served, at one moment, for whoever audits it (`checkpoint`, `tile/…`, and the verifier keys beside it). */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { utf8 } from "@avow/core/evidence/bytes";
import { tilePath, tilesOf } from "@avow/core/evidence/layout";
import { formatKey, type NoteKey, parseKey } from "@avow/core/evidence/note";
import { type Audit, audit, keyLines } from "./audit.ts";
import { readIfThere, writeDurably } from "./durable.ts";
import type { Ledger } from "./ledger.ts";
import { nodePrimitives as p } from "./primitives.ts";
import { latestCheckpoint } from "./receipts.ts";
import { LogDamaged, tileReader } from "./tiles.ts";

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
  await mkdir(folder, { recursive: true });
  const names = tilesOf(published.size);
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

/** Audits exported or mirrored files, of whatever log. Keys: those given, else the ones that lie beside the files. */
export async function auditFolder(
  folder: string,
  given: readonly NoteKey[],
  witnesses: readonly NoteKey[] = [],
): Promise<Audit> {
  const beside = keyLines(await readIfThere(join(folder, KEYS_FILE)));
  const log = given.length > 0 ? given : beside.flatMap((line) => parseKey(p, line) ?? []);
  return audit({
    primitives: p,
    checkpoint: await readIfThere(join(folder, "checkpoint")),
    trust: { log, witnesses },
    read: (name) => readIfThere(join(folder, tilePath(name))),
  });
}
