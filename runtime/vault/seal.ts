/**
 * Seals small records of Avow's own (captured keys, identities of open requests) under a key of the installation. A first cut: one
 * root key, a subkey per use. The vault with keys per person replaces what is behind this port.
 * Format: 1 byte version, 12 bytes nonce, ciphertext, 16 bytes tag (AES-256-GCM); the purpose is authenticated with it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from "node:crypto";
import { fingerprintsUnder } from "./fingerprint.ts";

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Fresh random bytes, drawn for many nonces at once: one draw costs more than the cipher. None is handed out twice. */
const NONCES_A_DRAW = 256;
let drawn = Buffer.alloc(0);
function nextNonce(): Buffer {
  if (drawn.length < NONCE_BYTES) drawn = randomBytes(NONCE_BYTES * NONCES_A_DRAW);
  const nonce = drawn.subarray(0, NONCE_BYTES);
  drawn = drawn.subarray(NONCE_BYTES);
  return nonce;
}

export interface Sealer {
  /** `plain`: bytes, or text as UTF-8. `room`: where to put it. */
  seal(purpose: string, plain: Uint8Array | string, room?: (bytes: number) => Buffer): Uint8Array;
  /** Throws when the bytes were changed, or sealed for another purpose or key. */
  open(purpose: string, sealed: Uint8Array): Uint8Array;
  /** A keyed name for a value: equal values have equal names, and only under this key. 32 bytes, hex. */
  nameOf(purpose: string, value: string): string;
  /** Keyed names of many values, 16 bytes each, one after another. Purposes are few: each has a key of its own, which is kept. */
  fingerprints(purpose: string, values: readonly string[]): Buffer;
}

export function createSealer(rootKey: Uint8Array): Sealer {
  if (rootKey.length !== 32) throw new Error("the root key must have 32 bytes");
  // As a key object: a raw key is made into one at every use, which costs more than the cipher.
  const subkey = (use: string): KeyObject =>
    createSecretKey(Buffer.from(hkdfSync("sha256", rootKey, "", `avow/${use}`, 32)));
  // Each made when it is first needed: a key of a log's subject only ever seals.
  let sealing: KeyObject | null = null;
  const sealingKey = (): KeyObject => (sealing ??= subkey("seal"));
  let naming: KeyObject | null = null;
  const printing = new Map<string, KeyObject>();
  const printingKey = (purpose: string): KeyObject => {
    const key = printing.get(purpose) ?? subkey(`fingerprint/${purpose}`);
    printing.set(purpose, key);
    return key;
  };
  return {
    seal(purpose, plain, room = Buffer.allocUnsafe) {
      const nonce = nextNonce();
      const cipher = createCipheriv("aes-256-gcm", sealingKey(), nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(purpose));
      const hidden = typeof plain === "string" ? cipher.update(plain, "utf8") : cipher.update(plain);
      // A stream cipher has given everything by now; what is left is its tag.
      cipher.final();
      const sealed = room(1 + NONCE_BYTES + hidden.length + TAG_BYTES);
      sealed[0] = VERSION;
      sealed.set(nonce, 1);
      sealed.set(hidden, 1 + NONCE_BYTES);
      sealed.set(cipher.getAuthTag(), 1 + NONCE_BYTES + hidden.length);
      return sealed;
    },
    open(purpose, sealed) {
      if (sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES)
        throw new Error("this is no sealed record of this version");
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.length);
      const decipher = createDecipheriv("aes-256-gcm", sealingKey(), bytes.subarray(1, 1 + NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      decipher.setAAD(Buffer.from(purpose));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const plain = decipher.update(bytes.subarray(1 + NONCE_BYTES, -TAG_BYTES));
      // A stream cipher has given everything by now; here it says whether any of it may be believed.
      const rest = decipher.final();
      return rest.length === 0 ? plain : Buffer.concat([plain, rest]);
    },
    nameOf(purpose, value) {
      naming ??= subkey("name");
      return createHmac("sha256", naming).update(`${purpose}\0${value}`).digest("hex");
    },
    fingerprints: (purpose, values) => fingerprintsUnder(printingKey(purpose), values),
  };
}
