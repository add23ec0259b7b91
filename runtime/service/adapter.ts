/** The adapter for drills (`drill` in avow.yaml) as it is now: its file, and those beside it that it goes by. */
import { dirname, join, resolve } from "node:path";
import { hashOf } from "@avow/core/terms/hash";
import { readText } from "./manifest.ts";

const IMPORTED = /(?:\bfrom|\bimport)\s*\(?\s*["'](\.{1,2}\/[^"'\n]+)["']/g;
/** Whoever has more has no adapter but an application. */
const FILES_MAX = 500;

/** Packages are not followed. A file that is not there counts as such. */
export async function adapterBasis(
  folder: string,
  drill: { readonly adapter: string } | null,
): Promise<string> {
  if (drill === null) return "none";
  const texts = new Map<string, string | null>();
  const todo = [resolve(folder, drill.adapter)];
  for (let path = todo.pop(); path !== undefined && texts.size < FILES_MAX; path = todo.pop()) {
    if (texts.has(path)) continue;
    const text = await readText(path);
    texts.set(path, text);
    for (const [, to = ""] of text?.matchAll(IMPORTED) ?? []) todo.push(join(dirname(path), to));
  }
  return hashOf([...texts.values()].map((t) => t ?? "").sort());
}
