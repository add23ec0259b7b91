/** Files that are whole or not there, also after the power went: draft, flush, rename, flush of the folder. */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
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
  await writeNew(draft, content, mode);
  try {
    await rename(draft, path);
  } catch (error) {
    await discard(draft);
    throw error;
  }
}

/** A file that is not there yet, whole or not at all; flushed, its folder is not. */
export async function writeNew(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const file = await open(path, "wx", mode);
  try {
    await file.writeFile(content);
    await file.sync();
    await file.close();
  } catch (error) {
    await discard(path, file);
    throw error;
  }
}

/**
 * Cleans up after a failure, as far as the disk lets it: what is to be told is that failure, and a disk that has just refused bytes may give
 * up no draft either.
 */
export async function discard(path: string, file: FileHandle | null = null): Promise<void> {
  await file?.close().catch(() => undefined);
  await rm(path, { force: true }).catch(() => undefined);
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
