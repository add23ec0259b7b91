/**
 * What the log needs of cryptography (spec/evidence-log.md). Handed in: a browser brings portable code, a server its faster own, and
 * the same vectors are run over both.
 */
export interface Primitives {
  /** 32 bytes. */
  sha256(bytes: Uint8Array): Uint8Array;
  /** 32 bytes. */
  hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  /** False for whatever is wrong, lengths included; never throws. */
  verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean;
}

export const HASH_BYTES = 32;
