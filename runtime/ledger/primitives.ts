/** The log's primitives by Node itself: three to five times faster than the portable ones of core/evidence. */
import { createPublicKey, hash, type KeyObject, verify } from "node:crypto";
import type { Primitives } from "@avow/core/evidence/primitives";

/** What stands before the 32 bytes of an Ed25519 key in SubjectPublicKeyInfo (RFC 8410). */
const SPKI_HEAD = Buffer.from("302a300506032b6570032100", "hex");
const KEY_BYTES = 32;

export const nodePrimitives: Primitives = {
  sha256,
  hmacSha256,
  verifyEd25519(publicKey, message, signature) {
    if (publicKey.length !== KEY_BYTES) return false;
    try {
      return verify(null, message, publicKeyOf(publicKey), signature);
    } catch {
      // OpenSSL throws on bytes that are no point of the curve: not a signature of this key.
      return false;
    }
  },
};

/** As text of single bytes and back: a buffer made by the hash itself takes twice as long. */
function sha256(bytes: Uint8Array): Buffer {
  return Buffer.from(hash("sha256", bytes, "binary"), "binary");
}

const BLOCK_BYTES = 64;
const HASH_BYTES = 32;
/** Most of what is committed to is shorter; what is not gets a buffer of its own. */
const SCRATCH_BYTES = 4096;
const innerScratch = Buffer.alloc(SCRATCH_BYTES);
const outer = Buffer.alloc(BLOCK_BYTES + HASH_BYTES);

/**
 * RFC 2104 over the one-shot hash. Most keys here are used once, and `createHmac` makes a key object of each, which takes seven times as
 * long. The vectors of Wycheproof are run over it (primitives.test.ts).
 */
function hmacSha256(key: Uint8Array, bytes: Uint8Array): Uint8Array {
  const short = key.length > BLOCK_BYTES ? sha256(key) : key;
  const length = BLOCK_BYTES + bytes.length;
  const inner = length > SCRATCH_BYTES ? Buffer.alloc(length) : innerScratch;
  for (let at = 0; at < BLOCK_BYTES; at += 1) {
    const byte = short[at] ?? 0;
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  }
  inner.set(bytes, BLOCK_BYTES);
  outer.write(hash("sha256", inner.subarray(0, length), "binary"), BLOCK_BYTES, "binary");
  const mac = sha256(outer);
  // Keys are not left lying in what outlives the call.
  inner.fill(0, 0, length);
  outer.fill(0);
  return mac;
}

export const publicKeyOf = (bytes: Uint8Array): KeyObject =>
  createPublicKey({ key: Buffer.concat([SPKI_HEAD, bytes]), format: "der", type: "spki" });
