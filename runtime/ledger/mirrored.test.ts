/** Folders of files as other logs and mirrors leave them (c2sp.org/tlog-tiles): what is right is found fine, what only looks so is not. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { base64, utf8 } from "@avow/core/evidence/bytes";
import { formatKey, formatNote } from "@avow/core/evidence/note";
import { logSigner } from "@avow/core/evidence/testing/signing";
import { leaf, root } from "@avow/sim/model/merkle";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { auditFolder } from "./export.ts";

const NAME = "sydney.example/log";
const log = logSigner(NAME, 1);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-mirror-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function put(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), bytes);
}

/** Of any length, 0 included, and any bytes: nothing of ours. */
const entryAt = (n: number): Buffer => Buffer.alloc(n % 7 === 0 ? 0 : (n * 31) % 300, n);
const packed = (entries: readonly Buffer[]): Buffer =>
  Buffer.concat(entries.flatMap((e) => [Buffer.of(e.length >> 8, e.length & 255), e]));
const three = (n: number): string => String(n).padStart(3, "0");

/**
 * Read off the page: the tiles of `tree` entries, under an earlier checkpoint of `size`, with its partial tiles where there is no full one. Nothing
 * of it by the code under test.
 */
async function write(size: number, tree = size): Promise<void> {
  const entries = Array.from({ length: tree }, (_, n) => entryAt(n));
  let hashes = entries.map((e) => leaf(e));
  for (let level = 0; hashes.length > 0; level += 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < hashes.length; at += 256) {
      const tile = hashes.slice(at, at + 256);
      const path = `${three(at / 256)}${tile.length === 256 ? "" : `.p/${tile.length}`}`;
      await put(`tile/${level}/${path}`, Buffer.concat(tile));
      const width = Math.floor(size / 256 ** level) - at;
      if (width > 0 && width < tile.length && tile.length < 256)
        await put(`tile/${level}/${three(at / 256)}.p/${width}`, Buffer.concat(tile.slice(0, width)));
      if (level === 0) await put(`tile/entries/${path}`, packed(entries.slice(at, at + 256)));
      if (tile.length === 256) above.push(root(tile));
    }
    hashes = above;
  }
  const text = `${NAME}\n${size}\n${base64(root(entries.slice(0, size).map((e) => leaf(e))))}\n`;
  await put("checkpoint", utf8(formatNote({ text, signatures: [log.sign(text)] })));
}

const seen = () => auditFolder(folder, { log: [log.key], witnesses: [] });

test.each([0, 1, 2, 255, 256, 257, 600])("a log of %i entries that are not ours", async (size) => {
  await write(size);
  expect(await seen()).toMatchObject({ ok: true, origin: NAME, size, unknown: size, findings: [] });
});

test.each([1, 44, 255, 257, 300])("at %i a mirror went on: only the full tiles are left", async (size) => {
  await write(size, 512);
  expect(await seen()).toMatchObject({ ok: true, size, findings: [] });
});

test("the empty log needs no file but its checkpoint, and has one root", async () => {
  await write(0);
  const text = `${NAME}\n0\n${base64(new Uint8Array(32))}\n`;
  expect((await seen()).ok).toBe(true);
  await put("checkpoint", utf8(formatNote({ text, signatures: [log.sign(text)] })));
  expect((await seen()).findings).toEqual(["the entries do not give the root that was signed"]);
});

test("keys beside the files: those of other algorithms are passed over", async () => {
  await write(3);
  await put(
    "keys.txt",
    utf8(`${NAME}+01020304+${base64(new Uint8Array(1313).fill(6))}\n\n${formatKey(log.key)}\n`),
  );
  expect(await auditFolder(folder)).toMatchObject({ ok: true, size: 3 });
  await put("keys.txt", utf8("\n"));
  expect((await auditFolder(folder)).ok).toBe(false);
});

describe("what only looks right", () => {
  const change = async (path: string, by: (bytes: Buffer) => Uint8Array): Promise<void> =>
    put(path, by(await readFile(join(folder, path))));

  test.each<readonly [string, string, (bytes: Buffer) => Uint8Array, string]>([
    [
      "a partial tile is wider than its name",
      "tile/0/001.p/44",
      (b) => Buffer.concat([b, b.subarray(0, 32)]),
      "is not what its entries give",
    ],
    ["a partial tile is narrower", "tile/0/001.p/44", (b) => b.subarray(32), "is not what its entries give"],
    [
      "a tile has a byte more",
      "tile/0/000",
      (b) => Buffer.concat([b, Buffer.of(0)]),
      "is not what its entries give",
    ],
    [
      "a full tile has 257 hashes",
      "tile/0/000",
      (b) => Buffer.concat([b, b.subarray(0, 32)]),
      "is not what its entries give",
    ],
    [
      "a bundle has an entry more",
      "tile/entries/001.p/44",
      (b) => Buffer.concat([b, Buffer.of(0, 0)]),
      "is not there or can not be read",
    ],
    [
      "a bundle ends in half a length",
      "tile/entries/001.p/44",
      (b) => Buffer.concat([b, Buffer.of(0)]),
      "is not there or can not be read",
    ],
    ["a bundle is cut", "tile/entries/000", (b) => b.subarray(0, -1), "is not there or can not be read"],
    ["a bundle is empty", "tile/entries/000", () => new Uint8Array(), "is not there or can not be read"],
    ["an entry took a byte of the next", "tile/entries/000", (b) => b.fill(0, 2, 4), ""],
    [
      "the tile above holds the empty hash",
      "tile/1/000.p/1",
      (b) => b.fill(0),
      "is not what its entries give",
    ],
  ])("%s", async (_, path, by, finding) => {
    await write(300);
    expect((await seen()).ok).toBe(true);
    await change(path, by);
    const { ok, findings } = await seen();
    expect(ok).toBe(false);
    expect(findings).toContainEqual(expect.stringContaining(finding));
  });

  test.each(["tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1"])("`%s` is gone", async (path) => {
    await write(300);
    await rm(join(folder, path));
    expect((await seen()).findings).toEqual([`\`${path}\` is not there`]);
  });

  test("a partial tile that contradicts its full one is not looked away from", async () => {
    await write(300, 512);
    await put("tile/0/001.p/44", new Uint8Array(44 * 32).fill(1));
    expect((await seen()).findings).toEqual(["`tile/0/001.p/44` is not what its entries give"]);
  });

  test("an enormous size is not believed, and costs nothing", async () => {
    await write(300);
    for (const size of ["9007199254740991", "300000000"]) {
      const text = `${NAME}\n${size}\n${base64(new Uint8Array(32))}\n`;
      await put("checkpoint", utf8(formatNote({ text, signatures: [log.sign(text)] })));
      const { ok, findings } = await seen();
      expect(ok).toBe(false);
      expect(findings).toEqual(["`tile/entries/001` is not there or can not be read"]);
    }
  });

  test("no checkpoint, a checkpoint without a known key, with line ends of Windows", async () => {
    await write(5);
    expect((await auditFolder(folder, { log: [logSigner(NAME, 2).key], witnesses: [] })).ok).toBe(false);
    await change("checkpoint", (b) => Buffer.from(b.toString().replaceAll("\n", "\r\n")));
    expect((await seen()).findings).toEqual(["checkpoint: this is no signed checkpoint"]);
    await rm(join(folder, "checkpoint"));
    expect((await seen()).findings).toEqual(["there is no checkpoint"]);
  });
});
