/**
 * Verifies inclusion and consistency proofs (RFC 9162, 2.1.3.2 and 2.1.4.2, which RFC 6962 leaves to the reader). Whatever is wrong with
 * the input is `false`, wrong lengths included.
 */
import { sameBytes } from "./bytes.ts";
import { emptyRoot, nodeHash } from "./hashing.ts";
import { HASH_BYTES, type Primitives } from "./primitives.ts";

/** A tree of 2^53 leaves has no longer path. */
export const PROOF_HASHES_MAX = 63;

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly root: Uint8Array;
  /** From the leaf's sibling up. */
  readonly proof: readonly Uint8Array[];
}

export function verifyInclusion(p: Primitives, input: Inclusion): boolean {
  const { index, size, leaf, root, proof } = input;
  if (!isCount(index) || !isCount(size) || index >= size) return false;
  if (!areHashes([leaf, root]) || !areHashes(proof)) return false;
  let path = climb(index, size - 1);
  let hash = leaf;
  for (const sibling of proof) {
    if (path.last === 0) return false;
    if (path.at % 2 === 1 || path.at === path.last) {
      hash = nodeHash(p, sibling, hash);
      path = skipLevels(path);
    } else hash = nodeHash(p, hash, sibling);
    path = up(path);
  }
  return path.last === 0 && sameBytes(hash, root);
}

export interface Consistency {
  readonly oldSize: number;
  readonly newSize: number;
  readonly oldRoot: Uint8Array;
  readonly newRoot: Uint8Array;
  readonly proof: readonly Uint8Array[];
}

export function verifyConsistency(p: Primitives, input: Consistency): boolean {
  const { oldSize, newSize, oldRoot, newRoot, proof } = input;
  if (!isCount(oldSize) || !isCount(newSize) || oldSize > newSize) return false;
  if (oldSize === 0 && !sameBytes(oldRoot, emptyRoot(p))) return false;
  // The same statement twice, whatever its root is made of.
  if (oldSize === newSize) return proof.length === 0 && sameBytes(oldRoot, newRoot);
  if (!areHashes([oldRoot, newRoot]) || !areHashes(proof)) return false;
  // Everything continues the empty tree.
  if (oldSize === 0) return proof.length === 0;
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : proof;
  if (first === undefined || proof.length === 0) return false;
  return chainBoth(p, { ...input, proof: rest }, first);
}

/** Climbs once and builds both roots on the way. */
function chainBoth(
  p: Primitives,
  { oldSize, newSize, oldRoot, newRoot, proof }: Consistency,
  first: Uint8Array,
) {
  let path = climb(oldSize - 1, newSize - 1);
  while (path.at % 2 === 1) path = up(path);
  let before = first;
  let after = first;
  for (const sibling of proof) {
    if (path.last === 0) return false;
    if (path.at % 2 === 1 || path.at === path.last) {
      before = nodeHash(p, sibling, before);
      after = nodeHash(p, sibling, after);
      path = skipLevels(path);
    } else after = nodeHash(p, after, sibling);
    path = up(path);
  }
  return path.last === 0 && sameBytes(before, oldRoot) && sameBytes(after, newRoot);
}

/** Where we are on a level, and the last node of that level. */
interface Path {
  readonly at: number;
  readonly last: number;
}

const climb = (at: number, last: number): Path => ({ at, last });
const up = ({ at, last }: Path): Path => ({ at: Math.floor(at / 2), last: Math.floor(last / 2) });

/** The right edge has no sibling on levels where it is the only child. */
function skipLevels(path: Path): Path {
  let p = path;
  while (p.at % 2 === 0 && p.at !== 0) p = up(p);
  return p;
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 0;
/** `Math.log2` rounds near 2^50 and would take neighbours for powers. */
function isPowerOfTwo(n: number): boolean {
  let k = 1;
  while (k < n) k *= 2;
  return k === n;
}

const areHashes = (list: readonly Uint8Array[]): boolean =>
  list.length <= PROOF_HASHES_MAX && list.every((h) => h.length === HASH_BYTES);
