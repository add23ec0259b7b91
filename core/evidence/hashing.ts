/** RFC 6962, 2.1: leaves and nodes are hashed under different first bytes, so that a node can not pass for a leaf. */
import type { Primitives } from "./primitives.ts";

const LEAF = 0;
const NODE = 1;
/** Two are made for every entry: a buffer for each costs more than its hash. */
const scratch = new Uint8Array(4096);

export function leafHash(p: Primitives, entry: Uint8Array): Uint8Array {
  const length = 1 + entry.length;
  const whole = length > scratch.length ? new Uint8Array(length) : scratch;
  whole[0] = LEAF;
  whole.set(entry, 1);
  return p.sha256(whole.subarray(0, length));
}

export function nodeHash(p: Primitives, left: Uint8Array, right: Uint8Array): Uint8Array {
  scratch[0] = NODE;
  scratch.set(left, 1);
  scratch.set(right, 1 + left.length);
  return p.sha256(scratch.subarray(0, 1 + left.length + right.length));
}

export const emptyRoot = (p: Primitives): Uint8Array => p.sha256(new Uint8Array());

/** The largest power of two below `size` (which is 2 or more): where a tree splits. */
export function splitOf(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}
