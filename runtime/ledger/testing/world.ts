/** A log for live tests: a database and a home of its own, and what must be true of it at any time. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hex } from "@avow/core/evidence/bytes";
import { type Checkpoint, openCheckpoint } from "@avow/core/evidence/checkpoint";
import { decodeEntry } from "@avow/core/evidence/entry";
import { portable } from "@avow/core/evidence/portable";
import { proveConsistency } from "@avow/core/evidence/proofs";
import { verifyConsistency } from "@avow/core/evidence/verify";
import { freshDatabase } from "@avow/provision/database";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import type { NewEntry } from "../append.ts";
import { audit } from "../audit.ts";
import { type Ledger, openLedger } from "../ledger.ts";
import { latestCheckpoint } from "../receipts.ts";
import { readTileOf, tileReader } from "../tiles.ts";

export interface World {
  readonly url: string;
  readonly home: string;
  readonly db: Database;
  readonly ledger: Ledger;
  close(): Promise<void>;
}

export const AT = new Date("2026-11-25T08:01:30Z");

export async function worldOf(postgresUrl: string): Promise<World> {
  const own = await freshDatabase(postgresUrl, "ledger");
  const home = await mkdtemp(join(tmpdir(), "avow-ledger-"));
  const db = await openDatabase(own.url);
  const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
  const ledger = await openLedger({ ...{ db, seals, home }, log: "shop", now: () => AT });
  return {
    ...{ url: own.url, home, db, ledger },
    async close() {
      await db.destroy();
      await own.drop();
      await rm(home, { recursive: true });
    },
  };
}

export const checks = (count: number): NewEntry[] =>
  Array.from({ length: count }, (_, n) => ({
    type: "check",
    subject: "service",
    body: { event: "verdict.changed", n },
  }));

export const appendTo = ({ db, ledger }: World, count: number): Promise<string[]> =>
  db.transaction().execute((tx) => ledger.append(tx, checks(count)));

/** Every id that the files hold, in order. Throws when the log is not sound. */
export async function idsIn({ db, ledger }: World): Promise<string[]> {
  const ids: string[] = [];
  const published = await latestCheckpoint(db, ledger.place);
  const reader = tileReader(db, "shop", ledger.place.files);
  const seen = await audit({
    primitives: portable,
    checkpoint: published?.bytes ?? null,
    trust: { log: await ledger.verifierKeys(), witnesses: [] },
    read: (name) => reader.read(name, published?.size ?? 0),
    onBundle: async (_, entries) => {
      ids.push(...entries.map((entry) => decodeEntry(entry)?.id ?? "unknown"));
      return [];
    },
  });
  if (!seen.ok) throw new Error(`the log is not sound: ${seen.findings.join("; ")}`);
  return ids;
}

/** Keeps every checkpoint that it is shown, and finds a fork among them. */
export class Watcher {
  readonly #world: World;
  readonly #seen = new Map<string, Checkpoint>();

  constructor(world: World) {
    this.#world = world;
  }

  /** Null: nothing is wrong. */
  async look(): Promise<string | null> {
    const { db, ledger } = this.#world;
    const published = await latestCheckpoint(db, ledger.place);
    if (published === null) return null;
    const opened = openCheckpoint(portable, published.bytes, {
      log: await ledger.verifierKeys(),
      witnesses: [],
    });
    if (!opened.ok) return opened.reason;
    this.#seen.set(`${published.size} ${hex(published.root)}`, published);
    const reader = tileReader(db, "shop", ledger.place.files);
    const tree = { primitives: portable, size: published.size, readTile: readTileOf(reader, published.size) };
    for (const old of this.#seen.values()) {
      if (old.size > published.size) return `went back from ${old.size} to ${published.size}`;
      const proof = await proveConsistency(tree, old.size);
      const { root: newRoot, size: newSize } = published;
      if (!verifyConsistency(portable, { oldSize: old.size, oldRoot: old.root, newSize, newRoot, proof }))
        return `the log of ${newSize} does not go on from the one of ${old.size}`;
    }
    return null;
  }
}
