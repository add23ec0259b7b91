/** The table that a name in the singular means, and the other way round, as far as names in English show it. */
import { sameWords, wordsOf } from "@avow/core/datamap/classify/words";
import type { TableNames } from "../table-names.ts";

const IRREGULAR: readonly (readonly [RegExp, string])[] = [
  [/person$/, "people"],
  [/child$/, "children"],
  [/(?<=[^aeiou])y$/, "ies"],
  [/(?<=s|x|z|ch|sh)$/, "es"],
  [/$/, "s"],
];

/** Of the tables that are there the one that is called so in the plural; else how it would be called. */
export function tableFor(name: string, known: TableNames): string {
  if (known.has(name)) return name;
  const [pattern, plural] = IRREGULAR.find(([p]) => p.test(name)) ?? [/$/, "s"];
  const regular = name.replace(pattern, plural);
  return known.has(regular) ? regular : (known.named(wordsOf(name)) ?? regular);
}

/** `user_id` for `users`: the field of these that leads to that table by its name. */
export function fieldFor(table: string, fields: readonly string[]): string | null {
  const words = wordsOf(table);
  const last = words.slice(-1);
  const ending = (f: string): readonly string[] => wordsOf(f).slice(0, -1);
  const keyed = fields.filter((f) => /_id$/.test(f));
  return (
    keyed.find((f) => sameWords(ending(f), words)) ?? keyed.find((f) => sameWords(ending(f), last)) ?? null
  );
}
