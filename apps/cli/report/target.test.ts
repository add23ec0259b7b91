import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { NotWritten, openTarget, whyNotReplaceable, whyNotWritable, whyNotWritten } from "./target.ts";

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
});

/** A file that takes what is written to it, in a folder in which nothing can be made. */
const comm = "/proc/self/comm";

test.skipIf(!existsSync(comm))(
  "a file that may be written to where no draft can stand beside it",
  async () => {
    expect([await whyNotWritable(comm), await whyNotReplaceable(comm)]).toEqual([
      null,
      `\`${comm}\` can not be written: its folder may not be written to`,
    ]);
    expect(await whyNotWritten(comm, await readFile(comm, "utf8"))).toBeNull();
  },
);

test("a report takes the place of the old one, where a link leads and with the same rights", async () => {
  const { folder } = await opened();
  const [file, link] = [join(folder, "out.sarif"), join(folder, "link.sarif")];
  await writeFile(file, "old");
  await chmod(file, 0o600);
  await symlink(file, link);
  expect(await whyNotWritten(link, "new")).toBeNull();
  expect(await readFile(file, "utf8")).toBe("new");
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).filter((name) => !name.startsWith(".")).sort()).toEqual([
    "link.sarif",
    "out.sarif",
  ]);
});
