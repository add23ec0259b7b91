/** Tiles and entry bundles: their paths and shapes (spec/evidence-log.md, "Tree, tiles, bundles"). */
import { assert } from "../terms/assert.ts";
import { decimal } from "./bytes.ts";
import { HASH_BYTES } from "./primitives.ts";

/** Hashes in a full tile, entries in a full bundle. */
export const TILE_WIDTH = 256;
export const TILE_HEIGHT = 8;
export const ENTRY_BYTES_MAX = 65_535;
/** What stands before an entry in a bundle, big-endian. */
const LENGTH_BYTES = 2;

/** `level` null: the entry bundles. */
export interface TileName {
  readonly level: number | null;
  readonly index: number;
  /** 1 to 256; 256 is a full one. */
  readonly width: number;
}

const LEVEL_MAX = 63;

export function tilePath({ level, index, width }: TileName): string {
  assert(width >= 1 && width <= TILE_WIDTH, "a tile holds 1 to 256 hashes");
  const groups: string[] = [];
  for (let rest = index; ; rest = Math.floor(rest / 1000)) {
    groups.unshift(`${groups.length === 0 ? "" : "x"}${String(rest % 1000).padStart(3, "0")}`);
    if (rest < 1000) break;
  }
  const partial = width === TILE_WIDTH ? "" : `.p/${width}`;
  return `tile/${level ?? "entries"}/${groups.join("/")}${partial}`;
}

const PATH = /^tile\/(entries|\d+)\/((?:x\d{3}\/)*\d{3})(?:\.p\/(\d+))?$/;

/** Null for every path that is not the one spelling of a tile. */
export function parseTilePath(path: string): TileName | null {
  const [, where = "", groups = "", partial] = PATH.exec(path) ?? [];
  const level = where === "entries" ? null : decimal(where);
  const index = Number(groups.replaceAll(/[x/]/g, ""));
  const width = partial === undefined ? TILE_WIDTH : (decimal(partial) ?? 0);
  if (groups === "" || (where !== "entries" && (level === null || level > LEVEL_MAX))) return null;
  if (!Number.isSafeInteger(index) || width < 1 || (partial !== undefined && width >= TILE_WIDTH))
    return null;
  const name = { level, index, width };
  return tilePath(name) === path ? name : null;
}

/** How many of the level's hashes a tree of this size has: all of its full tiles, and the partial one. */
export const hashesAt = (size: number, level: number | null): number =>
  Math.floor(size / TILE_WIDTH ** (level ?? 0));

/** How wide the tile is in a tree of this size; 0 when it has none. */
export const widthIn = (size: number, { level, index }: Pick<TileName, "level" | "index">): number =>
  Math.max(0, Math.min(TILE_WIDTH, hashesAt(size, level) - index * TILE_WIDTH));

/** Every tile and bundle that a tree of this size consists of. */
export function tilesOf(size: number): TileName[] {
  const names: TileName[] = [];
  const levels: (number | null)[] = [null];
  for (let level = 0; hashesAt(size, level) > 0; level += 1) levels.push(level);
  for (const level of levels) {
    for (let index = 0; index * TILE_WIDTH < hashesAt(size, level); index += 1)
      names.push({ level, index, width: widthIn(size, { level, index }) });
  }
  return names;
}

export const hashAt = (tile: Uint8Array, at: number): Uint8Array =>
  tile.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES);

export function packBundle(entries: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(entries.reduce((n, entry) => n + LENGTH_BYTES + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    assert(entry.length <= ENTRY_BYTES_MAX, "the caller keeps to the limit of an entry");
    whole[at] = entry.length >>> 8;
    whole[at + 1] = entry.length;
    whole.set(entry, at + LENGTH_BYTES);
    at += LENGTH_BYTES + entry.length;
  }
  return whole;
}

/** Null when the bytes do not come out even, or hold another number of entries than `width`. */
export function unpackBundle(bytes: Uint8Array, width: number): Uint8Array[] | null {
  const entries: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    if (high === undefined || low === undefined || entries.length >= width) return null;
    const length = high * 256 + low;
    if (at + 2 + length > bytes.length) return null;
    entries.push(bytes.subarray(at + 2, at + 2 + length));
    at += 2 + length;
  }
  return entries.length === width ? entries : null;
}

/** The first `width` entries or hashes of a wider tile: what was its partial tile once. Null when it is not that wide. */
export function prefixOf(level: number | null, bytes: Uint8Array, width: number): Uint8Array | null {
  if (level !== null)
    return bytes.length >= width * HASH_BYTES ? bytes.subarray(0, width * HASH_BYTES) : null;
  let at = 0;
  for (let n = 0; n < width; n += 1) {
    const [high, low] = [bytes[at], bytes[at + 1]];
    if (high === undefined || low === undefined) return null;
    at += 2 + high * 256 + low;
  }
  return at <= bytes.length ? bytes.subarray(0, at) : null;
}
