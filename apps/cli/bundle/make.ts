/** Puts the sources of the commands together: chunks that are shared, so that each command still reads only what it needs. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type OutputChunk, type Plugin, rolldown } from "rolldown";
import { COMMANDS } from "../commands/index.ts";
import {
  type Current,
  cacheOf,
  currentOf,
  holds,
  lastChangeMs,
  readCurrent,
  type Seal,
  sealOf,
} from "./seal.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** What is started: each is a module that does nothing until it is called. */
const PROGRAMS = { cli: "apps/cli/cli.ts", desk: "apps/cli/testing/desk.ts" };

/** What says which packages there are, and how this is made. */
const BESIDE = [
  "package-lock.json",
  "node_modules/.package-lock.json",
  ...["make.ts", "find.ts", "seal.ts"].map((name) => `apps/cli/bundle/${name}`),
];

/** A command that began on a bundle reads parts of it later on: no command that is bundled runs for so long. */
const KEPT_MS = 48 * 60 * 60 * 1000;
/** Some file systems tell times by two seconds: what was changed so short before may be changed again without a trace. */
const SETTLED_MS = 2100;
const TRIES_MAX = 3;

export type Made =
  | { readonly state: "made" | "current"; readonly files: number }
  | { readonly state: "failed"; readonly reason: string };

/** Makes the bundle, unless the current one is of these sources. Any number of processes may do so at once. */
export async function makeBundle(): Promise<Made> {
  const before = readCurrent(ROOT);
  if (before !== null && isFresh(before)) return { state: "current", files: before.seal.files.length };
  try {
    const changed = before === null ? null : sealOf(ROOT, before.seal.files);
    if (changed !== null && !isSettled(changed, Date.now())) await setTimeout(SETTLED_MS);
    for (let tries = 1; tries <= TRIES_MAX; tries++) {
      if (tries > 1) await setTimeout(SETTLED_MS);
      const current = await build();
      if (current === null) continue;
      await makeCurrent(current, before);
      return { state: "made", files: current.seal.files.length };
    }
    return { state: "failed", reason: "the sources change while they are put together" };
  } catch (error) {
    return { state: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

const isFresh = ({ folder, seal }: Current): boolean =>
  holds(seal, ROOT) && existsSync(join(cacheOf(ROOT), folder));

const isSettled = (seal: Seal, beganMs: number): boolean => lastChangeMs(seal) <= beganMs - SETTLED_MS;

/** Null: a source was changed in the meantime, or so short before that nobody could tell. */
async function build(): Promise<Current | null> {
  const began = Date.now();
  const unbundled = COMMANDS.filter((command) => command.unbundled === true).map(({ name }) => name);
  const bundle = await rolldown({
    input: Object.fromEntries(Object.entries(PROGRAMS).map(([name, path]) => [name, join(ROOT, path)])),
    platform: "node",
    // Brings a program for each kind of machine.
    external: ["rolldown"],
    // What a package does as it is read is left as it is.
    treeshake: false,
    tsconfig: false,
    plugins: [whereTheyWere, leavingOut(unbundled)],
    // What is not found here is not found by a start of the sources either, and that says so.
    logLevel: "silent",
  });
  const folder = await newFolder();
  try {
    const { output } = await bundle.write({
      ...{ dir: folder, format: "esm", keepNames: true },
      ...{ sourcemap: true, sourcemapExcludeSources: true },
      ...{ entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" },
    });
    const seal = sealOf(ROOT, filesOf(output.filter((one) => one.type === "chunk")));
    if (seal === null || !isSettled(seal, began)) return await dropped(folder);
    await keepForCertain(folder);
    return { folder: basename(folder), unbundled, seal };
  } catch (error) {
    await dropped(folder);
    throw error;
  } finally {
    await bundle.close();
  }
}

async function newFolder(): Promise<string> {
  const folder = join(cacheOf(ROOT), randomBytes(12).toString("hex"));
  await mkdir(folder, { recursive: true });
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

/** Files beside a module (assets, programs that it starts) are where they were, and not beside the bundle. */
const whereTheyWere: Plugin = {
  name: "where-they-were",
  transform: {
    filter: { code: /\bimport\.meta\b/ },
    handler(code, id) {
      const placed = code.replaceAll(/\bimport\.meta\.url\b/g, JSON.stringify(pathToFileURL(id).href));
      if (!id.includes("node_modules") && /\bimport\.meta\b/.test(placed))
        throw new Error(`\`${relative(ROOT, id)}\` asks of \`import.meta\` what a bundle does not know`);
      // A line stays a line; only columns behind it on the same one move.
      return { code: placed, map: null };
    },
  },
};

const leavingOut = (commands: readonly string[]): Plugin => ({
  name: "leaving-out",
  resolveId: {
    filter: { id: /\/command\.ts$/ },
    handler(source, importer) {
      if (importer === undefined || !commands.some((name) => source === `./${name}/command.ts`)) return null;
      return { id: pathToFileURL(join(dirname(importer), source)).href, external: "absolute" };
    },
  },
});

/** On the disk before it is named, so that a power cut leaves a whole one or none. */
async function keepForCertain(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = await open(join(folder, name), "r+");
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}

async function makeCurrent(current: Current, before: Current | null): Promise<void> {
  const cache = cacheOf(ROOT);
  const fresh = join(cache, `${current.folder}.json`);
  await writeFile(fresh, JSON.stringify(current), { flush: true });
  await rename(fresh, currentOf(ROOT));
  const now = new Date();
  // Its time begins when it is no longer the current one.
  if (before !== null) await utimes(join(cache, before.folder), now, now).catch(() => {});
  try {
    for (const name of await readdir(cache)) {
      if (name === "current.json" || name.startsWith(current.folder)) continue;
      const { mtimeMs } = await stat(join(cache, name));
      if (mtimeMs < now.getTime() - KEPT_MS) await dropped(join(cache, name));
    }
  } catch {
    // Another process clears away, too, or the old ones belong to somebody else: they take room, and nothing else.
  }
}
