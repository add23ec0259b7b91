/** Fields that tell of a thing: `product_name` where products are nobody's, and the `name` of `order_products`, which is a product's. */

import { PERSON_NOUNS } from "../classify/lexicon/nouns.table.ts";
import { headIs } from "../classify/name.ts";
import { sameWords, wordsOf } from "../classify/words.ts";

/** Collections about nobody, with the words of their names. */
export type Things = readonly { readonly name: string; readonly words: readonly string[] }[];

const LIKE =
  /^(?:names?|titles?|labels?|descriptions?|summary|url|link|slug|price|image|picture|photo|logo|icon|model|weight|height|width|length|size|color|colour|location|reference|keyword|keywords|code|brand|type|version)$/;

export function thingOf(field: string, collection: string, things: Things): string | null {
  const words = wordsOf(field);
  if (!LIKE.test(words.at(-1) ?? "")) return null;
  const before = words.slice(0, -1);
  if (before.length > 0) return things.find((t) => sameWords(before, t.words))?.name ?? null;
  const own = wordsOf(collection.split(".").at(-1) ?? collection);
  if (headIs(own, PERSON_NOUNS)) return null;
  return (
    things.find(
      (t) =>
        t.words.length > 0 && t.words.length < own.length && sameWords(own.slice(-t.words.length), t.words),
    )?.name ?? null
  );
}

export const thingsAmong = (
  words: ReadonlyMap<string, readonly string[]>,
  isAboutNobody: (name: string) => boolean,
): Things =>
  [...words]
    .filter(([name, of]) => of.length > 0 && isAboutNobody(name) && !headIs(of, PERSON_NOUNS))
    .map(([name, of]) => ({ name, words: of }));
