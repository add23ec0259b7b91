/**
 * Keys that are called after a letter of their collection, as forums and older systems have them: `uid` of `users`, `tid` of `threads`.
 * Several collections may have the same one (`pid` of posts and of polls); a name alone can only say which of them is likelier.
 */
import { keyOf, typesFit } from "./keys.ts";
import type { SchemaCollection, SchemaField } from "./model.ts";
import { type Schema, type Target, target } from "./target.ts";

const LETTER_KEY = /^\p{L}{1,2}_?id$/u;
const NO_LETTER_KEYS = /^(?:uuid|guid|ulid|grid|void|paid|acid|avid|raid|said)$/;
/** `uid` of every collection is how a framework calls all keys, and leads nowhere. */
const SHARED_MAX = 8;

const EXACT = 0.9;
const EXACT_OTHER = 0.7;
const BEHIND = 0.8;
const BEHIND_OTHER = 0.6;

/** Letter key → the collections whose key is called so. Asked for each field, so it is made once for a schema. */
const letterKeysOf = ((): ((schema: Schema) => ReadonlyMap<string, readonly SchemaCollection[]>) => {
  const made = new WeakMap<readonly SchemaCollection[], ReadonlyMap<string, readonly SchemaCollection[]>>();
  return ({ collections }) => {
    const known = made.get(collections);
    if (known !== undefined) return known;
    const keyed = collections.filter((c) => {
      const key = keyOf(c)?.toLowerCase() ?? "";
      return LETTER_KEY.test(key) && !NO_LETTER_KEYS.test(key);
    });
    const grouped = [...Map.groupBy(keyed, (c) => keyOf(c)?.toLowerCase() ?? "")];
    const keys = new Map(grouped.filter(([, of]) => of.length <= SHARED_MAX));
    made.set(collections, keys);
    return keys;
  };
})();

export function byLetterKey(field: SchemaField, own: SchemaCollection, schema: Schema): readonly Target[] {
  const keys = letterKeysOf(schema);
  if (keys.size === 0) return [];
  const name = field.name.toLowerCase();
  const exact = keys.get(name);
  const found = exact === undefined ? behind(name, keys, schema) : { key: name, of: exact };
  if (found === null) return [];
  const ranked = found.of
    .filter((c) => c.name !== own.name && fits(field, c))
    .map((c) => ({ c, rank: rankOf(c, { own, key: found.key, keys, schema }) }))
    .sort((a, b) => b.rank - a.rank);
  const [best] = ranked;
  // The row's own key leads to another's only where it is called after the other, and not after this one: `profiles.uid`.
  if (best === undefined || (keyOf(own) === field.name && !isRowOf(best.c, { own, key: found.key, schema })))
    return [];
  const isExact = exact !== undefined;
  const reason = (c: SchemaCollection): string =>
    isExact
      ? `the key of \`${c.name}\` has the same name`
      : `ends in what the key of \`${c.name}\` is called`;
  return ranked.map(({ c, rank }) =>
    target(
      c,
      keyOf(c) ?? "",
      rank === best.rank ? (isExact ? EXACT : BEHIND) : isExact ? EXACT_OTHER : BEHIND_OTHER,
      reason(c),
    ),
  );
}

const fits = (field: SchemaField, c: SchemaCollection): boolean =>
  typesFit(field.type, c.fields.find((f) => f.name === keyOf(c))?.type ?? "");

/** English words that end in `uid`. */
const NO_USERS = /(?:fluid|liquid|druid|squid|languid)$/;
/** What may stand before the key of a thing with nothing between: `lasttid`, and not `valid`. */
const WHICH_GLUED = /^(?:last|first|prev|next|old|new|from|to|parent|moved|merged)/;

/** `edituid`, `author_uid`, `lastposttid`: which of several, and then the key. */
function behind(
  name: string,
  keys: ReadonlyMap<string, readonly SchemaCollection[]>,
  { names }: Schema,
): { readonly key: string; readonly of: readonly SchemaCollection[] } | null {
  for (const [key, of] of keys) {
    const before = name.slice(0, -key.length);
    if (!name.endsWith(key) || before.length < 2) continue;
    const isPeople = of.some((c) => names.people.includes(c.name));
    if (
      before.endsWith("_") ||
      (isPeople && key === "uid" && !NO_USERS.test(name)) ||
      WHICH_GLUED.test(before)
    )
      return { key, of };
  }
  return null;
}

interface Ranked {
  readonly own: SchemaCollection;
  readonly key: string;
  readonly schema: Schema;
}

/** Called after it first, then after its letter; of the rest, the one that has most to do with others. */
function rankOf(
  c: SchemaCollection,
  { own, key, keys, schema }: Ranked & { readonly keys: ReadonlyMap<string, unknown> },
): number {
  const others = c.fields.filter((f) => {
    const name = f.name.toLowerCase();
    return name !== key && keys.has(name);
  }).length;
  return (
    (isAkin(c, own, schema) ? 8 : 0) +
    (isInitial(c, key, schema) ? 2 : 0) +
    (schema.names.people.includes(c.name) ? 2 : 0) +
    Math.min(3, others) / 2
  );
}

/** `pollvotes` of `polls`, `warnings` of `warningtypes`. */
function isAkin(c: SchemaCollection, own: SchemaCollection, { names }: Schema): boolean {
  const [its, mine] = [names.words.get(c.name) ?? [], names.words.get(own.name) ?? []];
  const short = singular(its.join("").length < mine.join("").length ? its : mine);
  const long = its.join("").length < mine.join("").length ? mine.join("") : its.join("");
  return short.length >= AKIN_CHARS_MIN && long.startsWith(short);
}

const AKIN_CHARS_MIN = 4;
const singular = (words: readonly string[]): string => words.join("").replace(/(?<!s)s$/, "");

function isInitial(c: SchemaCollection, key: string, { names }: Schema): boolean {
  const words = names.words.get(c.name) ?? [];
  const letters = key.replace(/_?id$/, "");
  // Whatever the people of a system are called, their key is the user's.
  if (letters === "u" && names.people.includes(c.name)) return true;
  return letters.length === 1
    ? words.some((w) => w.startsWith(letters))
    : words.join("").startsWith(letters) ||
        words
          .map((w) => w[0])
          .join("")
          .startsWith(letters);
}

/** One row for each of the other's. */
const isRowOf = (c: SchemaCollection, { own, key, schema }: Ranked): boolean =>
  isInitial(c, key, schema) && !isInitial(own, key, schema);
