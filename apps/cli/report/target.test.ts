import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NotWritten, openTarget, whyNotReplaceable, whyNotWritable } from "./target.ts";

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

test("what appears whole needs a folder that takes a draft, whatever may be done with the file itself", async () => {
  const { folder, path } = await opened();
  expect(await whyNotReplaceable(path)).toBeNull();
  expect(await whyNotReplaceable(folder)).toContain("it is a folder: name a file");
  expect(await whyNotReplaceable(join(folder, "none/map.yaml"))).toContain("its folder does not exist");
  await writeFile(join(folder, "file"), "");
  expect(await whyNotReplaceable(join(folder, "file/map.yaml"))).toContain("its folder is no folder");
  // A file that takes what is written to it, in a folder in which nothing can be made.
  const comm = "/proc/self/comm";
  expect([await whyNotWritable(comm), await whyNotReplaceable(comm)]).toEqual([
    null,
    `\`${comm}\` can not be written: its folder may not be written to`,
  ]);
});
