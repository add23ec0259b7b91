/** Files that are whole or not there, also after the power went: draft, flush, rename, flush of the folder. */
import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

export interface DurableFile {
  /** Relative to the folder that is written into. */
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Folders are flushed once, after all of their files. */
export async function writeDurably(root: string, files: readonly DurableFile[], mode = 0o644): Promise<void> {
  const folders = new Set<string>();
  for (const { path } of files) folders.add(dirname(join(root, path)));
  for (const folder of folders) await makeFolder(folder, root);
  await Promise.all(files.map((file) => writeOne(join(root, file.path), file.bytes, mode)));
  for (const folder of folders) await flushFolder(folder);
}

async function writeOne(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const draft = `${path}.${randomUUID()}.part`;
  const file = await open(draft, "wx", mode);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path).catch(async (error: unknown) => {
    await rm(draft, { force: true });
    throw error;
  });
}

/** A new folder is an entry of its parent, which is flushed too. */
async function makeFolder(folder: string, root: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o755 });
  if (first === undefined) return;
  for (let at = folder; ; at = dirname(at)) {
    await flushFolder(dirname(at));
    if (at === first || at === root || dirname(at) === at) return;
  }
}

async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
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
