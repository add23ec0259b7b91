/** Makes proofs and roots from tiles, wherever they come from. */
import { assert } from "../terms/assert.ts";
import { emptyRoot, nodeHash, splitOf } from "./hashing.ts";
import { hashAt, TILE_HEIGHT, TILE_WIDTH, widthIn } from "./layout.ts";
import { HASH_BYTES, type Primitives } from "./primitives.ts";

/** Gives a hash tile at least `width` hashes wide. Throws when there is none: a log without its tiles proves nothing. */
export type ReadTile = (level: number, index: number, width: number) => Promise<Uint8Array>;

export interface Tree {
  readonly primitives: Primitives;
  readonly size: number;
  readonly readTile: ReadTile;
}

export async function rootOf(tree: Tree): Promise<Uint8Array> {
  return tree.size === 0 ? emptyRoot(tree.primitives) : rangeHash(tree, 0, tree.size);
}

/** From the leaf's sibling up. */
export async function proveInclusion(tree: Tree, index: number): Promise<Uint8Array[]> {
  assert(index >= 0 && index < tree.size, "the entry is in the tree");
  const path: Uint8Array[] = [];
  let [from, to] = [0, tree.size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (index < middle) {
      path.unshift(await rangeHash(tree, middle, to));
      to = middle;
    } else {
      path.unshift(await rangeHash(tree, from, middle));
      from = middle;
    }
  }
  return path;
}

/** RFC 6962, 2.1.2: from the tree of the first `oldSize` entries to this one. */
export async function proveConsistency(tree: Tree, oldSize: number): Promise<Uint8Array[]> {
  assert(oldSize >= 0 && oldSize <= tree.size, "the old tree is a part of this one");
  if (oldSize === 0 || oldSize === tree.size) return [];
  const path: Uint8Array[] = [];
  let [from, to] = [0, tree.size];
  let isOldRoot = true;
  while (oldSize !== to) {
    const middle = from + splitOf(to - from);
    if (oldSize <= middle) {
      path.unshift(await rangeHash(tree, middle, to));
      to = middle;
    } else {
      path.unshift(await rangeHash(tree, from, middle));
      from = middle;
      isOldRoot = false;
    }
  }
  return isOldRoot ? path : [await rangeHash(tree, from, to), ...path];
}

/** The hash over the entries from `from` to before `to`, where `from` is what RFC 6962 lets it be. */
async function rangeHash(tree: Tree, from: number, to: number): Promise<Uint8Array> {
  const count = to - from;
  const height = Math.log2(nextPower(count));
  if (2 ** height === count) return nodeAt(tree, height, from / count);
  const middle = from + splitOf(count);
  const [left, right] = [await rangeHash(tree, from, middle), await rangeHash(tree, middle, to)];
  return nodeHash(tree.primitives, left, right);
}

const nextPower = (count: number): number => (count <= 1 ? 1 : splitOf(count) * 2);

/** A node over 2^height leaves: a hash of a tile, or hashed up from a few of them. */
async function nodeAt(
  { primitives, size, readTile }: Tree,
  height: number,
  index: number,
): Promise<Uint8Array> {
  const level = Math.floor(height / TILE_HEIGHT);
  const span = 2 ** (height % TILE_HEIGHT);
  const tileIndex = Math.floor((index * span) / TILE_WIDTH);
  const at = (index * span) % TILE_WIDTH;
  const width = widthIn(size, { level, index: tileIndex });
  const tile = await readTile(level, tileIndex, width);
  assert(tile.length >= width * HASH_BYTES && at + span <= width, "tiles are as wide as the tree says");
  return perfectRoot(
    primitives,
    Array.from({ length: span }, (_, i) => hashAt(tile, at + i)),
  );
}

/** The root over a power of two of hashes. */
export function perfectRoot(primitives: Primitives, hashes: readonly Uint8Array[]): Uint8Array {
  let row = hashes;
  while (row.length > 1) {
    const above: Uint8Array[] = [];
    for (let i = 0; i + 1 < row.length; i += 2) {
      const [left, right] = row.slice(i, i + 2);
      if (left !== undefined && right !== undefined) above.push(nodeHash(primitives, left, right));
    }
    row = above;
  }
  const [root] = row;
  assert(root !== undefined, "there is at least one hash");
  return root;
}
