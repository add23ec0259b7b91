/** `author`, `created_by`, `parent_id`: the name says which part somebody plays, not where they are. */
import { sameWords } from "../classify/words.ts";
import { keyOf, typesFit } from "./keys.ts";
import type { SchemaCollection, SchemaField } from "./model.ts";
import type { Stem } from "./name-score.ts";
import { doneBy, isAgent, PARTY_WORDS, playsPart, STAFF, STAFF_WORDS } from "./parts-played.ts";
import { type Schema, type Target, target } from "./target.ts";

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
export function byPart(
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
