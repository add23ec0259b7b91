/** Which collections are about people, and whose the rows of the others are. */
import { PERSON_NOUNS, PERSON_SIGNS } from "../classify/lexicon/nouns.table.ts";
import { headIs, sayName } from "../classify/name.ts";
import { sameWords } from "../classify/words.ts";
import type { SchemaCollection } from "./model.ts";
import { stemOf } from "./stem.ts";

const WEIGHTS: readonly (readonly [RegExp, number])[] = [
  [/^user\.contact\.email$/, 1],
  [/^user\.authorization\.password$/, 1.5],
  [/^user\.account\.username$/, 1],
  [/^user\.name\.(first|last)$/, 1.2],
  [/^user\.name$/, 0.7],
  [/^user\.contact\.phone_number$/, 0.7],
  [/^user\.demographic\.(date_of_birth|gender)$/, 1],
  [/^user\.government_id/, 1.2],
];
const PERSON_SCORE_MIN = 2.4;
const NOUN_SCORE = 2;

/** How much a collection looks like a list of people, by its name and its fields' names. */
export function personScore(c: SchemaCollection, words: readonly string[]): number {
  const own = new Set<string>();
  for (const field of c.fields) {
    const says = sayName(field.name, field.type);
    if (says.says === "category") own.add(says.said.category);
  }
  let score = 0;
  for (const [pattern, weight] of WEIGHTS)
    for (const category of own) if (pattern.test(category)) score += weight;
  const noun = headIs(words, PERSON_NOUNS) || PERSON_SIGNS.some((s) => c.name.includes(s));
  // `user_roles` is named after people and holds none; a name alone is not enough either.
  return score === 0 ? 0 : score + (noun ? NOUN_SCORE : 0);
}

/** Most likely first. */
export function peopleOf(
  collections: readonly SchemaCollection[],
  words: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  return collections
    .map((c) => ({ name: c.name, score: personScore(c, words.get(c.name) ?? []), key: c.primaryKey.length }))
    .filter(({ score }) => score >= PERSON_SCORE_MIN)
    .map((p, _, all) => (hangsOn(p.name, all, { collections, words }) ? { ...p, score: p.score - HANGS } : p))
    .sort((a, b) => b.score + mainly(b.name) - a.score - mainly(a.name) || a.name.localeCompare(b.name))
    .map(({ name }) => name);
}

const HANGS = 4;

/** One row for each row of other people (`local_user.person_id`, once each): what is called `creator` is rather the other. */
function hangsOn(
  name: string,
  all: readonly { readonly name: string }[],
  {
    collections,
    words,
  }: {
    readonly collections: readonly SchemaCollection[];
    readonly words: ReadonlyMap<string, readonly string[]>;
  },
): boolean {
  const c = collections.find((x) => x.name === name);
  return (c?.uniques ?? []).some((u) => {
    const { words: said, keyed } = stemOf(u.length === 1 ? (u[0] ?? "") : "");
    return keyed && all.some((p) => p.name !== name && sameWords(said, words.get(p.name) ?? []));
  });
}

/** Staff are people too, but what a field calls `user` or `author` is rather a user. */
const mainly = (name: string): number =>
  /user|person|people|member|customer|client|account|patient|benutzer|kunde|utilisateur|usuario|utente|yonghu|用户/i.test(
    name,
  )
    ? 2
    : 0;
