import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { DiskRefused, onDisk, whyRefused } from "./refused.ts";

const HOME = "the disk of Avow's home";

test("what the file system refuses is said by its code, and names no file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-refused-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, "file"), "");
  const writes = onDisk(HOME, () => writeFile(join(folder, "file/ada@example.org"), ""));
  await expect(writes).rejects.toThrow(DiskRefused);
  await expect(writes).rejects.toThrow(
    /^the disk of Avow's home took nothing \(ENOTDIR\): see that it has room and can be written to$/,
  );
});

test.skipIf(process.platform !== "linux")("a disk that is full", async () => {
  const full = await open("/dev/full", "w");
  onTestFinished(() => full.close());
  await expect(onDisk(HOME, () => full.writeFile("x"))).rejects.toThrow("(ENOSPC)");
});

const failed = (code: string): Promise<never> =>
  Promise.reject(Object.assign(new Error(`${code}: …`), { code, syscall: "open" }));

test("what no room helps against has words of its own, and what is a bug stays one", async () => {
  for (const [code, fix] of [
    ["EMFILE", /took nothing \(EMFILE\): this process has too many files open/],
    ["ENFILE", /took nothing \(ENFILE\): the machine has too many files open/],
    ["ENOENT", /took nothing \(ENOENT\): its folder is missing/],
  ] as const)
    await expect(onDisk(HOME, () => failed(code))).rejects.toThrow(fix);
  for (const code of ["EBADF", "EINVAL", "ENAMETOOLONG", "ECONNREFUSED", "toString"])
    await expect(onDisk(HOME, () => failed(code))).rejects.not.toBeInstanceOf(DiskRefused);
});

test("whoever is done all the same is told why, and of a bug nevertheless", async () => {
  expect(await whyRefused(async () => {})).toBeNull();
  expect(await whyRefused(() => onDisk(HOME, () => failed("EROFS")))).toContain("(EROFS)");
  await expect(whyRefused(() => failed("EBADF"))).rejects.toThrow("EBADF");
});

test("what is no failure of the disk stays what it is, and what was written is given on", async () => {
  const other = new Error("something else");
  await expect(onDisk(HOME, () => Promise.reject(other))).rejects.toBe(other);
  expect(await onDisk(HOME, async () => 7)).toBe(7);
});
