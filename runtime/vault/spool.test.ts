import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { openSpool } from "./spool.ts";

for (const [size, piece] of [
  [0, 1],
  [10, 3],
  [900_000, 70_000],
  [5_000_001, 70_000],
] as const)
  test(`${size} bytes come back in order, and no file is left`, async () => {
    const plain = randomBytes(size);
    const spool = openSpool();
    for (let from = 0; from < size; from += piece) await spool.write(plain.subarray(from, from + piece));
    expect(readdirSync(tmpdir()).filter((n) => /^avow-[0-9a-f]{8}-[0-9a-f-]{27}$/.test(n))).toEqual([]);
    const parts: Uint8Array[] = [];
    for await (const part of spool.read()) parts.push(part);
    await spool.close();
    expect(Buffer.concat(parts).equals(plain)).toBe(true);
  });
