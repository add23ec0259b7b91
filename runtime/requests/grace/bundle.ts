/**
 * The folder of undo bundles (spec/undo-bundle.md): for each request a folder, in it two files for each step, what was there before and what was
 * left after. Sealed for the person; we can add to it and read nothing of it.
 */
import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { type DiskPlace, onDisk } from "../../disk/refused.ts";
import { discard, flushFolder } from "../../disk/whole.ts";
import { openedWith, sealingFor } from "../../vault/one-way.ts";
import type { Sealer } from "../../vault/seal.ts";

/** `put`: of a step of the restore, what it puts back. */
export type Part = "before" | "after" | "put";

export interface BundlePlace {
  readonly request: string;
  readonly step: string;
  readonly part: Part;
}

export interface Bundles {
  /** Writes one part, whole and on the disk, or nothing. Throws `DiskRefused` where the disk does not take it. */
  write(place: BundlePlace, publicKey: Uint8Array, lines: AsyncIterable<string>): Promise<void>;
  has(place: BundlePlace): Promise<boolean>;
  /** Line by line. Throws where the part was changed, cut short, or belongs elsewhere. */
  read(
    place: BundlePlace,
    key: { readonly secret: string; readonly publicKey: Uint8Array },
  ): AsyncGenerator<string>;
  /** Of a request, all of it. Throws `DiskRefused` where the disk does not give it up. */
  remove(request: string): Promise<void>;
  /** The requests of which there is any. */
  held(): Promise<readonly string[]>;
}

const WRITE_BYTES = 64 * 1024;
const HOME: DiskPlace = "the disk of Avow's home";

const REQUEST = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function bundlesIn(folder: string, installation: Sealer): Bundles {
  const folderOf = (request: string): string => join(folder, request);
  const pathOf = ({ request, step, part }: BundlePlace): string =>
    join(folderOf(request), `${step}-${part}.sealed`);
  const purposeOf = ({ request, step, part }: BundlePlace): string => `undo/${request}/${step}/${part}`;
  return {
    async write(place, publicKey, lines) {
      const draft = `${pathOf(place)}.part-${randomUUID()}`;
      const file = await onDisk(HOME, async () => {
        await mkdir(folderOf(place.request), { recursive: true, mode: 0o700 });
        return open(draft, "wx", 0o600);
      });
      try {
        const sealing = { installation, publicKey, purpose: purposeOf(place) };
        // What the lines are made of may fail as well, in its own words.
        await fill(
          sealingFor(sealing, (bytes) => onDisk(HOME, () => file.writeFile(bytes))),
          lines,
        );
        await onDisk(HOME, async () => {
          await file.sync();
          await file.close();
          await rename(draft, pathOf(place));
        });
      } catch (error) {
        await discard(draft, file);
        throw error;
      }
      await onDisk(HOME, () => flushFolder(folderOf(place.request)));
    },
    has: async (place) => (await stat(pathOf(place)).catch(() => null)) !== null,
    read: (place, { secret, publicKey }) =>
      linesOf(
        openedWith(
          secret,
          { installation, publicKey, purpose: purposeOf(place) },
          createReadStream(pathOf(place)),
        ),
      ),
    held: async () => (await readdir(folder).catch((): string[] => [])).filter((name) => REQUEST.test(name)),
    remove: (request) =>
      onDisk(HOME, async () => {
        await rm(folderOf(request), { recursive: true, force: true });
        // Without a bundle ever there is no folder.
        if ((await stat(folder).catch(() => null)) === null) return;
        if ((await readdir(folder)).includes(request)) throw new Error("an undo bundle could not be removed");
        await flushFolder(folder);
      }),
  };
}

async function fill(stream: WritableStream<Uint8Array>, lines: AsyncIterable<string>): Promise<void> {
  const writer = stream.getWriter();
  let held: string[] = [];
  let chars = 0;
  const flush = async (): Promise<void> => {
    await writer.write(Buffer.from(held.join("")));
    held = [];
    chars = 0;
  };
  for await (const line of lines) {
    held.push(line, "\n");
    chars += line.length + 1;
    if (chars > WRITE_BYTES) await flush();
  }
  await flush();
  await writer.close();
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let held: string[] = [];
  for await (const part of bytes) {
    const pieces = decoder.decode(part, { stream: true }).split("\n");
    const last = pieces.pop() ?? "";
    for (const piece of pieces) {
      yield [...held, piece].join("");
      held = [];
    }
    held.push(last);
  }
}
