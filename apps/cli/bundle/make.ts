/** Puts the sources of the commands together: chunks that are shared, so that each command still reads only what it needs. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, open, readdir, realpath, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { makeFolder } from "@avow/runtime/disk/folder";
import { flushFolder, writeWhole } from "@avow/runtime/disk/whole";
import { type OutputChunk, rolldown } from "rolldown";
import { COMMANDS } from "../commands/index.ts";
import { isOnlyOurs, onlyOurs } from "./ours.ts";
import { leavingBundler, leavingOut, whereTheyWere } from "./plugins.ts";
import {
  type Current,
  cacheOf,
  currentOf,
  holds,
  isWhole,
  lastChange,
  readCurrent,
  type Seal,
  sealOf,
} from "./seal.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What is started: each is a module that does nothing until it is called. */
const PROGRAMS = { cli: "apps/cli/cli.ts" };
const OF_TESTS = { desk: "apps/cli/testing/desk.ts" };

/** What says which packages there are, and how this is made. */
const BESIDE = [
  "package-lock.json",
  "node_modules/.package-lock.json",
  ...["make.ts", "plugins.ts", "find.ts", "seal.ts"].map((name) => `apps/cli/bundle/${name}`),
];

/** A command that began on a bundle reads parts of it later on: no command that is bundled runs for so long. */
const KEPT_MS = 48 * 60 * 60 * 1000;
/** Some file systems tell times by two seconds: what was changed so short before may be changed again without a trace. */
const SETTLED_MS = 2100;
const TRIES_MAX = 3;

export interface Asked {
  /** With what only tests start. */
  readonly testing: boolean;
}

export interface Made {
  /** `current`: the one that is there is of these sources, whole, and has what was asked for. */
  readonly state: "made" | "current";
  readonly files: number;
}

type Programs = Readonly<Record<string, string>>;

/** Makes the bundle, unless there is one. Any number of processes may do so at once. Throws where none could be made; the message says why. */
export async function makeBundle({ testing }: Asked): Promise<Made> {
  const programs = testing ? { ...PROGRAMS, ...OF_TESTS } : PROGRAMS;
  const before = readCurrent(ROOT);
  if (before !== null && isFresh(before, programs))
    return { state: "current", files: before.seal.files.length };
  const changed = before === null ? null : sealOf(ROOT, before.seal.files);
  if (changed !== null && !isSettled(changed, Date.now())) await setTimeout(SETTLED_MS);
  for (let tries = 1; tries <= TRIES_MAX; tries++) {
    if (tries > 1) await setTimeout(SETTLED_MS);
    const current = await build(programs);
    if (current === null) continue;
    await makeCurrent(current, before);
    return { state: "made", files: current.seal.files.length };
  }
  throw new Error("the sources change while they are put together");
}

const isFresh = (current: Current, programs: Programs): boolean =>
  Object.keys(programs).every((name) => current.parts.includes(`${name}.js`)) &&
  isWhole(current, ROOT) &&
  holds(current.seal, ROOT);

/** Throws where it would not be before that time comes, or the clock is set. */
function isSettled(seal: Seal, beganMs: number): boolean {
  const { file, ms } = lastChange(seal);
  if (ms > Date.now() + SETTLED_MS)
    throw new Error(`\`${file}\` was changed in the future: set this machine's clock, or \`touch\` the file`);
  return ms <= beganMs - SETTLED_MS;
}

/** Null: a source was changed in the meantime, or so short before that nobody could tell. */
async function build(programs: Programs): Promise<Current | null> {
  const began = Date.now();
  const unbundled = COMMANDS.filter((command) => command.unbundled === true).map(({ name }) => name);
  const folder = await newFolder();
  try {
    const seal = sealOf(ROOT, filesOf(await putTogether(programs, unbundled, folder)));
    // Else Node.js reads each chunk once more, to see what kind of module it is.
    await writeFile(join(folder, "package.json"), '{ "type": "module" }\n');
    if (seal === null || !isSettled(seal, began)) return await dropped(folder);
    const sizes = await keptForCertain(folder);
    return {
      folder: basename(folder),
      parts: [...sizes.keys()],
      sizes: [...sizes.values()],
      unbundled,
      seal,
    };
  } catch (error) {
    await dropped(folder);
    throw error;
  }
}

async function putTogether(
  programs: Programs,
  unbundled: readonly string[],
  folder: string,
): Promise<readonly OutputChunk[]> {
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(programs).map(([name, path]) => [name, join(ROOT, path)])),
    platform: "node",
    // What a package does as it is read is left as it is.
    treeshake: false,
    tsconfig: false,
    plugins: [whereTheyWere, leavingOut(unbundled), leavingBundler],
    // What is not found here is not found by a start of the sources either, and that says so.
    logLevel: "silent",
  });
  try {
    const { output } = await bundle.write({
      ...{ dir: folder, format: "esm", keepNames: true },
      ...{ sourcemap: true, sourcemapExcludeSources: true },
      ...{ entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    });
    return output.filter((one) => one.type === "chunk");
  } finally {
    await bundle.close();
  }
}

/** By its real name: maps tell from there where the sources are. */
async function newFolder(): Promise<string> {
  const cache = cacheOf(ROOT);
  await makeFolder(cache);
  // Made when others might write to it: what they left there is not read, `current.json` is written anew.
  if (!isOnlyOurs(cache)) await chmod(cache, onlyOurs((await stat(cache)).mode)).catch(() => {});
  if (!isOnlyOurs(cache))
    throw new Error(`\`${cache}\` belongs to another user, or others may write to it: remove it`);
  const folder = join(await realpath(cache), randomBytes(12).toString("hex"));
  await mkdir(folder, { mode: 0o755 });
  return folder;
}

async function dropped(folder: string): Promise<null> {
  await rm(folder, { recursive: true, force: true });
  return null;
}

/** All modules, what says how they are found, and what this is made by. */
function filesOf(chunks: readonly OutputChunk[]): readonly string[] {
  const modules = chunks.flatMap((chunk) => chunk.moduleIds).filter((id) => !id.startsWith("\0"));
  const folders = new Set(modules.map((id) => dirname(id)));
  const manifests = new Set<string>();
  for (const folder of folders) {
    for (let at = folder; ; at = dirname(at)) {
      const manifest = join(at, "package.json");
      if (existsSync(manifest)) manifests.add(manifest);
      if (at === dirname(at) || existsSync(join(at, "package-lock.json"))) break;
    }
  }
  const paths = [...modules, ...manifests].map((path) => relative(ROOT, path).replaceAll("\\", "/"));
  return [...new Set([...paths, ...BESIDE.filter((path) => existsSync(join(ROOT, path)))])].toSorted();
}

/**
 * On the disk before it is named, so that a power cut leaves a whole one or none, and written to by nobody else. Gives the bytes of each
 * file by its name.
 */
async function keptForCertain(folder: string): Promise<ReadonlyMap<string, number>> {
  const sizes = new Map<string, number>();
  for (const name of await readdir(folder)) {
    const file = await open(join(folder, name), "r+");
    try {
      const { size, mode } = await file.stat();
      await file.chmod(onlyOurs(mode));
      await file.sync();
      sizes.set(name, size);
    } finally {
      await file.close();
    }
  }
  await flushFolder(folder);
  return sizes;
}

async function makeCurrent(current: Current, before: Current | null): Promise<void> {
  const cache = cacheOf(ROOT);
  await flushFolder(cache);
  await writeWhole(currentOf(ROOT), JSON.stringify(current));
  const now = new Date();
  // Its time begins when it is no longer the current one.
  if (before !== null) await utimes(join(cache, before.folder), now, now).catch(() => {});
  try {
    for (const name of await readdir(cache)) {
      if (name === "current.json" || name === current.folder) continue;
      const { mtimeMs } = await stat(join(cache, name));
      if (mtimeMs < now.getTime() - KEPT_MS) await dropped(join(cache, name));
    }
  } catch {
    // Another process clears away, too, or the old ones belong to somebody else: they take room, and nothing else.
  }
}
