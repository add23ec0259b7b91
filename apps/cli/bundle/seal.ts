/**
 * Which bundle is the current one, and what it was made of. `current.json` is replaced as a whole, and names one folder beside it:
 *
 *     node_modules/.cache/avow/current.json    which folder, and what the files that it was made of were like
 *     node_modules/.cache/avow/<folder>/       the chunks and their maps; never written to again
 */
import { readFileSync, type Stats, statSync } from "node:fs";
import { isOnlyOurs } from "./ours.ts";

export interface Current {
  /** Name of the folder. */
  readonly folder: string;
  /** Names of all files in it. Most are read later on, when a command asks for them: that all are there is seen before the first is run. */
  readonly parts: readonly string[];
  /** Bytes of each. */
  readonly sizes: readonly number[];
  /** Commands that are never run from a bundle. */
  readonly unbundled: readonly string[];
  readonly seal: Seal;
}

export interface Seal {
  /** Of Node.js. */
  readonly version: string;
  readonly root: string;
  /** Paths from the root. */
  readonly files: readonly string[];
  /** Three of each file: bytes, when it was changed, when its entry was, in milliseconds with all that the file system tells behind the point. */
  readonly stats: readonly number[];
}

/** `root` ends in a slash, as all here. */
export const cacheOf = (root: string): string => `${root}node_modules/.cache/avow/`;
export const currentOf = (root: string): string => `${cacheOf(root)}current.json`;

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === "string");
const isNumbers = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((one) => typeof one === "number");

/** Null: there is none, or others than we may have written it. */
export function readCurrent(root: string): Current | null {
  try {
    if (!isOnlyOurs(cacheOf(root)) || !isOnlyOurs(currentOf(root))) return null;
    const current = currentIn(JSON.parse(readFileSync(currentOf(root), "utf8")));
    return current !== null && isOnlyOurs(`${cacheOf(root)}${current.folder}`) ? current : null;
  } catch {
    // Whatever stands there, or does not: without a bundle the sources are run, and nothing else depends on it.
    return null;
  }
}

function currentIn(read: unknown): Current | null {
  if (typeof read !== "object" || read === null) return null;
  const { folder, parts, sizes, unbundled, seal }: Record<string, unknown> = { ...read };
  if (typeof folder !== "string" || !/^[\w-]+$/.test(folder) || !isTexts(unbundled)) return null;
  if (!isTexts(parts) || !isNumbers(sizes) || parts.length === 0 || sizes.length !== parts.length)
    return null;
  return isSeal(seal) ? { folder, parts, sizes, unbundled, seal } : null;
}

/** All files of the bundle are there, and none is shorter or longer than it was made. */
export function isWhole({ folder, parts, sizes }: Current, root: string): boolean {
  const at = `${cacheOf(root)}${folder}/`;
  return parts.every((name, i) => statOf(at + name)?.size === sizes[i]);
}

function isSeal(value: unknown): value is Seal {
  if (typeof value !== "object" || value === null) return false;
  const { version, root, files, stats }: Record<string, unknown> = { ...value };
  const known = typeof version === "string" && typeof root === "string";
  return known && isTexts(files) && isNumbers(stats) && files.length > 0 && stats.length === 3 * files.length;
}

const STAT = { throwIfNoEntry: false } as const;

/** Undefined: it is not there, or this process may not see it (a folder is closed, links lead in a circle). */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, STAT);
  } catch {
    // Unknown is no: who asks takes it for one that has changed.
    return undefined;
  }
}

/** Null where a file is missing. */
export function sealOf(root: string, files: readonly string[]): Seal | null {
  const stats: number[] = [];
  for (const file of files) {
    const stat = statOf(root + file);
    if (stat === undefined) return null;
    stats.push(stat.size, stat.mtimeMs, entryMs(file, stat.ctimeMs));
  }
  return { version: process.version, root, files, stats };
}

/** Nothing that is told about the files has changed. To read what is in them would take longer than all else of a start. */
export function holds(seal: Seal, root: string): boolean {
  if (seal.version !== process.version || seal.root !== root) return false;
  const { files, stats } = seal;
  return files.every((file, i) => {
    const stat = statOf(root + file);
    if (stat === undefined || stat.size !== stats[3 * i] || stat.mtimeMs !== stats[3 * i + 1]) return false;
    return entryMs(file, stat.ctimeMs) === stats[3 * i + 2];
  });
}

/**
 * Who sets back the time of a change (`touch -r`, `rsync -t`) can not set back that of the entry. That of a package's file changes with each
 * further link to it, which package managers make in other folders.
 */
const entryMs = (file: string, ctimeMs: number): number => (file.includes("node_modules/") ? 0 : ctimeMs);

/** The file that was changed last, and when. */
export function lastChange({ files, stats }: Seal): { readonly file: string; readonly ms: number } {
  let last = { file: "", ms: 0 };
  for (const [i, file] of files.entries()) {
    const ms = Math.max(stats[3 * i + 1] ?? 0, stats[3 * i + 2] ?? 0);
    if (ms > last.ms) last = { file, ms };
  }
  return last;
}
