import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { fits, oneWayKey, openedWith, sealingFor } from "./one-way.ts";
import { createSealer } from "./seal.ts";

const installation = createSealer(randomBytes(32));
const key = oneWayKey();
const place = { installation, publicKey: key.publicKey, purpose: "undo/a" };

async function sealed(plain: Uint8Array, at = place): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const writer = sealingFor(at, async (bytes) => void parts.push(bytes)).getWriter();
  for (let from = 0; from < plain.length; from += 50_000)
    await writer.write(plain.subarray(from, from + 50_000));
  await writer.close();
  return Buffer.concat(parts);
}

async function opened(secret: string, at: typeof place, bytes: Uint8Array): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  async function* source(): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += 30_000) yield bytes.subarray(from, from + 30_000);
  }
  for await (const part of openedWith(secret, at, source())) parts.push(part);
  return Buffer.concat(parts);
}

test.each([0, 1, 65_536, 200_001])("%i bytes open for the person", async (length) => {
  const plain = randomBytes(length);
  expect((await opened(key.secret, place, await sealed(plain))).equals(plain)).toBe(true);
});

test("a key fits its public half only", () => {
  expect(fits(key.secret, key.publicKey)).toBe(true);
  expect(fits(` ${key.secret}\n`, key.publicKey)).toBe(true);
  expect(fits(oneWayKey().secret, key.publicKey)).toBe(false);
  for (const text of ["", "avow-undo-", "avow-undo-short", key.secret.slice(0, -1)])
    expect(fits(text, key.publicKey)).toBe(false);
});

test("another key, another installation, another place, a cut and a changed byte do not open", async () => {
  const plain = randomBytes(150_000);
  const bytes = await sealed(plain);
  await expect(opened(oneWayKey().secret, place, bytes)).rejects.toThrow();
  await expect(opened("nonsense", place, bytes)).rejects.toThrow("no key of an undo bundle");
  await expect(opened(key.secret, { ...place, purpose: "undo/b" }, bytes)).rejects.toThrow();
  const other = createSealer(randomBytes(32));
  await expect(opened(key.secret, { ...place, installation: other }, bytes)).rejects.toThrow();
  for (const length of [0, 10, 100, 66_000, bytes.length - 1])
    await expect(opened(key.secret, place, bytes.subarray(0, length))).rejects.toThrow();
  for (const at of [0, 40, 1_000, 90_000, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ 1;
    await expect(opened(key.secret, place, changed)).rejects.toThrow();
  }
  // Who has the public key alone can not make one that we would open.
  const forged = await sealed(plain, { ...place, installation: other });
  await expect(opened(key.secret, place, forged)).rejects.toThrow();
});
