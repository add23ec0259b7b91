/** The primitives without any platform: runs in a browser as in Node. Three to five times slower than Node's own. */
import { ed25519 } from "@noble/curves/ed25519.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256 } from "@noble/hashes/sha2.js";
import type { Primitives } from "./primitives.ts";

export const portable: Primitives = {
  sha256: (bytes) => sha256(bytes),
  hmacSha256: (key, bytes) => hmac(sha256, key, bytes),
  verifyEd25519(publicKey, message, signature) {
    try {
      // RFC 8032 as OpenSSL does it, not the looser ZIP-215: the two must agree on every signature.
      return ed25519.verify(signature, message, publicKey, { zip215: false });
    } catch {
      // The library throws on wrong lengths and on points that are none: not a signature of this key.
      return false;
    }
  },
};
