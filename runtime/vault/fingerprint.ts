/**
 * Keyed names of very many short values at once (spec/suppression.md, "Names"): one call of the cipher for all of them, where an HMAC each took
 * seven times as long as the rows themselves. A value of up to 15 ASCII characters is one block, its length before it; any other is its hash,
 * cut, behind 255. The name is the block encrypted under AES-256, XOR the block: nobody gets from a name to its value, not even with the key,
 * but by trying values.
 */
import { createCipheriv, hash, type KeyObject } from "node:crypto";

export const FINGERPRINT_BYTES = 16;
const HASHED = 255;

export function fingerprintsUnder(key: KeyObject, values: readonly string[]): Buffer {
  const blocks = Buffer.alloc(values.length * FINGERPRINT_BYTES);
  for (const [i, value] of values.entries()) writeBlock(blocks, i * FINGERPRINT_BYTES, value);
  const names = createCipheriv("aes-256-ecb", key, null).setAutoPadding(false).update(blocks);
  for (let i = 0; i < names.length; i += 1) names[i] = (names[i] ?? 0) ^ (blocks[i] ?? 0);
  return names;
}

function writeBlock(blocks: Buffer, at: number, value: string): void {
  if (value.length < FINGERPRINT_BYTES) {
    let i = 0;
    for (; i < value.length; i += 1) {
      const code = value.charCodeAt(i);
      if (code > 127) break;
      blocks[at + 1 + i] = code;
    }
    if (i === value.length) {
      blocks[at] = value.length;
      return;
    }
  }
  blocks[at] = HASHED;
  blocks.set(hash("sha256", value, "buffer").subarray(0, FINGERPRINT_BYTES - 1), at + 1);
}
