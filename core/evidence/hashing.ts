/** RFC 6962, 2.1: leaves and nodes are hashed under different first bytes, so that a node can not pass for a leaf. */
import { concat } from "./bytes.ts";
import type { Primitives } from "./primitives.ts";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (p: Primitives, entry: Uint8Array): Uint8Array => p.sha256(concat([LEAF, entry]));

export const nodeHash = (p: Primitives, left: Uint8Array, right: Uint8Array): Uint8Array =>
  p.sha256(concat([NODE, left, right]));

export const emptyRoot = (p: Primitives): Uint8Array => p.sha256(new Uint8Array());

/** The largest power of two below `size` (which is 2 or more): where a tree splits. */
export function splitOf(size: number): number {
  let k = 1;
  while (k * 2 < size) k *= 2;
  return k;
}
