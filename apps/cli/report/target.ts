/** A file that a command writes for its caller: whether it can be is found out before anything else is done, and it appears whole. */
import { randomUUID } from "node:crypto";
import { closeSync, constants, openSync, type Stats, writeSync } from "node:fs";
import {
  access,
  type FileHandle,
  link,
  mkdtemp,
  open,
  realpath,
  rename,
  rm,
  rmdir,
  stat,
  writeFile,
} from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { discard, writeWhole } from "@avow/runtime/disk/whole";

/** What the disk refused while it was written; the message names the file and says why, for whoever named it. */
export class NotWritten extends Error {
  override readonly name = "NotWritten";
}

export interface Target {
  readonly path: string;
  /** The draft beside it. */
  readonly writable: WritableStream<Uint8Array>;
  /** On the disk and in its place, whole. */
  keep(): Promise<void>;
  /** Removes what is not in its place, as far as the disk lets it: never fails. */
  drop(): Promise<void>;
}

export type Opened =
  | { readonly ok: true; readonly target: Target }
  /** In words, for whoever named the file. */
  | { readonly ok: false; readonly reason: string };

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist",
  ENOTDIR: "its folder is no folder",
  EACCES: "its folder may not be written to",
  EPERM: "its folder may not be written to",
  EROFS: "its disk can only be read",
  ENOSPC: "its disk is full",
  EDQUOT: "its disk is full",
  EFBIG: "it would be larger than files may be here",
  EEXIST: "it exists already: name another, or add --force",
  EISDIR: "it is a folder: name a file",
  ENAMETOOLONG: "its name is too long",
  ERR_INVALID_ARG_VALUE: "no name of a file holds a NUL",
};
const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** In words; null when it was no error of the file system that somebody can do something about. */
const reasonOf = (error: unknown): string | null => {
  const code = codeOf(error);
  return REASONS[code] ?? (code === "" ? null : `it failed (${code})`);
};

/** Opens the draft, so that whatever is in the way shows now. */
export async function openTarget(path: string, { force }: { readonly force: boolean }): Promise<Opened> {
  const no = (reason: string): Opened => ({ ok: false, reason: `\`${path}\` can not be written: ${reason}` });
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory() === true) return no("it is a folder: name a file");
  if (there !== null && !force) return no("it exists already: name another, or add --force");
  const draft = join(dirname(path), `.${basename(path)}.part-${randomUUID().slice(0, 8)}`);
  try {
    const file = await open(draft, "wx", 0o600);
    return { ok: true, target: targetOf(path, { draft, file, force }) };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    return no(reason);
  }
}

async function written<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    throw new NotWritten(`\`${path}\` can not be written: ${reason}`);
  }
}

function targetOf(
  path: string,
  { draft, file, force }: { readonly draft: string; readonly file: FileHandle; readonly force: boolean },
): Target {
  return {
    path,
    writable: new WritableStream({ write: (bytes) => written(path, () => file.writeFile(bytes)) }),
    keep: () =>
      written(path, async () => {
        await file.sync();
        await file.close();
        if (force) await rename(draft, path);
        else {
          // A file that came there meanwhile is not ours to replace.
          await link(draft, path);
          await rm(draft);
        }
      }),
    drop: () => discard(draft, file),
  };
}

/** For reports that a run replaces each time. Null: it can be written; else why not, in words. */
export async function whyNotWritable(path: string): Promise<string | null> {
  const no = (why: string): string => `\`${shown(path)}\` can not be written: ${why}`;
  try {
    const there = await statOf(path);
    if (there?.isDirectory() === true) return no("it is a folder: name a file");
    if (there === null && !(await stat(dirname(path))).isDirectory()) return no("its folder is no folder");
    if (there?.isCharacterDevice() === true) takesNothing(path);
    else if (there !== null) await access(path, constants.W_OK);
    else await takesEntries(dirname(path));
    return null;
  } catch (error) {
    return no(reasonOf(error) ?? "it may not be written to");
  }
}

/** For files that appear whole, beside which a draft is made first: the file's own rights do not matter. Null: it can be; else why not, in words. */
export async function whyNotReplaceable(path: string): Promise<string | null> {
  const no = (why: string): string => `\`${shown(path)}\` can not be written: ${why}`;
  try {
    if ((await statOf(path))?.isDirectory() === true) return no("it is a folder: name a file");
    if (!(await stat(dirname(path))).isDirectory()) return no("its folder is no folder");
    await takesEntries(dirname(path));
    return null;
  } catch (error) {
    // Where there is a file, there is a folder, which takes no other (`/proc`).
    return no(
      codeOf(error) === "ENOENT" && (await statOf(path).catch(() => null)) !== null
        ? "its folder may not be written to"
        : (reasonOf(error) ?? "it may not be written to"),
    );
  }
}

/**
 * Puts a report in its place: a file whole, so that a disk that is full leaves the old one. Into a device or a pipe it is written, and so it is
 * where no draft can stand beside the file, or be put in its place (one that is mounted alone). Null: it is there; else why not, in words.
 */
export const whyNotWritten = (path: string, text: string): Promise<string | null> =>
  whyNotDone(path, async () => {
    const there = await statOf(path);
    if (there !== null && !there.isFile()) return writeFile(path, text);
    try {
      // Where a link leads, and with the rights that the file had.
      await writeWhole(
        there === null ? path : await realpath(path),
        text,
        there === null ? undefined : there.mode & MODE,
      );
    } catch (error) {
      if (!NO_DRAFT.has(codeOf(error))) throw error;
      await writeFile(path, text);
    }
  });

const MODE = 0o777;
/** Of the draft or of its way into its place: the file itself may take what is written. */
const NO_DRAFT: ReadonlySet<string> = new Set([
  "EACCES",
  "EPERM",
  "EROFS",
  "EBUSY",
  "EXDEV",
  "ENAMETOOLONG",
  // Of `/proc`.
  "ENOENT",
]);

/** `write` puts a file where it belongs. Null: it did; else why not, in words. */
export async function whyNotDone(path: string, write: () => Promise<void>): Promise<string | null> {
  try {
    await write();
    return null;
  } catch (error) {
    const reason = reasonOf(error);
    if (reason === null) throw error;
    return `\`${shown(path)}\` can not be written: ${reason}`;
  }
}

/** Null: files can be written there, also where the folder is still to be made; else why not, in words. */
export async function whyNoFolder(path: string): Promise<string | null> {
  const no = (why: string): string => `nothing can be written to \`${shown(path)}\`: ${why}`;
  for (let at = path; ; at = dirname(at)) {
    const there = await stat(at).catch((error: unknown) => codeOf(error));
    if ((there === "ENOENT" || there === "ENOTDIR") && at !== dirname(at)) continue;
    if (typeof there === "string") return no(REASONS[there] ?? `it failed (${there})`);
    if (!there.isDirectory()) return no(`\`${at}\` is a file: name a folder`);
    return takesEntries(at).then(
      () => null,
      () => no(`\`${at}\` may not be written to`),
    );
  }
}

/** A NUL in a terminal is nothing that anybody sees. */
const shown = (path: string): string => path.replaceAll("\0", "\\0");

/** Null: nothing is there. */
async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

/** Fails where nothing can be made in a folder. By trying: whoever may do everything is told by rights alone that they may write to `/proc`. */
const takesEntries = async (folder: string): Promise<void> => rmdir(await mkdtemp(join(folder, ".avow-")));

/** Fails where a device takes nothing (`/dev/full`): a write of no bytes is refused as any other, and leaves nothing where it is not. */
function takesNothing(path: string): void {
  const device = openSync(path, "w");
  try {
    writeSync(device, new Uint8Array());
  } finally {
    closeSync(device);
  }
}
