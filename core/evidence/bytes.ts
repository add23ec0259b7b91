/** Bytes and text, without a platform: strict, because two spellings of one value are two files to sign. */
const encoder = new TextEncoder();

export const utf8 = (text: string): Uint8Array => encoder.encode(text);

/** Null when the bytes are no UTF-8. */
export function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The only reason to throw: the bytes are no UTF-8.
    return null;
  }
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Not in constant time: what is compared here is public. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}

/** `value` up to 2^53 in `bytes` bytes. */
export function bigEndian(value: number, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  let rest = value;
  for (let at = bytes - 1; at >= 0; at -= 1) {
    out[at] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}

/** Null beyond 2^53. */
export function readBigEndian(bytes: Uint8Array): number | null {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return Number.isSafeInteger(value) ? value : null;
}

export const hex = (bytes: Uint8Array): string =>
  [...bytes].map((b) => b.toString(16).padStart(2, "0")).join("");

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES: ReadonlyMap<string, number> = new Map([...DIGITS].map((digit, value) => [digit, value]));

/** Two digits for every twelve bits: two are looked up for each three bytes, and not four. */
const PAIRS: readonly string[] = [...DIGITS].flatMap((high) => [...DIGITS].map((low) => high + low));
const pair = (bits: number): string => PAIRS[bits] ?? "";

export function base64(bytes: Uint8Array): string {
  const whole = bytes.length - (bytes.length % 3);
  let text = "";
  for (let at = 0; at < whole; at += 3) {
    const three = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += pair(three >> 12) + pair(three & 0xfff);
  }
  const [first, second] = bytes.subarray(whole);
  if (first === undefined) return text;
  const last = (first << 16) | ((second ?? 0) << 8);
  const tail = second === undefined ? "==" : `${DIGITS[(last >> 6) & 63]}=`;
  return text + pair(last >> 12) + tail;
}

/** Standard alphabet, padded, and the one canonical spelling; null for all else. */
export function fromBase64(text: string): Uint8Array | null {
  if (text.length % 4 !== 0) return null;
  const padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const out = new Uint8Array((text.length / 4) * 3 - padding);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const sign of padding === 0 ? text : text.slice(0, -padding)) {
    const value = VALUES.get(sign);
    if (value === undefined) return null;
    bits = ((bits << 6) | value) & 0xffffff;
    held += 6;
    if (held >= 8) {
      held -= 8;
      out[at] = (bits >> held) & 255;
      at += 1;
    }
  }
  const leftOver = bits & ((1 << held) - 1);
  return leftOver === 0 && at === out.length ? out : null;
}

/** A number as the formats write it: decimal, no sign, no leading zero, below 2^53. */
export function decimal(text: string): number | null {
  if (!/^(0|[1-9][0-9]{0,15})$/.test(text)) return null;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : null;
}
