/** HMAC over parts that can not run into each other (spec/evidence-log.md, `lp`). */
import type { Primitives } from "./primitives.ts";

const encoder = new TextEncoder();
/** A character of a string has at most three bytes in UTF-8. */
const UTF8_BYTES_MAX = 3;
const LENGTH_BYTES = 4;
/** Three are made for every entry: a buffer for each costs as much as its hash. */
const scratch = new Uint8Array(4096);

/** Each part behind its length in bytes: four, big-endian. */
export function macOf(p: Primitives, key: Uint8Array, parts: readonly string[]): Uint8Array {
  const most = parts.reduce((n, part) => n + LENGTH_BYTES + part.length * UTF8_BYTES_MAX, 0);
  const whole = most > scratch.length ? new Uint8Array(most) : scratch;
  let at = 0;
  for (const part of parts) {
    const from = at + LENGTH_BYTES;
    const length = writeText(part, whole, from);
    whole[at] = length >>> 24;
    whole[at + 1] = length >>> 16;
    whole[at + 2] = length >>> 8;
    whole[at + 3] = length;
    at = from + length;
  }
  return p.hmacSha256(key, whole.subarray(0, at));
}

/** Gives the number of bytes. What is ASCII, and most is, needs no encoder. */
function writeText(text: string, into: Uint8Array, from: number): number {
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return encoder.encodeInto(text, into.subarray(from)).written;
    into[from + i] = code;
  }
  return text.length;
}
