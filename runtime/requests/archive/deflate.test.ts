import { createHash, randomBytes } from "node:crypto";
import { crc32, inflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { DeflateStream, deflateAside } from "./deflate.ts";

const PART = 100_000;

async function all(parts: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const held: Uint8Array[] = [];
  for await (const part of parts) held.push(Uint8Array.from(part));
  return Buffer.concat(held);
}

test.each([0, 1, 40])("%i parts put aside come back as they were, with their sums", async (count) => {
  const aside = deflateAside();
  const parts = Array.from({ length: count }, () => randomBytes(PART));
  for (const part of parts) await aside.write(part);
  const whole = Buffer.concat(parts);
  expect(await aside.end()).toEqual({
    sha256: createHash("sha256").update(whole).digest("hex"),
    bytes: whole.length,
    crc32: crc32(whole),
  });
  expect(inflateRawSync(await all(aside.read())).equals(whole)).toBe(true);
  await aside.close();
});

test("what is given up in the middle ends", async () => {
  const aside = deflateAside();
  for (let n = 0; n < 40; n += 1) await aside.write(randomBytes(PART));
  await aside.close();
  await expect(aside.write(randomBytes(PART))).rejects.toThrow();
});

test("no other format is promised", () => {
  expect(() => new DeflateStream("brotli")).toThrow("`brotli` is not how files of a ZIP are deflated");
});
