/**
 * Stacks of errors name the sources, not the bundle. Node.js does so by itself (`--enable-source-maps`) at the price of reading every map at
 * every start, 90 ms; here a map is read when a stack is asked for.
 */
import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const PLACE = /(file:\/\/[^\s()]+):(\d+):(\d+)/;

/** `folder`: of the bundle, with the slash at its end. */
export function namingSources(folder: string): void {
  const { href } = pathToFileURL(folder);
  const maps = new Map<string, SourceMap | null>();
  const mapOf = (name: string): SourceMap | null => {
    const known = maps.get(name);
    if (known !== undefined) return known;
    let map: SourceMap | null = null;
    try {
      map = new SourceMap(JSON.parse(readFileSync(`${folder}${name}.map`, "utf8")));
    } catch {
      // An error is on its way out: its stack names the bundle then, and nothing of it is lost.
    }
    maps.set(name, map);
    return map;
  };
  const ofSource = (line: string): string =>
    line.replace(PLACE, (place, url: string, row: string, column: string) => {
      if (!url.startsWith(href)) return place;
      const found = mapOf(url.slice(href.length))?.findEntry(Number(row) - 1, Number(column) - 1);
      if (found === undefined || !("originalSource" in found)) return place;
      const source = fileURLToPath(new URL(found.originalSource, href));
      return `${pathToFileURL(source).href}:${found.originalLine + 1}:${found.originalColumn + 1}`;
    });
  Error.prepareStackTrace = (error, sites) =>
    [headOf(error), ...sites.map((site) => `    at ${ofSource(String(site))}`)].join("\n");
}

function headOf(error: unknown): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "<error>";
  }
}
