/** The words of collections' names: without the schema, its prefix, and the short names of its modules. */
import { wordsOf } from "../classify/words.ts";
import type { SchemaCollection } from "./model.ts";

const PREFIX_SHARE_MIN = 0.6;
const PREFIX_COLLECTIONS_MIN = 3;
const MODULE_CHARS_MAX = 3;
const MODULES_SHARE_MIN = 0.5;
const USELESS = new Set(["tbl", "tb", "tab", "dbo"]);

/**
 * The words of each collection's name, without the schema, without a prefix that most of them share (`wp_`, `tbl`), and without the short
 * names of modules, where most have one (`co_`, `an_`).
 */
export function collectionWords(
  collections: readonly SchemaCollection[],
): ReadonlyMap<string, readonly string[]> {
  const all = collections.map((c) => [c.name, wordsOf(c.name.split(".").at(-1) ?? c.name)] as const);
  const shared = [...Map.groupBy(all, ([, words]) => words[0] ?? "")].find(
    ([, of]) =>
      of.length >= PREFIX_COLLECTIONS_MIN &&
      of.length / all.length >= PREFIX_SHARE_MIN &&
      of.every(([, w]) => w.length > 1),
  )?.[0];
  const bare = all.map(([name, words]) => {
    const [first = "", ...rest] = words;
    return [name, rest.length > 0 && (first === shared || USELESS.has(first)) ? rest : words] as const;
  });
  const modules = [...Map.groupBy(bare, ([, words]) => words[0] ?? "")].filter(
    ([first, of]) =>
      first.length <= MODULE_CHARS_MAX &&
      of.length >= PREFIX_COLLECTIONS_MIN &&
      of.every(([, w]) => w.length > 1),
  );
  const share = modules.reduce((sum, [, of]) => sum + of.length, 0) / Math.max(1, all.length);
  const prefixes = new Set(
    modules.map(([first]) => first).filter((first) => first.length === 1 || share >= MODULES_SHARE_MIN),
  );
  return new Map(
    bare.map(([name, words]) => {
      const [first = "", ...rest] = words;
      return [name, rest.length > 0 && prefixes.has(first) ? rest : words];
    }),
  );
}
