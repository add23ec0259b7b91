/** Logs and witnesses for tests: they sign with keys made from a number. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, utf8 } from "../bytes.ts";
import { type Checkpoint, formatCheckpoint } from "../checkpoint.ts";
import { COSIGNATURE, cosignedMessage, timestamped } from "../cosignature.ts";
import { EMPTY_EDGE, grow } from "../growth.ts";
import { tilePath } from "../layout.ts";
import { formatNote, keyOf, LOG_SIGNATURE, type NoteKey, type NoteSignature } from "../note.ts";
import { portable } from "../portable.ts";
import type { Tree } from "../proofs.ts";

export interface Signer {
  readonly key: NoteKey;
  sign(text: string): NoteSignature;
}

const secretOf = (seed: number): Uint8Array => new Uint8Array(32).fill(seed);

export function logSigner(name: string, seed: number): Signer {
  const secret = secretOf(seed);
  const key = keyOf(portable, name, LOG_SIGNATURE, ed25519.getPublicKey(secret));
  return { key, sign: (text) => ({ name, id: key.id, bytes: ed25519.sign(utf8(text), secret) }) };
}

export function witnessSigner(name: string, seed: number, at: number): Signer {
  const secret = secretOf(seed);
  const key = keyOf(portable, name, COSIGNATURE, ed25519.getPublicKey(secret));
  const sign = (text: string): NoteSignature => ({
    name,
    id: key.id,
    bytes: timestamped(at, ed25519.sign(cosignedMessage(text, at), secret)),
  });
  return { key, sign };
}

export function signedBy(checkpoint: Checkpoint, signers: readonly Signer[]): Uint8Array {
  const text = formatCheckpoint(checkpoint);
  return utf8(formatNote({ text, signatures: signers.map((s) => s.sign(text)) }));
}

export interface TestLog {
  readonly root: Uint8Array;
  readonly tree: Tree;
}

export function logOf(entries: readonly Uint8Array[]): TestLog {
  const { root, full, partial } = grow(portable, EMPTY_EDGE, entries);
  const tiles = new Map([...full, ...partial].map((tile) => [tilePath(tile), tile.bytes]));
  const readTile: Tree["readTile"] = async (level, index, width) =>
    tiles.get(tilePath({ level, index, width })) ?? concat([]);
  return { root, tree: { primitives: portable, size: entries.length, readTile } };
}
