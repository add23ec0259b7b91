/** Files that are whole or not there, also after the power went: draft, flush, rename, flush of the folder. */
import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Whoever reads sees the old file or the new one, never half of it. The folder is there; a new file gets `mode`. */
export async function writeWhole(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await writeUnflushed(path, content, mode);
  await flushFolder(dirname(path));
}

/** The same, for callers who write many files and flush the folder once, after the last. */
export async function writeUnflushed(
  path: string,
  content: string | Uint8Array,
  mode = 0o644,
): Promise<void> {
  // A name of its own: two may write the same file at once.
  const draft = `${path}.${randomUUID()}.part`;
  try {
    await writeNew(draft, content, mode);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** A file that is not there yet; flushed, its folder is not. */
export async function writeNew(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** A new name, or one that is gone, is on the disk when its folder is. */
export async function flushFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
