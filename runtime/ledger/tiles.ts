/** Tiles and bundles: full ones are files, and never rows; partial ones are rows (spec/evidence-log.md, "How it is written"). */
import { join } from "node:path";
import { type Edge, EMPTY_EDGE, hashesOf, type Tile } from "@avow/core/evidence/growth";
import {
  prefixOf,
  TILE_WIDTH,
  type TileName,
  tilePath,
  unpackBundle,
  widthIn,
} from "@avow/core/evidence/layout";
import type { ReadTile } from "@avow/core/evidence/proofs";
import type { Database } from "../store/database.ts";
import { readIfThere, writeDurably } from "./durable.ts";

/** How rows name the bundles. */
const BUNDLES = -1;
export const rowLevel = (level: number | null): number => level ?? BUNDLES;
export const levelOf = (row: number): number | null => (row === BUNDLES ? null : row);

/** The log is not as it was written: a tile is gone, or is not what it was. */
export class LogDamaged extends Error {
  override readonly name = "LogDamaged";
}

/** The widest wins: partial tiles only grow. */
export async function saveTiles(tx: Database, log: string, tiles: readonly Tile[]): Promise<void> {
  if (tiles.length === 0) return;
  const rows = tiles.map((t) => ({
    ...{ log, level: rowLevel(t.level), n: t.index, width: t.width },
    bytes: Buffer.from(t.bytes),
  }));
  await tx
    .insertInto("ledger_tiles")
    .values(rows)
    .onConflict((c) =>
      c
        .columns(["log", "level", "n"])
        .doUpdateSet((e) => ({ width: e.ref("excluded.width"), bytes: e.ref("excluded.bytes") })),
    )
    .execute();
}

/** What of the right edge is not full yet, at this size or at that before the last batch. */
export async function readEdge(db: Database, log: string, size: number): Promise<Edge> {
  if (size === 0) return EMPTY_EDGE;
  const rows = await db
    .selectFrom("ledger_tiles")
    .select(["level", "n", "width", "bytes"])
    .where("log", "=", log)
    .where("width", "<", TILE_WIDTH)
    .execute();
  const at = (level: number | null): Uint8Array | null => {
    const index = Math.floor(size / TILE_WIDTH ** ((level ?? 0) + 1));
    const width = widthIn(size, { level, index });
    const row = rows.find((r) => r.level === rowLevel(level) && Number(r.n) === index);
    if (width === 0) return null;
    if (row === undefined || row.width < width)
      throw new LogDamaged(`the partial tile ${tilePath({ level, index, width })} is not there`);
    const bytes = prefixOf(level, row.bytes, width);
    if (bytes === null) throw new LogDamaged(`the ${called(level)} can not be read`);
    return bytes;
  };
  const levels: Uint8Array[][] = [];
  for (let level = 0; TILE_WIDTH ** level <= size; level += 1) {
    const tile = at(level);
    levels.push(tile === null ? [] : hashesOf(tile));
  }
  const bundle = at(null);
  const entries = bundle === null ? [] : unpackBundle(bundle, size % TILE_WIDTH);
  if (entries === null) throw new LogDamaged(`the ${called(null)} can not be read`);
  return { size, levels, entries };
}

const called = (level: number | null): string =>
  level === null ? "partial bundle of entries" : `partial tile of level ${level}`;

export const writeFull = (folder: string, tiles: readonly Omit<Tile, "width">[]): Promise<void> =>
  writeDurably(
    folder,
    tiles.map((t) => ({ path: tilePath({ ...t, width: TILE_WIDTH }), bytes: t.bytes })),
  );

export interface TileReader {
  /** As wide as asked, or null: nothing beyond a tree of `size` is ever given. */
  read(name: TileName, size: number): Promise<Uint8Array | null>;
}

/** Files first: the database is asked only for what is not full. */
export function tileReader(db: Database, log: string, folder: string): TileReader {
  return {
    async read(name, size) {
      if (widthIn(size, name) < name.width) return null;
      // A tile that fills up while we look is a file before its row goes: the second look finds it.
      return (
        (await fromFile(folder, name)) ?? (await fromRow(db, log, name)) ?? (await fromFile(folder, name))
      );
    },
  };
}

async function fromFile(folder: string, name: TileName): Promise<Uint8Array | null> {
  const file = await readIfThere(join(folder, tilePath({ ...name, width: TILE_WIDTH })));
  return file === null ? null : prefixOf(name.level, file, name.width);
}

async function fromRow(db: Database, log: string, name: TileName): Promise<Uint8Array | null> {
  const row = await db
    .selectFrom("ledger_tiles")
    .select("bytes")
    .where("log", "=", log)
    .where("level", "=", rowLevel(name.level))
    .where("n", "=", String(name.index))
    .where("width", ">=", name.width)
    .executeTakeFirst();
  return row === undefined ? null : prefixOf(name.level, row.bytes, name.width);
}

/** For proofs: a tile that is not there is damage. */
export const readTileOf =
  (reader: TileReader, size: number): ReadTile =>
  async (level, index, width) => {
    const tile = await reader.read({ level, index, width }, size);
    if (tile === null) throw new LogDamaged(`the tile ${tilePath({ level, index, width })} is not there`);
    return tile;
  };
