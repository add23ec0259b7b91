/** The folder of archives that wait for their persons, sealed (spec/sealed-file.md). Only what hands one out opens it. */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { apart } from "../../disk/apart.ts";
import { type DiskPlace, onDisk } from "../../disk/refused.ts";
import { discard, flushFolder } from "../../disk/whole.ts";
import type { Sealer } from "../../vault/seal.ts";
import { openSealed, plainBytes, sealingStream } from "../../vault/seal-stream.ts";

/** Where the disk does not take it, writing and keeping throw `DiskRefused`. */
export interface Draft {
  readonly writable: WritableStream<Uint8Array>;
  /** In its place, and on the disk, whole. */
  keep(): Promise<void>;
  /** Whatever of it is not in its place. Never fails: what the disk does not give up, `prune` removes later. */
  drop(): Promise<void>;
}

export interface Archives {
  draft(request: string): Draft;
  /** Null when there is none. `bytes`: of the archive itself. */
  find(request: string): Promise<{ readonly bytes: number } | null>;
  read(request: string): AsyncIterable<Uint8Array>;
  /** Throws `DiskRefused` where the disk does not give it up. */
  remove(request: string): Promise<void>;
  /**
   * Drafts of processes that were killed, and archives that no request knows of any more. Throws `DiskRefused` where the disk does not give one
   * up; all others are removed.
   */
  prune(now: Date): Promise<void>;
}

/** How long a person has to fetch an archive. */
export const ARCHIVE_MS_MAX = 7 * 86_400_000;
const DRAFT_MS_MAX = 86_400_000;
const DRAFT = ".part-";
const HOME: DiskPlace = "the disk of Avow's home";

export function archivesIn(folder: string, sealer: Sealer): Archives {
  const pathOf = (request: string): string => join(folder, `${request}.sealed`);
  const purposeOf = (request: string): string => `archive/${request}`;
  return {
    draft: (request) =>
      draft(folder, pathOf(request), (write) => sealingStream(sealer, purposeOf(request), write)),
    async find(request) {
      const found = await stat(pathOf(request)).catch(() => null);
      return found === null ? null : { bytes: plainBytes(found.size) };
    },
    read: (request) => openSealed(sealer, purposeOf(request), createReadStream(pathOf(request))),
    remove: (request) => onDisk(HOME, () => rm(pathOf(request), { force: true })),
    async prune(now) {
      const each = apart();
      for (const name of await readdir(folder).catch(() => [])) {
        const found = await stat(join(folder, name)).catch(() => null);
        const ageMsMax = name.includes(DRAFT) ? DRAFT_MS_MAX : ARCHIVE_MS_MAX;
        if (found !== null && now.getTime() - found.mtimeMs > ageMsMax)
          await each.attempt("an archive that no request knows of", () =>
            onDisk(HOME, () => rm(join(folder, name), { force: true })),
          );
      }
      each.end();
    },
  };
}

function draft(
  folder: string,
  path: string,
  sealing: (write: (bytes: Uint8Array) => Promise<void>) => WritableStream<Uint8Array>,
): Draft {
  // A name of its own: another worker may have the same request in its hands before one of the two finds it locked.
  const part = `${path}${DRAFT}${randomUUID()}`;
  let file: FileHandle | null = null;
  let made = false;
  return {
    writable: sealing(async (bytes) => {
      await onDisk(HOME, async () => {
        // Made at the first byte: most requests give no archive.
        if (file === null) {
          await mkdir(folder, { recursive: true, mode: 0o700 });
          file = await open(part, "wx", 0o600);
          made = true;
        }
        await file.writeFile(bytes);
      });
    }),
    keep: () =>
      onDisk(HOME, async () => {
        await file?.sync();
        await file?.close();
        file = null;
        await rename(part, path);
        // The request is closed next, and says that it is there.
        await flushFolder(folder);
      }),
    async drop() {
      if (made) await discard(part, file);
      file = null;
    },
  };
}
