/** What a disk does not take: it is full, for reading only, gone, or not ours to write to; or the system opens no more files. */

/** Whose disk that is, in words for people. */
export type DiskPlace = "the disk of Avow's home" | "the disk for temporary files";

const ROOM = "see that it has room and can be written to";

/** What somebody can mend, and how. All others are bugs, which no later try would pass. */
const MENDED_BY: Readonly<Record<string, string>> = {
  ENOSPC: ROOM,
  EDQUOT: ROOM,
  EFBIG: ROOM,
  EROFS: ROOM,
  EIO: ROOM,
  EACCES: ROOM,
  EPERM: ROOM,
  // Something else stands in the way.
  ENOTDIR: ROOM,
  EISDIR: ROOM,
  ERR_FS_EISDIR: ROOM,
  EEXIST: ROOM,
  ENOTEMPTY: ROOM,
  EBUSY: ROOM,
  // A mount that went.
  ENODEV: ROOM,
  ESTALE: ROOM,
  ENOENT: "its folder is missing: see that it is there",
  EMFILE: "this process has too many files open: raise its limit (`ulimit -n`)",
  ENFILE: "the machine has too many files open: raise its limit",
};

/** Names no file: what is in a name is not for everybody who reads why a request is not done. */
export class DiskRefused extends Error {
  override readonly name = "DiskRefused";
  /** What it was about, where there were several; null: whoever catches it knows. */
  readonly what: string | null;
  /** How many were refused. */
  readonly times: number;
  private readonly place: DiskPlace;
  private readonly code: string;
  constructor(
    place: DiskPlace,
    code: string,
    many: { readonly what: string; readonly times: number } | null = null,
  ) {
    const which =
      many === null ? "" : ` (${many.what}${many.times > 1 ? `, and ${many.times - 1} more` : ""})`;
    super(`${place} took nothing (${code}): ${MENDED_BY[code] ?? ROOM}${which}`);
    this.place = place;
    this.code = code;
    this.what = many?.what ?? null;
    this.times = many?.times ?? 1;
  }

  /** The same, told of the first of several. `what`: in words for people, without anything personal. */
  of(what: string, times: number): DiskRefused {
    return new DiskRefused(this.place, this.code, { what, times });
  }
}

/** Runs what writes or removes. Throws `DiskRefused` for what somebody can mend about the disk, and any other error as it is. */
export async function onDisk<T>(place: DiskPlace, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    const code = fileErrorCode(error);
    throw code === null ? error : new DiskRefused(place, code);
  }
}

/** Null: it is done; else why the disk did not take it, for callers whose work is done all the same. Throws any other error. */
export async function whyRefused(act: () => Promise<void>): Promise<string | null> {
  try {
    await act();
    return null;
  } catch (error) {
    if (!(error instanceof DiskRefused)) throw error;
    return error.message;
  }
}

/** What the file system calls its failure; null: it is none of its own, or nothing that a disk says. */
const fileErrorCode = (error: unknown): string | null =>
  error instanceof Error &&
  "syscall" in error &&
  "code" in error &&
  typeof error.code === "string" &&
  Object.hasOwn(MENDED_BY, error.code)
    ? error.code
    : null;
