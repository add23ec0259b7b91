import { leaf, path as naivePath, proof as naiveProof, root as naiveRoot } from "@avow/sim/model/merkle";
import { diceOf } from "@avow/sim/random";
import { expect, test } from "vitest";
import { hex, utf8 } from "./bytes.ts";
import { type Edge, EMPTY_EDGE, grow, type Tile } from "./growth.ts";
import { emptyRoot } from "./hashing.ts";
import { prefixOf, TILE_WIDTH, tilePath, tilesOf, unpackBundle } from "./layout.ts";
import { portable } from "./portable.ts";
import { proveConsistency, proveInclusion, rootOf, type Tree } from "./proofs.ts";
import { verifyConsistency, verifyInclusion } from "./verify.ts";

const p = portable;
const entryOf = (n: number): Uint8Array => utf8(`entry ${n}`);
const entries = (count: number): Uint8Array[] => Array.from({ length: count }, (_, n) => entryOf(n));

/** A log that keeps its tiles by path; appended in batches of the sizes that the dice give. */
function grown(size: number, batch: (left: number) => number) {
  const tiles = new Map<string, Uint8Array>();
  let edge: Edge = EMPTY_EDGE;
  let root = emptyRoot(p);
  let partial: readonly Tile[] = [];
  while (edge.size < size) {
    const next = grow(p, edge, entries(size).slice(edge.size, edge.size + batch(size - edge.size)));
    for (const tile of next.full) tiles.set(tilePath(tile), tile.bytes);
    ({ edge, root, partial } = next);
  }
  for (const tile of partial) tiles.set(tilePath(tile), tile.bytes);
  return { tiles, root, edge };
}

function treeOf(tiles: ReadonlyMap<string, Uint8Array>, size: number): Tree {
  return {
    primitives: p,
    size,
    readTile: async (level, index, width) => {
      const tile = tiles.get(tilePath({ level, index, width }));
      if (tile === undefined) throw new Error(`no tile ${level}/${index} of width ${width}`);
      return tile;
    },
  };
}

const SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 255, 256, 257, 513, 1000, 4096, 4097];

test.each(SIZES)(
  "a log of %i entries: root, every proof shape, tiles, as the naive model has them",
  async (size) => {
    const dice = diceOf(size + 1);
    const { tiles, root } = grown(size, (left) => dice.int(1, left));
    const leaves = entries(size).map(leaf);
    const tree = treeOf(tiles, size);
    expect(hex(root)).toBe(hex(naiveRoot(leaves)));
    expect(hex(await rootOf(tree))).toBe(hex(root));
    expect([...tiles.keys()].sort()).toEqual(tilesOf(size).map(tilePath).sort());
    const picks =
      size <= 33
        ? [...leaves.keys()]
        : [0, size - 1, ...Array.from({ length: 4 }, () => dice.int(0, size - 1))];
    for (const index of picks) {
      const proof = await proveInclusion(tree, index);
      expect(proof.map(hex)).toEqual(naivePath(index, leaves).map(hex));
      const own = leaves[index] ?? root;
      expect(verifyInclusion(p, { index, size, leaf: own, root, proof })).toBe(true);
      expect(verifyInclusion(p, { index: index + 1, size, leaf: own, root, proof })).toBe(false);
    }
    for (const oldSize of [...picks, size]) {
      const proof = await proveConsistency(tree, oldSize);
      const oldRoot = naiveRoot(leaves.slice(0, oldSize));
      if (oldSize > 0) expect(proof.map(hex)).toEqual(naiveProof(oldSize, leaves).map(hex));
      expect(verifyConsistency(p, { oldSize, newSize: size, oldRoot, newRoot: root, proof })).toBe(true);
      if (oldSize > 0 && oldSize < size)
        expect(verifyConsistency(p, { oldSize, newSize: size, oldRoot: root, newRoot: root, proof })).toBe(
          false,
        );
    }
  },
);

test("65,536 entries fill one tile of the second level, and one more starts the row again", async () => {
  const { tiles, root } = grown(65_537, (left) => Math.min(left, 5000));
  const leaves = entries(65_537).map(leaf);
  const atPower = treeOf(
    new Map([...tiles, ["tile/2/000.p/1", tiles.get("tile/2/000.p/1") ?? root]]),
    65_536,
  );
  expect(hex(await rootOf(atPower))).toBe(hex(naiveRoot(leaves.slice(0, 65_536))));
  const tree = treeOf(tiles, 65_537);
  expect(hex(root)).toBe(hex(naiveRoot(leaves)));
  for (const index of [0, 255, 256, 65_535, 65_536]) {
    const proof = await proveInclusion(tree, index);
    expect(proof.map(hex)).toEqual(naivePath(index, leaves).map(hex));
    expect(verifyInclusion(p, { index, size: 65_537, leaf: leaf(entryOf(index)), root, proof })).toBe(true);
  }
  const proof = await proveConsistency(tree, 65_536);
  expect(proof.map(hex)).toEqual(naiveProof(65_536, leaves).map(hex));
  expect(tiles.get("tile/1/000")?.length).toBe(8192);
}, 60_000);

test("batches of any size give the same log", () => {
  const dice = diceOf(7);
  const one = grown(1500, () => 1500);
  const many = grown(1500, (left) => dice.int(1, Math.min(left, 90)));
  expect(hex(many.root)).toBe(hex(one.root));
  expect([...many.tiles].map(([path, bytes]) => [path, hex(bytes)]).sort()).toEqual(
    [...one.tiles].map(([path, bytes]) => [path, hex(bytes)]).sort(),
  );
});

test("the partial tile of an earlier size is a prefix of every later one", () => {
  const early = grown(300, () => 300);
  const late = grown(500, () => 500);
  for (const level of [null, 0] as const) {
    const name = { level, index: 1 };
    const wide = late.tiles.get(tilePath({ ...name, width: 500 - TILE_WIDTH })) ?? new Uint8Array();
    const cut = prefixOf(level, wide, 44) ?? new Uint8Array();
    expect(hex(cut)).toBe(hex(early.tiles.get(tilePath({ ...name, width: 44 })) ?? new Uint8Array()));
    expect(prefixOf(level, wide, 245)).toBeNull();
  }
  expect(unpackBundle(early.tiles.get("tile/entries/001.p/44") ?? new Uint8Array(), 44)?.length).toBe(44);
});
