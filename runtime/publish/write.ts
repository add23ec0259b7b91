/** Writing that is done or not done: what appears under its name is whole, whenever the process dies. */
import { randomUUID } from "node:crypto";
import { access, mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { flushFolder, writeNew } from "../disk/whole.ts";
import { textAt } from "./kept.ts";

/** Unfinished files; on the same file system as the site, so that they can be moved in one step. */
const WORKSHOP = ".publishing";

export const lockOf = (site: string): string => join(site, `${WORKSHOP}.lock`);

/** What a publication that was killed left behind. Only while the lock is held. */
export const clearWorkshop = (site: string): Promise<void> =>
  rm(join(site, WORKSHOP), { recursive: true, force: true });

/** False: it was there with the same text. */
export async function writeFileWhole(site: string, path: string, text: string): Promise<boolean> {
  const target = join(site, path);
  if ((await textAt(target)) === text) return false;
  const draft = await inWorkshop(site);
  await writeNew(draft, text);
  await mkdir(dirname(target), { recursive: true });
  await rename(draft, target);
  await flushFolder(dirname(target));
  return true;
}

/** The folder appears with all its files. One that is in the way is moved out: the caller knows that nothing rests on it. */
export async function writeFolderWhole(
  site: string,
  path: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const draft = await inWorkshop(site);
  await mkdir(draft);
  for (const [name, text] of Object.entries(files)) await writeNew(join(draft, name), text);
  await flushFolder(draft);
  const target = join(site, path);
  await mkdir(dirname(target), { recursive: true });
  if (await isThere(target)) await rename(target, await inWorkshop(site));
  await rename(draft, target);
  await flushFolder(dirname(target));
}

async function inWorkshop(site: string): Promise<string> {
  await mkdir(join(site, WORKSHOP), { recursive: true });
  return join(site, WORKSHOP, randomUUID());
}

export const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
