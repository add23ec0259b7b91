/** Many files that are whole or not there, also after the power went. */
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { makeFolder } from "../disk/folder.ts";
import { flushFolder, writeUnflushed } from "../disk/whole.ts";

export interface DurableFile {
  /** Relative to the folder that is written into. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Folders are flushed once, after all of their files. */
export async function writeDurably(root: string, files: readonly DurableFile[], mode = 0o644): Promise<void> {
  const folders = new Set<string>();
  for (const { path } of files) folders.add(dirname(join(root, path)));
  for (const folder of folders) await makeFlushed(folder, root);
  await Promise.all(files.map((file) => writeUnflushed(join(root, file.path), file.bytes, mode)));
  for (const folder of folders) await flushFolder(folder);
}

/** A new folder is an entry of its parent, which is flushed too. */
async function makeFlushed(path: string, root: string): Promise<void> {
  const folder = resolve(path);
  const first = await makeFolder(folder);
  if (first === null) return;
  for (let at = folder; ; at = dirname(at)) {
    await flushFolder(dirname(at));
    if (at === first || at === resolve(root) || dirname(at) === at) return;
  }
}

/** Null when there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"))
      return null;
    throw error;
  }
}
