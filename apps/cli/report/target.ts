/** A file that a command writes for its caller: whether it can be is found out before anything else is done, and it appears whole. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, type FileHandle, link, open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

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
  /** Removes what is not in its place. */
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
  EEXIST: "it exists already: name another, or add --force",
  EISDIR: "it is a folder: name a file",
  ENAMETOOLONG: "its name is too long",
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
  let closed = false;
  const close = async (): Promise<void> => {
    if (!closed) await file.close();
    closed = true;
  };
  return {
    path,
    writable: new WritableStream({ write: (bytes) => written(path, () => file.writeFile(bytes)) }),
    keep: () =>
      written(path, async () => {
        await file.sync();
        await close();
        if (force) await rename(draft, path);
        else {
          // A file that came there meanwhile is not ours to replace.
          await link(draft, path);
          await rm(draft);
        }
      }),
    async drop() {
      await close();
      await rm(draft, { force: true });
    },
  };
}

/** For reports that a run replaces each time. Null: it can be written; else why not, in words. */
export async function whyNotWritable(path: string): Promise<string | null> {
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory() === true) return `\`${path}\` can not be written: it is a folder: name a file`;
  try {
    await access(there === null ? dirname(path) : path, constants.W_OK);
    return there === null && !(await stat(dirname(path))).isDirectory()
      ? `\`${path}\` can not be written: its folder is no folder`
      : null;
  } catch (error) {
    return `\`${path}\` can not be written: ${reasonOf(error) ?? "it may not be written to"}`;
  }
}

/** Null: files can be written there, also where the folder is still to be made; else why not, in words. */
export async function whyNoFolder(path: string): Promise<string | null> {
  const no = (why: string): string => `nothing can be written to \`${path}\`: ${why}`;
  for (let at = path; ; at = dirname(at)) {
    const there = await stat(at).catch((error: unknown) => codeOf(error));
    if ((there === "ENOENT" || there === "ENOTDIR") && at !== dirname(at)) continue;
    if (typeof there === "string") return no(REASONS[there] ?? `it failed (${there})`);
    if (!there.isDirectory()) return no(`\`${at}\` is a file: name a folder`);
    return access(at, constants.W_OK).then(
      () => null,
      () => no(`\`${at}\` may not be written to`),
    );
  }
}
