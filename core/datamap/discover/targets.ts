/** Which collection a field's name may lead to: singular and plural, prefixes of the schema, words for people in several languages. */
import { familyOf, type TypeFamily } from "../classify/name.ts";
import { sameWords, wordsOf } from "../classify/words.ts";
import type { SchemaCollection, SchemaField } from "./model.ts";
import { doneBy, isAgent, PARTY_WORDS, playsPart, STAFF, STAFF_WORDS } from "./parts-played.ts";
import { stemOf } from "./stem.ts";

export interface Target {
  readonly collection: SchemaCollection;
  readonly field: string;
  readonly score: number;
  readonly reason: string;
}

export interface Names {
  readonly words: ReadonlyMap<string, readonly string[]>;
  /** Collections of people, the most likely first. */
  readonly people: readonly string[];
}

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

export function keyOf(c: SchemaCollection): string | null {
  if (c.primaryKey.length === 1) return c.primaryKey[0] ?? null;
  return c.primaryKey.length === 0 ? (c.uniques.find((u) => u.length === 1)?.[0] ?? null) : null;
}

const LANGUAGE =
  /^(?:id_?)?(?:lang|language|locale|culture|sprache|langue|idioma|lingua|taal)(?:_?(?:id|code))?$/i;
export const isTranslated = (c: SchemaCollection): boolean =>
  c.primaryKey.length > 1 && c.primaryKey.some((k) => LANGUAGE.test(k));

/** A row for each language: they have in common what the other field of the key says. */
function leadOf(c: SchemaCollection): string | null {
  const others = isTranslated(c) ? c.primaryKey.filter((k) => !LANGUAGE.test(k)) : [];
  return others.length === 1 ? (others[0] ?? null) : null;
}

const CLASSES: Readonly<Partial<Record<TypeFamily, string>>> = {
  text: "text",
  uuid: "uuid",
  number: "number",
};
export const typeClass = (type: string): string | null => CLASSES[familyOf(type)] ?? null;

/** Text may hold uuids, and figures; a number never holds either. */
export function typesFit(from: string, to: string): boolean {
  const a = typeClass(from);
  const b = typeClass(to);
  if (a === null || b === null || /float|double|real|money/i.test(from)) return false;
  return a === b || (a === "text" && b === "uuid");
}

/** Figures kept as text (`user_id varchar`): only where the name leaves no doubt. */
const LOOSE_SCORE_MIN = 0.9;
const LOOSE_FACTOR = 0.85;

const target = (collection: SchemaCollection, field: string, score: number, reason: string): Target => ({
  collection,
  field,
  score,
  reason,
});

interface Schema {
  readonly collections: readonly SchemaCollection[];
  readonly names: Names;
}

/** What the name of a field says, taken apart. */
interface Stem {
  readonly words: readonly string[];
  /** Without the own collection's name in front: `comment_post_ID` of `comments`. */
  readonly bare: readonly string[];
  readonly keyed: boolean;
  /** `id_banca_azienda`, `fk_user_author`: what comes first is what it is, as in `banca`. */
  readonly headFirst: boolean;
  readonly field: string;
  readonly ownKey: boolean;
  readonly ownWords: readonly string[];
}

function stemIn(field: string, own: SchemaCollection, ownWords: readonly string[]): Stem {
  const { words, keyed, headFirst } = stemOf(field);
  const named =
    words.length > ownWords.length &&
    ownWords.length > 0 &&
    sameWords(words.slice(0, ownWords.length), ownWords);
  const ownKey = own.primaryKey.length === 1 && own.primaryKey[0] === field;
  return {
    words,
    bare: named ? words.slice(ownWords.length) : words,
    keyed,
    headFirst,
    field,
    ownKey,
    ownWords,
  };
}

/** By falling likelihood; the caller looks at the values of the first few. */
export function targetsOf(field: SchemaField, own: SchemaCollection, schema: Schema): readonly Target[] {
  const { collections, names } = schema;
  const stem = stemIn(field.name, own, names.words.get(own.name) ?? []);
  const module = wordsOf(own.name.split(".").at(-1) ?? "")[0];
  const found: Target[] = [];
  for (const c of collections) {
    const lead = keyOf(c) === null ? leadOf(c) : null;
    const key = keyOf(c) ?? lead;
    if (key === null || (c.name === own.name && stem.ownKey)) continue;
    const type = c.fields.find((f) => f.name === key)?.type ?? "";
    const fits = typesFit(field.type, type);
    if (!fits && !(typeClass(field.type) === "text" && typeClass(type) === "number")) continue;
    const scored = nameScore(stem, {
      key,
      its: names.words.get(c.name) ?? [],
      self: c.name === own.name,
      name: c.name,
    });
    if (scored === null || (!fits && (scored[0] < LOOSE_SCORE_MIN || !stem.keyed))) continue;
    // A translation has no name that others call it by but its own.
    if (lead !== null && (scored[0] < LOOSE_SCORE_MIN || own.primaryKey.includes(field.name))) continue;
    // Of two that the name fits the same, the one of the same module.
    const near = wordsOf(c.name.split(".").at(-1) ?? "")[0] === module ? NEAR : 0;
    found.push(target(c, key, (fits ? scored[0] : scored[0] * LOOSE_FACTOR) + near, scored[1]));
  }
  found.push(...byPart(field, own, { schema, stem, named: found.some((t) => t.score >= NAMED_SCORE_MIN) }));
  const best = new Map<string, Target>();
  for (const t of found)
    if ((best.get(t.collection.name)?.score ?? 0) < t.score) best.set(t.collection.name, t);
  return [...best.values()].sort(
    (a, b) => b.score - a.score || a.collection.name.length - b.collection.name.length,
  );
}

const NEAR = 0.01;
/** The name says where it leads: nobody's part has to be guessed. */
const NAMED_SCORE_MIN = 0.8;
/** Longer names that fit are the more telling ones, and a little goes for each word. */
const WORD = 0.01;

interface Its {
  readonly key: string;
  readonly its: readonly string[];
  readonly self: boolean;
  readonly name: string;
}

const KEYISH = /^(id|uuid|guid|code|key|name|no|number)$/i;

function nameScore(stem: Stem, { key, its, self, name }: Its): readonly [number, string] | null {
  const { words, bare, keyed, ownKey } = stem;
  if (its.length === 0 || words.length === 0) return null;
  const keyWords = stemOf(key);
  const ofName = sameWords(keyWords.words, its) || abbreviates(keyWords.words, its);
  // `ip`, `email`, `token`: the same name for the same kind of thing, unless it says that it is a key.
  if (
    !self &&
    !KEYISH.test(key) &&
    key.toLowerCase() === stem.field.toLowerCase() &&
    (keyWords.keyed || ofName)
  ) {
    // Two collections with the same key: the one that the key is named after comes first, and of two others neither does.
    if (ownKey && !ofName) return null;
    return [ofName ? 0.95 : 0.8, `the key of \`${name}\` has the same name`];
  }
  if (self || (!keyed && isPlural(words.at(-1) ?? ""))) return null;
  if (sameWords(words, its) || sameWords(bare, its) || words.join("") === its.join(""))
    return [keyed ? 0.93 : 0.72, `named after \`${name}\``];
  // `node_id` of `nodes` is the row's own.
  if (ownKey || sameWords(words, stem.ownWords)) return null;
  return keyed ? byKeyedName(stem, its, name) : byTail(stem, its, name);
}

/** Numbers of things and lists of them are called after many. */
const isPlural = (word: string): boolean => word.length > 3 && /[^su]s$/.test(word);

/** `billing_address`: what it is comes last; `sort_order` is none. */
function byTail({ words }: Stem, its: readonly string[], name: string): readonly [number, string] | null {
  const sorts =
    its.length === 1 && /^(orders?|types?|status|groups?|values?|items?|texts?)$/.test(its[0] ?? "");
  return !sorts && words.length > its.length && sameWords(words.slice(-its.length), its)
    ? [0.6, `ends in the name of \`${name}\``]
    : null;
}

function byKeyedName(stem: Stem, its: readonly string[], name: string): readonly [number, string] | null {
  const { words, bare, headFirst, ownWords } = stem;
  const n = its.length;
  // `status_id` of `orders` and `order_status`.
  const kinds = [
    [...ownWords, ...bare],
    [...bare, ...ownWords],
  ];
  if (ownWords.length > 0 && kinds.some((k) => sameWords(k, its)))
    return [0.88, `\`${name}\` is named after both`];
  const more = Math.min(3, n) * WORD;
  if (words.length > n && sameWords(words.slice(-n), its))
    return [(headFirst ? 0.72 : 0.84) + more, `ends in the name of \`${name}\``];
  if (words.length > n && sameWords(words.slice(0, n), its))
    return [(headFirst ? 0.84 : 0.6) + more, `begins with the name of \`${name}\``];
  const extra = (n - bare.length) * WORD;
  if (n > words.length && sameWords(its.slice(-words.length), words))
    return [0.64 - extra, `\`${name}\` ends in it`];
  if (n > bare.length && bare.length > 0 && sameWords(its.slice(-bare.length), bare))
    return [0.62 - extra, `\`${name}\` ends in it`];
  if (n > words.length && sameWords(its.slice(0, words.length), words))
    return [0.63 - extra, `\`${name}\` begins with it`];
  const [short, whole] = [bare.join(""), its.join("")];
  const initials = its.map((w) => w[0]).join("");
  if (short.length >= 3 && n === 1 && whole.length > short.length && whole.startsWith(short))
    return [0.66, `\`${name}\` begins so`];
  if (short.length >= 3 && n === 1 && whole.length > short.length && isShort(short, whole))
    return [0.61, `may be short for \`${name}\``];
  return n > 1 && short === initials ? [0.61, `may be short for \`${name}\``] : null;
}

/** `id_adh` of `adherents`, whose pictures have the same key. */
const abbreviates = (words: readonly string[], its: readonly string[]): boolean => {
  const [short, whole] = [words.join(""), its[0] ?? ""];
  return (
    its.length === 1 &&
    short.length >= 3 &&
    short.length < whole.length &&
    (whole.startsWith(short) || isShort(short, whole))
  );
};

/** `org` for `organization`, `dept` for `department`: begins alike, and leaves letters out. */
function isShort(short: string, whole: string): boolean {
  if (short[0] !== whole[0] || short.length > 5) return false;
  let at = 0;
  for (const letter of whole) if (letter === short[at]) at += 1;
  return at === short.length;
}

interface PartOptions {
  readonly schema: Schema;
  readonly stem: Stem;
  readonly named: boolean;
}

const UP =
  /^(parent|ancestor|root|reply|replied|previous|next|original|superior|eltern|padre|pere|genitore|pai|reports|predecessor|successor|oya|fu|merged|duplicate|forked|thread)$/;
/** Of rows of the same kind only where the kind is said as well: `contract_prev_id` of `contracts`. */
const UP_WHERE_NAMED = /^(source|origin|prev|prec|precedent|precedente|copy|copied|initial|master|main)$/;

/** `author`, `created_by`, `parent_id`: the name says which part somebody plays, not where they are. */
function byPart(
  field: SchemaField,
  own: SchemaCollection,
  { schema, stem, named }: PartOptions,
): readonly Target[] {
  if (stem.ownKey) return [];
  return [...upwards(field, own, stem), ...towardsPeople(field, { schema, stem, named })];
}

function upwards(field: SchemaField, own: SchemaCollection, stem: Stem): readonly Target[] {
  const { bare, words, ownWords, keyed } = stem;
  const ownKey = keyOf(own);
  const last = bare.at(-1) ?? "";
  const first = bare[0] ?? "";
  const up =
    UP.test(last) ||
    (/^(to|of|id)$/.test(last) && bare.some((w) => UP.test(w))) ||
    (UP.test(first) && (sameWords(bare.slice(1), ownWords) || (stem.headFirst && bare.length <= 2))) ||
    (bare.length < words.length && bare.length === 1 && UP_WHERE_NAMED.test(last));
  const type = own.fields.find((f) => f.name === ownKey)?.type ?? "";
  if (ownKey === null || !up || bare.length > 3 || !typesFit(field.type, type)) return [];
  const sure = keyed || /^(parent|to)$/.test(last);
  return [target(own, ownKey, sure ? 0.86 : 0.6, "named as a row of the same kind")];
}

const PEOPLE_MAX = 3;

function towardsPeople(
  field: SchemaField,
  { schema: { collections, names }, stem, named }: PartOptions,
): readonly Target[] {
  const { bare, keyed, headFirst } = stem;
  const head = (headFirst ? bare[0] : bare.at(-1)) ?? "";
  // An agent that the lists do not know (`granter_id`) only where nothing else is named so.
  const agent = keyed && !named && isAgent(head);
  if (!agent && !playsPart(bare, { head, headFirst })) return [];
  // `invited_by_email`, `created_by_ip`: what is known of who did it, not who.
  if (/^(?:emails?|names?|ip|phone|at|on|date|time|note|reason|type|url)$/.test(bare.at(-1) ?? "")) return [];
  // A `target` of a few small numbers is a kind of thing.
  if (!keyed && /^(?:tiny|small)int/i.test(field.type)) return [];
  const lists = names.people.flatMap((name) => collections.filter((c) => c.name === name));
  const base = keyed || doneBy(bare) ? (agent ? 0.7 : 0.78) : bare.length > 1 ? 0.58 : 0.68;
  return ordered(lists, bare)
    .slice(0, PEOPLE_MAX)
    .flatMap((list, at): readonly Target[] => {
      const key = keyOf(list);
      const type = list.fields.find((f) => f.name === key)?.type ?? "";
      return key === null || !typesFit(field.type, type)
        ? []
        : [target(list, key, base - at * 0.12, "named after a part that people play")];
    });
}

/** Staff go first for what staff do; who has no way to log in, for what customers and suppliers do. */
function ordered(lists: readonly SchemaCollection[], words: readonly string[]): readonly SchemaCollection[] {
  const first = (test: (c: SchemaCollection) => boolean): readonly SchemaCollection[] => [
    ...lists.filter(test),
    ...lists.filter((c) => !test(c)),
  ];
  if (words.some((w) => PARTY_WORDS.has(w))) {
    const parties = first(
      (c) =>
        !/user|admin|login|account/i.test(c.name) && !c.fields.some((f) => /^pass|passw|pwd/i.test(f.name)),
    );
    return parties;
  }
  return words.some((w) => STAFF_WORDS.has(w)) ? first((c) => STAFF.test(c.name)) : lists;
}
