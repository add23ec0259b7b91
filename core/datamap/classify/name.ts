/** What the name of a field says by itself: the longest term of the lexicon that it holds, unless it only speaks about that. */
import { LEXICON } from "./lexicon/lexicon.ts";
import {
  ABOUT_FIRST_WORDS,
  ABOUT_WORDS,
  BODY_WORDS,
  CHOSEN_WORDS,
  MARKUP_WORDS,
  SHOWN_WORDS,
} from "./lexicon/nouns.table.ts";
import type { Strength, Term } from "./lexicon/term.ts";
import { sameWord, wordsOf } from "./words.ts";

export type TypeFamily =
  | "text"
  | "number"
  | "date"
  | "boolean"
  | "uuid"
  | "json"
  | "address"
  | "point"
  | "binary"
  | "other";

/** The family of a type as the systems write it. */
export function familyOf(type: string): TypeFamily {
  const t = type.toLowerCase();
  if (/json|hstore/.test(t)) return "json";
  if (/^uuid|uniqueidentifier/.test(t)) return "uuid";
  if (/inet|cidr|macaddr/.test(t)) return "address";
  if (/point|geometry|geography|polygon|linestring/.test(t)) return "point";
  if (/bool|^bit(\(1\))?$|^tinyint\(1\)/.test(t)) return "boolean";
  if (/date|^time|timestamp|^year|interval/.test(t)) return "date";
  if (/char|text|clob|string|enum|^set\b|citext|^name$|user-defined/.test(t)) return "text";
  if (/int|serial|numeric|decimal|float|double|real|money|number|dec\b/.test(t)) return "number";
  if (/blob|bytea|binary|^image$|^(?:long )?raw\b/.test(t)) return "binary";
  return t === "" ? "text" : "other";
}

const LETTER: Readonly<Record<TypeFamily, string>> = {
  text: "t",
  uuid: "t",
  address: "t",
  json: "t",
  other: "t",
  point: "n",
  number: "n",
  date: "d",
  boolean: "b",
  // Many systems keep their texts in bytes.
  binary: "t",
};

interface Entry {
  readonly term: Term;
  readonly words: readonly string[];
  readonly joined: string;
}

const ENTRIES: readonly Entry[] = LEXICON.flatMap((term) =>
  term.terms.split("|").map((text) => {
    const words = wordsOf(text);
    return { term, words, joined: words.join("") };
  }),
);

const BY_FIRST = Map.groupBy(
  ENTRIES.filter((e) => /^[\p{Script=Latin}\d]/u.test(e.joined)),
  (e) => e.words[0] ?? "",
);
const WHOLE = ENTRIES.filter((e) => !/^[\p{Script=Latin}\d]/u.test(e.joined));
/** Compounds without a sign between (`usremail`, `kundentelefonnummer`) are looked into for words that are no part of others. */
const JOINED = ENTRIES.filter(
  (e) =>
    e.term.strength !== "person" &&
    e.term.strength !== "weak" &&
    e.term.category !== "system" &&
    e.joined.length >= 6 &&
    /^\p{Script=Latin}+$/u.test(e.joined),
).sort((a, b) => b.joined.length - a.joined.length);

const BESIDE_CHARS_MIN = 3;
/** `pension` is no part of it. */
const NOT_COMPOSED = /^suspension/;

/** A part of a compound: what is left beside it is long enough to be a word, and is no ending of the same one (`authorization`). */
function isPartOf(word: string, term: string): boolean {
  const at = word.indexOf(term);
  if (at < 0 || word.length === term.length || NOT_COMPOSED.test(word)) return false;
  const after = word.slice(at + term.length);
  return (
    word.length - term.length >= BESIDE_CHARS_MIN &&
    (at === 0 || at >= BESIDE_CHARS_MIN) &&
    !/^(?:i[sz]|it[iy]|ing|able|ed$|ship|al$|ly$)/.test(after)
  );
}

export interface Said {
  readonly category: string;
  readonly strength: Strength;
  readonly term: string;
  /** The name is that term and nothing else. */
  readonly whole: boolean;
}

export type NameSays =
  | { readonly says: "category"; readonly said: Said }
  /** `shown`: how it is shown, ordered or marked up, which is a setting whatever the type. */
  | { readonly says: "about"; readonly term: string; readonly shown: boolean }
  | { readonly says: "nothing" };

const ALWAYS_MEANT = new Set(["user.privacy_preferences", "user.behavior", "user.demographic.date_of_birth"]);

/** `collection`: its words in front of the field's are left out, since `post_title` of `posts` is a title. */
export function sayName(name: string, type: string, collection = ""): NameSays {
  const all = wordsOf(name);
  const owner = wordsOf(collection.split(".").at(-1) ?? "").slice(-1);
  const repeats = owner.length > 0 && all.length > 1 && sameWord(all[0] ?? "", owner[0] ?? "");
  const bare = repeats ? sayWords(all.slice(1), type) : null;
  if (bare === null) return sayWords(all, type);
  const whole = sayWords(all, type);
  // `user_agent` and `account_number` mean more than `agent` and `number`.
  const longer =
    whole.says === "category" && whole.said.term.split(" ").length > 1 && whole.said.strength !== "person";
  return longer ? whole : bare;
}

function sayWords(words: readonly string[], type: string): NameSays {
  const letter = LETTER[familyOf(type)];
  const found = longest(words, letter);
  if (found === null)
    return isShown(words) ? { says: "about", term: words.at(-1) ?? "", shown: true } : { says: "nothing" };
  const { entry, end, fits, rest = "" } = found;
  const shown =
    (!OF_BODIES.test(entry.term.category) &&
      words.slice(end).some((w, i) => SHOWN_WORDS.has(w) && !BODY_WORDS.has(words[end + i - 1] ?? ""))) ||
    (entry.term.category === "user.unique_id" && MARKUP_WORDS.has(words[end - entry.words.length - 1] ?? ""));
  const about =
    (!ALWAYS_MEANT.has(entry.term.category) || rest === "privacy") &&
    (words.slice(end).some((w) => ABOUT_WORDS.has(w) || w === "id" || w === "ids") ||
      ABOUT_WORDS.has(rest) ||
      (ABOUT_FIRST_WORDS.has(words[0] ?? "") && end > entry.words.length));
  const term = entry.words.join(" ");
  if (!fits || about || shown) return { says: "about", term, shown };
  const said = {
    category: entry.term.category,
    strength: entry.term.strength,
    term,
    whole: words.length === entry.words.length,
  };
  return { says: "category", said };
}

/** `user_colour`, `favorite_color`: of nothing that anybody looks like or suffers from. */
const isShown = (words: readonly string[]): boolean =>
  SHOWN_WORDS.has(words.at(-1) ?? "") &&
  CHOSEN_WORDS.has(words.at(-2) ?? "") &&
  !words.some((w) => BODY_WORDS.has(w));

/** Their colour is what they are (`race_color`, `urine_colour`). */
const OF_BODIES = /^user\.(?:demographic|health_and_medical|biometric)/;

interface Found {
  readonly entry: Entry;
  readonly end: number;
  readonly fits: boolean;
  /** What stands behind the term in a compound: `type` in `avatartype`. */
  readonly rest?: string;
}

const RANK: Readonly<Record<Strength, number>> = { sure: 3, likely: 2, person: 1, weak: 0 };

/** The most words win, then the surer, then the later. But a sure word at the end is the head of the name: `last_sign_in_ip` is an address. */
function longest(words: readonly string[], letter: string): Found | null {
  const offers: (Found & { readonly score: number })[] = [];
  const offer = (entry: Entry, end: number, weight: number, rest?: string): void => {
    const fits = letter !== "" && entry.term.types.includes(letter);
    offers.push({
      entry,
      end,
      fits,
      ...(rest === undefined ? {} : { rest }),
      score: weight * 100 + (fits ? 50 : 0) + RANK[entry.term.strength] * 10 + end * 11,
    });
  };
  for (const [at] of words.entries())
    for (const entry of candidates(words[at] ?? ""))
      if (entry.words.every((word, i) => sameTerm(words[at + i] ?? "", word)))
        offer(entry, at + entry.words.length, entry.words.length);
  const joined = words.join("");
  for (const entry of WHOLE)
    if (joined.includes(entry.joined)) offer(entry, words.length, entry.joined.length >= 3 ? 2 : 1);
  if (offers.length === 0) {
    const entry = JOINED.find((e) => words.some((w) => isPartOf(w, e.joined)) || joined === e.joined);
    const whole = words.find((w) => entry !== undefined && isPartOf(w, entry.joined)) ?? "";
    if (entry !== undefined) offer(entry, words.length, 1, whole.split(entry.joined)[1] ?? "");
  }
  const [best] = offers.sort((a, b) => b.score - a.score);
  if (best === undefined || best.end === words.length) return best ?? null;
  return offers.find((o) => o.end === words.length && o.fits && o.entry.term.strength === "sure") ?? best;
}

const sameTerm = (word: string, term: string): boolean =>
  word === term || (term.length > 3 && word === `${term}s`);

function candidates(word: string): readonly Entry[] {
  const plain = BY_FIRST.get(word) ?? [];
  return word.endsWith("s") && word.length > 4
    ? [...plain, ...(BY_FIRST.get(word.slice(0, -1)) ?? [])]
    : plain;
}

/** Whether the head of a collection's name is one of the words, in whatever number. */
export const headIs = (words: readonly string[], nouns: ReadonlySet<string>): boolean => {
  const head = words.at(-1) ?? "";
  for (const noun of nouns) if (sameWord(head, noun)) return true;
  return false;
};
