/**
 * Arrays as PostgreSQL reads them in binary: as text, one of bytes is twice as long, and is written and read digit by digit. A driver sends a
 * buffer as it is, so that these go where an array is asked for.
 */
import { BugError } from "@avow/core/terms/assert";
import type { Room } from "./memory.ts";

/** Numbers of types that no version of PostgreSQL changes (pg_type.dat). */
const UUID = 2950;
const BIGINT = 20;
const BYTEA = 17;
const TEXT = 25;

const HEAD_BYTES = 20;
const LENGTH_BYTES = 4;
const UUID_BYTES = 16;
const BIGINT_BYTES = 8;
const NULL = -1;
const fresh: Room = (bytes) => Buffer.allocUnsafe(bytes);

/** One dimension, counted from 1. */
function head(room: Room, type: number, elements: number, bytes: number): Buffer {
  const whole = room(HEAD_BYTES + elements * LENGTH_BYTES + bytes);
  whole.writeInt32BE(1, 0);
  whole.writeInt32BE(1, 4);
  whole.writeInt32BE(type, 8);
  whole.writeInt32BE(elements, 12);
  whole.writeInt32BE(1, 16);
  return whole;
}

export function uuidArray(ids: readonly string[], room: Room = fresh): Buffer {
  const whole = head(room, UUID, ids.length, ids.length * UUID_BYTES);
  let at = HEAD_BYTES;
  for (const id of ids) {
    at = whole.writeInt32BE(UUID_BYTES, at);
    at = writeUuid(whole, at, id);
  }
  return whole;
}

const HYPHEN = 45;
/** More than any digit: with it, what is written is more than a byte. */
const NONE = 256;
/** By the code of the digit, in small letters and in capitals. */
const DIGITS = Uint16Array.from({ length: 103 }, (_, code) => {
  const digit = "0123456789abcdef".indexOf(String.fromCharCode(code).toLowerCase());
  return digit === -1 ? NONE : digit;
});
const digitOf = (text: string, at: number): number => DIGITS[text.charCodeAt(at)] ?? NONE;

/** Digit by digit: a text without hyphens would have to be made first. */
function writeUuid(into: Buffer, from: number, id: string): number {
  const end = from + UUID_BYTES;
  let at = from;
  for (let sign = 0; sign < id.length; sign += 2) {
    if (id.charCodeAt(sign) === HYPHEN) sign += 1;
    const byte = (digitOf(id, sign) << 4) | digitOf(id, sign + 1);
    if (byte >= NONE || at === end) throw new BugError("a text of a list of UUIDs is none");
    into[at] = byte;
    at += 1;
  }
  if (at !== end) throw new BugError("a text of a list of UUIDs is none");
  return at;
}

export function bigintArray(values: readonly (string | null)[], room: Room = fresh): Buffer {
  const present = values.reduce((n, value) => (value === null ? n : n + 1), 0);
  const whole = head(room, BIGINT, values.length, present * BIGINT_BYTES);
  let at = HEAD_BYTES;
  for (const value of values) {
    at = whole.writeInt32BE(value === null ? NULL : BIGINT_BYTES, at);
    if (value !== null) at = whole.writeBigInt64BE(BigInt(value), at);
  }
  return whole;
}

export function byteaArray(values: readonly (Uint8Array | null)[], room: Room = fresh): Buffer {
  const whole = head(
    room,
    BYTEA,
    values.length,
    values.reduce((n, value) => n + (value?.length ?? 0), 0),
  );
  let at = HEAD_BYTES;
  for (const value of values) {
    at = whole.writeInt32BE(value?.length ?? NULL, at);
    if (value === null) continue;
    whole.set(value, at);
    at += value.length;
  }
  return whole;
}

export function textArray(values: readonly string[], room: Room = fresh): Buffer {
  const whole = head(
    room,
    TEXT,
    values.length,
    values.reduce((n, value) => n + Buffer.byteLength(value), 0),
  );
  let at = HEAD_BYTES;
  for (const value of values) {
    const length = whole.write(value, at + LENGTH_BYTES, "utf8");
    whole.writeInt32BE(length, at);
    at += LENGTH_BYTES + length;
  }
  return whole;
}
