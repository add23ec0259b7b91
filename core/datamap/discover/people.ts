/** Which collections are about people, and whose the rows of the others are. */
import { PERSON_NOUNS, PERSON_SIGNS } from "../classify/lexicon/nouns.table.ts";
import { headIs, sayName } from "../classify/name.ts";
import { sameWords, wordsOf } from "../classify/words.ts";
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
/** `carrier_email` of `projects`: an e-mail that is called after something else says little of the row itself. */
const OF_OTHERS = 0.4;
/** Words that leave the field its own: which one of several it is. */
const OWN_WORDS =
  /^(?:user|usr|person|customer|client|member|contact|account|employee|staff|patient|my|own|primary|main|first|last|full|home|work|private|personal|business|mobile|default|current|preferred|billing|x|c|u|p)$/;
/** Lists of settings, kinds and records are no lists of people, whatever they hold. */
const NO_PEOPLE =
  /^(?:settings?|configs?|configurations?|options?|preferences|parameters?|parametros?|einstellung(?:en)?|templates?|logs?|history|queues?|imports?|exports?|firmendaten|backups?|permissions?|privileges?)$/;
/** What only persons have; firms and branches have an e-mail, a telephone and somebody to ask for. */
const ONLY_PERSONS =
  /^user\.(?:name\.(?:first|last)|demographic\.(?:date_of_birth|gender)|authorization\.password|account\.username|government_id|health)/;

interface Likeness {
  readonly score: number;
  /** Persons for certain: called so, or with what only persons have. */
  readonly certain: boolean;
}

/** How much a collection looks like a list of people, by its name and its fields' names. */
function likenessOf(c: SchemaCollection, words: readonly string[]): Likeness {
  const own = categoriesOf(c, words);
  const noun = isCalledAfterPeople(c, words);
  const certain = noun || [...own].some(([k, share]) => share === 1 && ONLY_PERSONS.test(k));
  if (NO_PEOPLE.test(words.at(-1) ?? "")) return { score: 0, certain };
  let score = 0;
  for (const [pattern, weight] of WEIGHTS)
    for (const [category, share] of own) if (pattern.test(category)) score += weight * share;
  // A name beside the noun says no more than the noun: `permission_profiles` have one each.
  const onlyNamed = score <= 0.7 && words.length > 1;
  // `user_roles` is named after people and holds none; a name alone is not enough either.
  return { score: score === 0 ? 0 : score + (noun && !onlyNamed ? NOUN_SCORE : 0), certain };
}

const isCalledAfterPeople = (c: SchemaCollection, words: readonly string[]): boolean =>
  headIs(words, PERSON_NOUNS) || PERSON_SIGNS.some((s) => c.name.includes(s));

/** What its fields say, and how much each is the row's own. */
function categoriesOf(c: SchemaCollection, words: readonly string[]): ReadonlyMap<string, number> {
  const own = new Map<string, number>();
  const prefix = sharedPrefix(c);
  for (const field of c.fields) {
    const says = sayName(field.name, field.type, c.name);
    if (says.says !== "category") continue;
    const before = wordsBefore(field.name, says.said.term).filter((w) => w !== prefix);
    const isOwn =
      says.said.whole || before.every((w) => OWN_WORDS.test(w) || words.some((o) => sameWords([o], [w])));
    const share = isOwn ? 1 : OF_OTHERS;
    own.set(says.said.category, Math.max(own.get(says.said.category) ?? 0, share));
  }
  return own;
}

function wordsBefore(name: string, term: string): readonly string[] {
  const [words, first] = [wordsOf(name), term.split(" ")[0]];
  const at = words.indexOf(first ?? "");
  return at > 0 ? words.slice(0, at) : [];
}

const PREFIX_CHARS_MAX = 4;

/** `adh_` of `adh_nom`, `adh_prenom`: it stands before half of the fields and more. */
function sharedPrefix(c: SchemaCollection): string | null {
  const firsts = c.fields.map((f) => wordsOf(f.name)[0] ?? "");
  const [best] = [...Map.groupBy(firsts, (w) => w)].sort(([, a], [, b]) => b.length - a.length);
  return best !== undefined &&
    best[0].length <= PREFIX_CHARS_MAX &&
    best[1].length >= Math.max(3, c.fields.length / 2)
    ? best[0]
    : null;
}

/** Most likely first. */
export function peopleOf(
  collections: readonly SchemaCollection[],
  words: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const likely = collections
    .map((c) => ({ name: c.name, ...likenessOf(c, words.get(c.name) ?? []) }))
    .filter(({ score }) => score >= PERSON_SCORE_MIN);
  // Firms and branches beside persons are none; where nobody is certain, they may be all there is.
  const isAnybody = likely.some((p) => p.certain);
  return likely
    .filter((p) => p.certain || !isAnybody)
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
