import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { createSealer } from "./seal.ts";
import { openSealed, plainBytes, sealingStream } from "./seal-stream.ts";

const sealer = createSealer(randomBytes(32));
const RECORD = 64 * 1024 + 29;

async function sealed(plain: Uint8Array, piece: number, purpose = "p"): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  const writer = sealingStream(sealer, purpose, async (bytes) => void parts.push(bytes)).getWriter();
  for (let from = 0; from < plain.length; from += piece)
    await writer.write(plain.subarray(from, from + piece));
  await writer.close();
  return Buffer.concat(parts);
}

async function opened(bytes: Uint8Array, piece: number, purpose = "p"): Promise<Buffer> {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += piece) yield bytes.subarray(from, from + piece);
  };
  const parts: Uint8Array[] = [];
  for await (const part of openSealed(sealer, purpose, pieces())) parts.push(part);
  return Buffer.concat(parts);
}

for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000])
  test(`${size} bytes come back, and their number can be told from the file`, async () => {
    const plain = randomBytes(size);
    const file = await sealed(plain, 10_007);
    expect(plainBytes(file.length)).toBe(size);
    expect((await opened(file, 7_001)).equals(plain)).toBe(true);
    expect(size > 100 && file.includes(plain.subarray(0, 50))).toBe(false);
  });

test("what was cut, moved, doubled, changed or is another's does not open", async () => {
  const file = await sealed(randomBytes(300_000), 65_536);
  const [head, body] = [file.subarray(0, 17), file.subarray(17)];
  const record = (n: number): Buffer => body.subarray(n * RECORD, (n + 1) * RECORD);
  const changed = Buffer.from(file);
  changed[1000] = (changed[1000] ?? 0) ^ 1;
  const other = await sealed(randomBytes(300_000), 65_536);
  for (const bad of [
    file.subarray(0, 17 + 3 * RECORD),
    file.subarray(0, -1),
    file.subarray(0, 17),
    file.subarray(0, 5),
    Buffer.concat([head, record(1), record(0), body.subarray(2 * RECORD)]),
    Buffer.concat([head, record(0), record(0), body.subarray(2 * RECORD)]),
    Buffer.concat([other.subarray(0, 17 + RECORD), body.subarray(RECORD)]),
    changed,
  ])
    await expect(opened(bad, 65_536)).rejects.toThrow();
  await expect(opened(file, 65_536, "q")).rejects.toThrow();
});
