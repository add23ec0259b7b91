import { createCipheriv, createHash, createSecretKey, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { FINGERPRINT_BYTES, fingerprintsUnder } from "./fingerprint.ts";
import { createSealer } from "./seal.ts";

const raw = randomBytes(32);
const key = createSecretKey(raw);

/** As the spec says it, one value at a time. */
function byTheSpec(value: string): Buffer {
  const text = Buffer.from(value);
  const short = text.length <= 15 && /^[\0-\x7f]*$/.test(value);
  const hashed = createHash("sha256").update(text).digest().subarray(0, 15);
  const block = Buffer.alloc(16);
  block[0] = short ? text.length : 255;
  (short ? text : hashed).copy(block, 1);
  const cipher = createCipheriv("aes-256-ecb", raw, null).setAutoPadding(false);
  return Buffer.from(cipher.update(block).map((byte, i) => byte ^ (block[i] ?? 0)));
}

const VALUES = ["", "1", "42", "0042", "123456789012345", "1234567890123456", "ä", "äöü", '["a","b"]'];
VALUES.push("0f8fad5b-d9cb-469f-a165-70867728950e", "ada@example.org", "\u007f", "\u0080", "x".repeat(5000));

test("names are those of the spec, and each value has its own", () => {
  const names = fingerprintsUnder(key, VALUES);
  const all = VALUES.map((_, i) => names.subarray(i * FINGERPRINT_BYTES, (i + 1) * FINGERPRINT_BYTES));
  expect(all.map((n) => n.toString("hex"))).toEqual(VALUES.map((v) => byTheSpec(v).toString("hex")));
  expect(new Set(all.map((n) => n.toString("hex"))).size).toBe(VALUES.length);
});

test("a name is found again under the same key and purpose only", () => {
  const root = randomBytes(32);
  const [one, again, other] = [createSealer(root), createSealer(root), createSealer(randomBytes(32))];
  const name = one.fingerprints("a", ["7"]).toString("hex");
  expect(again.fingerprints("a", ["6", "7"]).subarray(FINGERPRINT_BYTES).toString("hex")).toBe(name);
  expect(one.fingerprints("b", ["7"]).toString("hex")).not.toBe(name);
  expect(other.fingerprints("a", ["7"]).toString("hex")).not.toBe(name);
});

test("an unbroken row of values does not leave a pattern", () => {
  const values = Array.from({ length: 20_000 }, (_, i) => String(i));
  const names = fingerprintsUnder(key, values);
  const firsts = new Map<number, number>();
  for (let i = 0; i < names.length; i += FINGERPRINT_BYTES)
    firsts.set(names[i] ?? 0, (firsts.get(names[i] ?? 0) ?? 0) + 1);
  expect(firsts.size).toBe(256);
  expect(Math.max(...firsts.values())).toBeLessThan(160);
});
