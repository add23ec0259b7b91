import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NotWritten, openTarget } from "./target.ts";

async function opened() {
  const folder = await mkdtemp(join(tmpdir(), "avow-target-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, "ada.zip");
  const there = await openTarget(path, { force: false });
  if (!there.ok) throw new Error(there.reason);
  return { folder, path, target: there.target };
}

test("what the disk refuses half-way is said in words, with the file", async () => {
  const { path, target } = await opened();
  // The handle is gone: like a full disk, it shows at the first byte and not before.
  await target.drop();
  const writer = target.writable.getWriter();
  const refused = await writer.write(Uint8Array.of(1)).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(NotWritten);
  expect(String(refused)).toContain(`\`${path}\` can not be written: `);
  await expect(writer.closed).rejects.toThrow(NotWritten);
});

test("a file that came there meanwhile is not replaced", async () => {
  const { folder, path, target } = await opened();
  await writeFile(path, "somebody else's");
  await expect(target.keep()).rejects.toThrow("it exists already");
  await target.drop();
  expect(await readdir(folder)).toEqual(["ada.zip"]);
});
