/** What is put together finds its files, its packages and the commands beside it where the sources do. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "rolldown";

/** Files beside a module (assets, programs that it starts) are where they were, and not beside the bundle. */
export const whereTheyWere: Plugin = {
  name: "where-they-were",
  transform: {
    filter: { code: /\bimport\.meta\b|\b__(?:dirname|filename)\b/ },
    handler(code, id) {
      // Of the bundler itself: it lies in the bundle, and nowhere else.
      if (id.startsWith("\0")) return null;
      const url = JSON.stringify(pathToFileURL(id).href);
      const placed = code.replaceAll(/\bimport\.meta\.url\b/g, () => url);
      if (!isOfPackage(id)) {
        if (/\bimport\.meta\b/.test(placed))
          throw new Error(`\`${id}\` asks of \`import.meta\` what a bundle does not know`);
        return { code: placed, map: null };
      }
      // A line stays a line; only columns behind it on the same one move.
      return { code: isCommonJs(id) ? withItsPlace(placed, id) : placed, map: null };
    },
  },
};

const isOfPackage = (id: string): boolean => id.includes("node_modules");

/** As Node.js has it: by the name of the file, else by the package. */
function isCommonJs(id: string): boolean {
  if (/\.[cm]js$/.test(id)) return id.endsWith(".cjs");
  for (let at = dirname(id); ; at = dirname(at)) {
    const manifest = manifestIn(at);
    if (manifest !== null) return manifest.type !== "module";
    if (at === dirname(at)) return true;
  }
}

function manifestIn(folder: string): { readonly type?: unknown } | null {
  try {
    return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/** Behind what has to come first to count: the line for the shell, and `"use strict"`. */
const FIRST = /^(?:#![^\n]*\n)?(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/|(?:'use strict'|"use strict");?)*/;

/** Node.js tells such a module its own place by two names: a package may start a program beside it (pino does), or read a file. */
function withItsPlace(code: string, id: string): string {
  if (!/\b__(?:dirname|filename)\b/.test(code)) return code;
  const first = FIRST.exec(code)?.[0].length ?? 0;
  const place = `;var __filename = ${JSON.stringify(id)}, __dirname = ${JSON.stringify(dirname(id))};`;
  return `${code.slice(0, first)}${place}${code.slice(first)}`;
}

/** Commands that are always run from their sources. */
export const leavingOut = (commands: readonly string[]): Plugin => ({
  name: "leaving-out",
  resolveId: {
    filter: { id: /\/command\.ts$/ },
    handler(source, importer) {
      if (importer === undefined || !commands.some((name) => source === `./${name}/command.ts`)) return null;
      return { id: pathToFileURL(join(dirname(importer), source)).href, external: "absolute" };
    },
  },
});

/** The bundler brings a program for each kind of machine: it stays where it is, also where the bundle is kept elsewhere by a link. */
export const leavingBundler: Plugin = {
  name: "leaving-bundler",
  resolveId: {
    filter: { id: /^rolldown$/ },
    handler: () => ({ id: import.meta.resolve("rolldown"), external: "absolute" }),
  },
};
