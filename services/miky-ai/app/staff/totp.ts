/** Codes of a second factor (RFC 6238): six digits, new every half minute, one before and one after are taken as well. */
import { createHmac, timingSafeEqual } from "node:crypto";

export const STEP_MS = 30_000;
const DIGITS = 6;

/** `secret` as an authenticator app takes it, but in hexadecimal. */
export function codeAt(secret: string, at: Date, steps = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at.getTime() / STEP_MS) + steps));
  const mac = createHmac("sha1", Buffer.from(secret, "hex")).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  return String((mac.readUInt32BE(offset) & 0x7fff_ffff) % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** The half minute that the code is of, counted since 1970; the latest one where it is of several, null where of none. */
export function stepOf(secret: string, code: string, at: Date): number | null {
  const given = Buffer.from(code);
  if (given.length !== DIGITS) return null;
  const steps = [1, 0, -1].find((s) => timingSafeEqual(Buffer.from(codeAt(secret, at, s)), given));
  return steps === undefined ? null : Math.floor(at.getTime() / STEP_MS) + steps;
}
