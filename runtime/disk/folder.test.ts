import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { makeFolder } from "./folder.ts";

async function place(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "avow-folder-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("with those above it; the uppermost that was made is told", async () => {
  const root = await place();
  expect(await makeFolder(join(root, "a/b/c"), 0o700)).toBe(join(root, "a"));
  expect((await stat(join(root, "a/b/c"))).mode & 0o777).toBe(0o700);
  expect(await makeFolder(join(root, "a/b/c"))).toBeNull();
  expect(await makeFolder(join(root, "a/b/d"))).toBe(join(root, "a/b/d"));
});

test("many at once make each folder once", async () => {
  const root = await place();
  await Promise.all(Array.from({ length: 20 }, () => makeFolder(join(root, "a/b/c"))));
  expect((await stat(join(root, "a/b/c"))).isDirectory()).toBe(true);
});

test("what is in the way is an error, and so is a disk on which nothing can be made: at once", async () => {
  const root = await place();
  await writeFile(join(root, "file"), "");
  await mkdir(join(root, "there"));
  await expect(makeFolder(join(root, "file"))).rejects.toThrow("EEXIST");
  await expect(makeFolder(join(root, "file/below"))).rejects.toThrow("ENOTDIR");
  await expect(makeFolder("/proc/nope/below")).rejects.toThrow("ENOENT");
  await expect(makeFolder(join(root, "a\0b"))).rejects.toThrow("null bytes");
});
