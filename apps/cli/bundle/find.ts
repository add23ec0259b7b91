/**
 * The sources of a command are some 900 files, and reading them is most of what a short one costs. Where somebody has put them together
 * (`npm run bundle`), a start reads the few files of the bundle, as long as nothing that it was made of has changed since. Whatever is in
 * the way of that, the sources are run.
 */
import { realpathSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { cacheOf, holds, isWhole, readCurrent } from "./seal.ts";
import { namingSources } from "./stack.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Something looks at modules as they are read, or finds others for them: a bundle would hide them. */
const LOOKS_AT_MODULES =
  /(^|[\s=])(-r|-C|--(require|import|loader|experimental-loader|conditions|preserve-symlinks(-main)?))\b/;

export interface Asked<T> {
  /** Which entry of the bundle: see `PROGRAMS` in make.ts. */
  readonly program: string;
  /** Which command it will run. */
  readonly command: string | undefined;
  /** Flags of Node.js that this process was started with: `NODE_OPTIONS`. */
  readonly options: string | undefined;
  readonly is: (module: unknown) => module is T;
}

/** Null: run the sources. */
export async function bundled<T>({ program, command, options, is }: Asked<T>): Promise<T | null> {
  if (LOOKS_AT_MODULES.test([...process.execArgv, options ?? ""].join(" "))) return null;
  try {
    const current = readCurrent(ROOT);
    if (current === null || (command !== undefined && current.unbundled.includes(command))) return null;
    if (!current.parts.includes(`${program}.js`)) return null;
    if (!isWhole(current, ROOT) || !holds(current.seal, ROOT)) return null;
    // As Node.js names it in stacks: a folder above may be a link.
    const folder = `${realpathSync(`${cacheOf(ROOT)}${current.folder}`)}/`;
    const module: unknown = await import(pathToFileURL(`${folder}${program}.js`).href);
    if (!is(module)) return null;
    namingSources(folder);
    return module;
  } catch {
    // It can not be read, or is no whole one: nothing of it has run but declarations.
    return null;
  }
}
