/** What a disk does not take: it is full, for reading only, gone, or not ours to write to. */

/** Whose disk that is, in words for people. */
export type DiskPlace = "the disk of Avow's home" | "the disk for temporary files";

/** Names no file: what is in a name is not for everybody who reads why a request is not done. */
export class DiskRefused extends Error {
  override readonly name = "DiskRefused";
  constructor(place: DiskPlace, code: string) {
    super(`${place} took nothing (${code}): see that it has room and can be written to`);
  }
}

/** Runs what writes. Throws `DiskRefused` for an error of the file system, and any other as it is. */
export async function onDisk<T>(place: DiskPlace, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = fileErrorCode(error);
    throw code === null ? error : new DiskRefused(place, code);
  }
}

/** What the file system calls its failure; null: it is none of its own. */
const fileErrorCode = (error: unknown): string | null =>
  error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string"
    ? error.code
    : null;
