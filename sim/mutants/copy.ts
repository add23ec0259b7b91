/**
 * A throw-away copy of the source: what is changed there is seen by nobody else. Packages are linked to ours; the repository's own rooms
 * under `@avow` lead into the copy.
 */
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";

export const ROOT = join(import.meta.dirname, "../..");

const LEFT_OUT = new Set(["node_modules", ".git", ".vitest", "dist"]);

export interface Copy {
  readonly folder: string;
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  remove(): Promise<void>;
}

export async function makeCopy(): Promise<Copy> {
  const folder = await mkdtemp(join(tmpdir(), "avow-mutants-"));
  for (const name of await readdir(ROOT))
    if (!LEFT_OUT.has(name))
      await cp(join(ROOT, name), join(folder, name), {
        recursive: true,
        filter: (from) => !LEFT_OUT.has(basename(from)),
      });
  await linkPackages(folder);
  return {
    folder,
    read: (file) => readFile(join(folder, file), "utf8"),
    write: (file, text) => writeFile(join(folder, file), text),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Folders that packages and tools find one another in; the tools' own caches stay where they are. */
async function linkPackages(folder: string): Promise<void> {
  const [from, to] = [join(ROOT, "node_modules"), join(folder, "node_modules")];
  const rooms = "@avow";
  await mkdir(join(to, rooms), { recursive: true });
  for (const name of await readdir(from))
    if (name !== rooms && !(name.startsWith(".") && name !== ".bin"))
      await symlink(join(from, name), join(to, name));
  for (const room of await readdir(join(from, rooms))) {
    const target = await readlink(join(from, rooms, room));
    if (!target.startsWith("../../"))
      throw new Error(`\`${rooms}/${room}\` is not linked to a folder of the repository`);
    await symlink(target, join(to, rooms, room));
  }
}

/** A digest of all that is in a copy, the list of mutants aside: what was found out about another source does not hold for this one. */
export async function contentOf(folder: string): Promise<string> {
  const digest = createHash("sha256");
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = all
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((file) => !file.startsWith("node_modules/") && !file.startsWith("sim/mutants/"));
  for (const file of files.toSorted())
    digest
      .update(`${JSON.stringify(file)}\n`)
      .update(await readFile(join(folder, file)))
      .update("\n");
  return digest.digest("hex").slice(0, 16);
}
