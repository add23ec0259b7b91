/** How well the name of a field fits the name of a collection: singular and plural, heads and tails, short forms. */
import { sameWords, wordsOf } from "../classify/words.ts";
import type { SchemaCollection } from "./model.ts";
import { stemOf, WHICH } from "./stem.ts";

/** What the name of a field says, taken apart. */
export interface Stem {
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

const PREFIX_CHARS_MAX = 4;
const PREFIXED_MIN = 4;

/** `pc_title`, `pc_facility`: a short word that most of a collection's fields begin with, and that says nothing of any. */
function prefixOf(c: SchemaCollection): string | null {
  const firsts = c.fields.map((f) => wordsOf(f.name)).flatMap((w) => (w.length > 1 ? [w[0] ?? ""] : []));
  const [best] = [...Map.groupBy(firsts, (w) => w)].sort(([, a], [, b]) => b.length - a.length);
  if (best === undefined || best[0].length > PREFIX_CHARS_MAX || /^(?:id|is|has|fk)$/.test(best[0]))
    return null;
  return best[1].length >= Math.max(PREFIXED_MIN, c.fields.length / 2) ? best[0] : null;
}

export function stemIn(field: string, own: SchemaCollection, ownWords: readonly string[]): Stem {
  const stem = stemOf(field);
  const { keyed, headFirst } = stem;
  const words = stem.words.length > 1 && stem.words[0] === prefixOf(own) ? stem.words.slice(1) : stem.words;
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

/** Longer names that fit are the more telling ones, and a little goes for each word. */
const WORD = 0.01;

interface Its {
  readonly key: string;
  readonly its: readonly string[];
  readonly self: boolean;
  readonly name: string;
  /** What fields call its key, where that is no word of its name: `id_msg` of `messages`. */
  readonly alias?: readonly string[] | null;
}

const GLUED_NAME_MIN = 6;
/** A key that says of itself that it leads to another's row: nothing leads here by its name. */
const REFERENCE = /^(?:ref|fk)_/i;
const KEYISH = /^(id|uuid|guid|code|key|name|no|number)$/i;

export function nameScore(
  stem: Stem,
  { key, its, self, name, alias }: Its,
): readonly [number, string] | null {
  const { words, bare, keyed, ownKey } = stem;
  if (its.length === 0 || words.length === 0) return null;
  const keyWords = stemOf(key);
  const ofName = sameWords(keyWords.words, its) || abbreviates(keyWords.words, its);
  // `ip`, `email`, `token`: the same name for the same kind of thing, unless it says that it is a key.
  if (
    !self &&
    !KEYISH.test(key) &&
    key.toLowerCase() === stem.field.toLowerCase() &&
    !REFERENCE.test(key) &&
    (keyWords.keyed || ofName)
  ) {
    // Two collections with the same key: the one that the key is named after comes first, and of two others neither does.
    if (ownKey && (!ofName || abbreviates(keyWords.words, stem.ownWords))) return null;
    // `employee_pay_history`: of several with that key, the one that the own collection is called after.
    const [mine, theirs] = [stem.ownWords.join(""), its.join("")];
    const after = theirs.length >= 5 && mine.length > theirs.length && mine.startsWith(theirs);
    return [after ? 0.96 : ofName ? 0.95 : 0.8, `the key of \`${name}\` has the same name`];
  }
  if (self || (!keyed && (isPlural(words.at(-1) ?? "") || isMeasure(words)))) return null;
  if (sameWords(words, its) || sameWords(bare, its) || words.join("") === its.join(""))
    return [keyed ? 0.93 : 0.72, `named after \`${name}\``];
  // `weight_unit_id` of `core_weightunit`: some frameworks write a model's name as one word, behind its module's.
  const glued = words.join("");
  if (
    words.length > 1 &&
    glued.length >= GLUED_NAME_MIN &&
    (its.at(-1) === glued || its.at(-1) === `${glued}s`)
  )
    return [keyed ? 0.88 : 0.66, `\`${name}\` ends in it, as one word`];
  // `node_id` of `nodes` is the row's own.
  if (ownKey || sameWords(words, stem.ownWords)) return null;
  const plain = its.length > 1 && GENERIC.test(its.at(-1) ?? "") ? its.slice(0, -1) : its;
  if (plain !== its && (sameWords(words, plain) || sameWords(bare, plain)))
    return [keyed ? 0.9 : 0.68, `named after \`${name}\``];
  if (!keyed) return byTail(stem, its, name);
  return (
    byKeyedName(stem, its, name) ??
    (alias === undefined || alias === null ? null : byAlias(stem, alias, name))
  );
}

/** What stands behind the word for the thing, and adds nothing: `patient_data`, `customer_master`. */
const GENERIC =
  /^(?:data|info|infos|details?|master|main|base|records?|table|tbl|file|entity|entities|daten|stamm|stammdaten|datos|dati|dados|donnees)$/;

/** `id_last_msg` where the key of `messages` is `id_msg`. */
function byAlias({ words }: Stem, alias: readonly string[], name: string): readonly [number, string] | null {
  const n = alias.length;
  if (words.length > n && sameWords(words.slice(-n), alias))
    return [
      words.slice(0, -n).every((w) => WHICH.has(w)) ? 0.84 : 0.72,
      `ends in what the key of \`${name}\` is called`,
    ];
  return words.length > n && sameWords(words.slice(0, n), alias)
    ? [0.74, `begins with what the key of \`${name}\` is called`]
    : null;
}

/** `quantity` beside a table of quantities, `limit_per_user`: how many, not which. */
const isMeasure = (words: readonly string[]): boolean =>
  words.slice(1).includes("per") || /^(?:quantity|quantite|cantidad|menge|amount)$/.test(words.at(-1) ?? "");

/** Numbers of things and lists of them are called after many. */
const isPlural = (word: string): boolean => word.length > 3 && /[^su]s$/.test(word);

/** `billing_address`: what it is comes last; `sort_order` is none. */
function byTail({ words }: Stem, its: readonly string[], name: string): readonly [number, string] | null {
  if (words.some((w) => /^(?:count|num|number|anzahl|nombre|qty|total)$/.test(w))) return null;
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
    return [
      (headFirst && !words.slice(0, -n).every((w) => WHICH.has(w)) ? 0.72 : 0.84) + more,
      `ends in the name of \`${name}\``,
    ];
  if (words.length > n && sameWords(words.slice(0, n), its))
    return [(headFirst ? 0.84 : 0.6) + more, `begins with the name of \`${name}\``];
  // `billtoaddressid`: what it is comes last there, too.
  const [glued = "", end = ""] = words.length === 1 ? [words[0], its.join("")] : [];
  if (end.length >= GLUED_MIN && glued.length >= end.length + 2 && glued.endsWith(end))
    return [0.8, `ends in the name of \`${name}\``];
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

const GLUED_MIN = 5;

/** `id_adh` of `adherents`, whose pictures have the same key. */
export const abbreviates = (words: readonly string[], its: readonly string[]): boolean => {
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
