/** Appends entries to a tree of which only the right edge is held: what a sequencer does, without where it keeps things. */
import { assert } from "../terms/assert.ts";
import { concat } from "./bytes.ts";
import { emptyRoot, leafHash, nodeHash } from "./hashing.ts";
import { hashAt, packBundle, TILE_WIDTH, type TileName } from "./layout.ts";
import { HASH_BYTES, type Primitives } from "./primitives.ts";
import { perfectRoot } from "./proofs.ts";

/** What is not full yet. */
export interface Edge {
  readonly size: number;
  /** Per tile level, the hashes of its partial tile: fewer than 256 each. */
  readonly levels: readonly (readonly Uint8Array[])[];
  /** The entries of the partial bundle. */
  readonly entries: readonly Uint8Array[];
}

export const EMPTY_EDGE: Edge = { size: 0, levels: [], entries: [] };

export interface Tile extends TileName {
  readonly bytes: Uint8Array;
}

export interface Grown {
  readonly edge: Edge;
  readonly root: Uint8Array;
  /** Tiles and bundles that became full, in the order in which they did. */
  readonly full: readonly Tile[];
  /** Every tile and bundle of the edge, as wide as it is now. */
  readonly partial: readonly Tile[];
}

export function grow(p: Primitives, edge: Edge, added: readonly Uint8Array[]): Grown {
  const levels = edge.levels.map((hashes) => [...hashes]);
  let entries = [...edge.entries];
  let size = edge.size;
  const full: Tile[] = [];
  const push = (level: number, hash: Uint8Array): void => {
    const hashes = (levels[level] ??= []);
    hashes.push(hash);
    if (hashes.length < TILE_WIDTH) return;
    const index = Math.floor((size - 1) / TILE_WIDTH ** (level + 1));
    full.push({ level, index, width: TILE_WIDTH, bytes: concat(hashes) });
    levels[level] = [];
    push(level + 1, perfectRoot(p, hashes));
  };
  for (const entry of added) {
    entries.push(entry);
    size += 1;
    push(0, leafHash(p, entry));
    if (entries.length < TILE_WIDTH) continue;
    full.push({ level: null, index: size / TILE_WIDTH - 1, width: TILE_WIDTH, bytes: packBundle(entries) });
    entries = [];
  }
  const after: Edge = { size, levels, entries };
  return { edge: after, root: edgeRoot(p, after), full, partial: partialsOf(after) };
}

export function partialsOf({ size, levels, entries }: Edge): Tile[] {
  const hashes = levels.flatMap((list, level): Tile[] => {
    const index = Math.floor(size / TILE_WIDTH ** (level + 1));
    return list.length === 0 ? [] : [{ level, index, width: list.length, bytes: concat(list) }];
  });
  if (entries.length === 0) return hashes;
  const index = Math.floor(size / TILE_WIDTH);
  return [...hashes, { level: null, index, width: entries.length, bytes: packBundle(entries) }];
}

/** The hashes of a partial tile, as an edge holds them. */
export function hashesOf(tile: Uint8Array): Uint8Array[] {
  assert(tile.length % HASH_BYTES === 0, "tiles are whole hashes");
  return Array.from({ length: tile.length / HASH_BYTES }, (_, i) => hashAt(tile, i));
}

/** A tree is a row of perfect trees, each smaller than the one before; they are hashed together from the right. */
export function edgeRoot(p: Primitives, { size, levels }: Edge): Uint8Array {
  if (size === 0) return emptyRoot(p);
  const perfect = levels.toReversed().flatMap((hashes) => {
    const roots: Uint8Array[] = [];
    let at = 0;
    for (let span = TILE_WIDTH / 2; span >= 1; span /= 2) {
      if ((hashes.length & span) === 0) continue;
      roots.push(perfectRoot(p, hashes.slice(at, at + span)));
      at += span;
    }
    return roots;
  });
  return perfect.reduceRight((right, left) => nodeHash(p, left, right));
}
