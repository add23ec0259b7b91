/** `author`, `created_by`, `parent_id`: the name says which part somebody plays, not where they are. */
import { sameWords } from "../classify/words.ts";
import { keyOf, typesFit } from "./keys.ts";
import type { SchemaCollection, SchemaField } from "./model.ts";
import type { Stem } from "./name-score.ts";
import { doneBy, isAgent, isAgentOf, PARTY_WORDS, playsPart, STAFF, STAFF_WORDS } from "./parts-played.ts";
import { WHICH } from "./stem.ts";
import { type Schema, type Target, target } from "./target.ts";

interface PartOptions {
  readonly schema: Schema;
  readonly stem: Stem;
  /** Where the name leads by itself. */
  readonly found: readonly Target[];
}

/** The name says where it leads: nobody's part has to be guessed. */
const NAMED_SCORE_MIN = 0.8;

const UP =
  /^(parent|ancestor|root|reply|replied|previous|next|original|superior|replyto|inreplyto|eltern|padre|pere|genitore|pai|reports|predecessor|successor|oya|fu|merged|duplicate|forked|thread)$/;
/** Of rows of the same kind only where the kind is said as well: `contract_prev_id` of `contracts`. */
const UP_WHERE_NAMED = /^(source|origin|prev|prec|precedent|precedente|copy|copied|initial|master|main)$/;

/** `author`, `created_by`, `parent_id`: the name says which part somebody plays, not where they are. */
export function byPart(field: SchemaField, own: SchemaCollection, options: PartOptions): readonly Target[] {
  if (options.stem.ownKey) return [];
  return [...upwards(field, own, options), ...towardsPeople(field, options)];
}

/** `post_versions` keeps what rows of `posts` held: what leads upwards there leads to posts. */
const SHADOW =
  /^(?:versions?|revisions?|history|histories|archives?|audits?|snapshots?|versionen|historie|historique|historial)$/;

function shadowed(own: SchemaCollection, { collections, names }: Schema): SchemaCollection | null {
  const words = names.words.get(own.name) ?? [];
  if (words.length < 2 || !SHADOW.test(words.at(-1) ?? "")) return null;
  return collections.find((c) => sameWords(names.words.get(c.name) ?? [], words.slice(0, -1))) ?? null;
}

function upwards(
  field: SchemaField,
  own: SchemaCollection,
  { schema, stem, found }: PartOptions,
): readonly Target[] {
  const { bare } = stem;
  // `pid` is the key of another, and not short for the parent's.
  if (found.some((t) => t.field.toLowerCase() === field.name.toLowerCase() && t.score >= NAMED_SCORE_MIN))
    return [];
  const above = SAME.test(bare.at(-1) ?? "") ? shadowed(own, schema) : null;
  const up = ownUp(field, own, { stem, named: found.length > 0 });
  const key = above === null ? null : keyOf(above);
  if (above === null || key === null || up.length === 0) return up;
  return [target(above, key, 0.88, `what a row of \`${above.name}\` was kept with`), ...up];
}

const SAME = /^(?:parent|eltern|padre|pere|genitore|pai)$/;

function ownUp(
  field: SchemaField,
  own: SchemaCollection,
  { stem, named }: { readonly stem: Stem; readonly named: boolean },
): readonly Target[] {
  const { bare, words, ownWords, keyed } = stem;
  const ownKey = keyOf(own);
  const last = bare.at(-1) ?? "";
  const first = bare[0] ?? "";
  const up =
    UP.test(last) ||
    (/^(to|of|id)$/.test(last) && bare.some((w) => UP.test(w))) ||
    (UP.test(first) &&
      (sameWords(bare.slice(1), ownWords) ||
        sameWords(bare.slice(1), ownWords.slice(-1)) ||
        (stem.headFirst && bare.length <= 2 && !named))) ||
    // `id_redirect_topic` of topics, `parentuser` of users.
    (bare.length > 1 && keyed && WHICH.has(first) && sameWords(bare.slice(1), ownWords)) ||
    (bare.length === 1 && UP_GLUED.exec(last)?.[1] === ownWords.join("")) ||
    (bare.length < words.length && bare.length === 1 && UP_WHERE_NAMED.test(last));
  const type = own.fields.find((f) => f.name === ownKey)?.type ?? "";
  if (ownKey === null || !up || bare.length > 3 || !typesFit(field.type, type)) return [];
  const sure = keyed || /^(parent|to)$/.test(last);
  return [target(own, ownKey, sure ? 0.86 : 0.6, "named as a row of the same kind")];
}

const UP_GLUED = /^(?:parent|root|previous|next)(\p{L}+)$/u;
const PEOPLE_MAX = 3;

const UNDERGONE =
  /^(?:blocked|muted|followed|invited|referred|reported|assigned|mentioned|subject|target|profile|contact)$/;

function towardsPeople(
  field: SchemaField,
  { schema: { collections, names }, stem, found }: PartOptions,
): readonly Target[] {
  const { bare, keyed, headFirst } = stem;
  const named = found.some((t) => t.score >= NAMED_SCORE_MIN);
  const head = (headFirst ? bare[0] : bare.at(-1)) ?? "";
  // An agent that the lists do not know (`granter_id`) only where nothing else is named so.
  const agent = keyed && !named && (isAgent(head) || isAgentOf(head, stem.ownWords));
  // `from_id` and `to_id` of a message.
  const side = keyed && bare.length === 1 && /^(?:from|to)$/.test(head);
  if (!agent && !side && !playsPart(bare, { head, headFirst })) return [];
  // `blocked` is a switch, `blocked_id` is who.
  if (!keyed && !doneBy(bare) && UNDERGONE.test(head)) return [];
  // `invited_by_email`, `created_by_ip`: what is known of who did it, not who.
  if (/^(?:emails?|names?|ip|phone|at|on|date|time|note|reason|type|url)$/.test(bare.at(-1) ?? "")) return [];
  // A `target` of a few small numbers is a kind of thing.
  if (!keyed && /^(?:tiny|small)int/i.test(field.type)) return [];
  const lists = names.people.flatMap((name) => collections.filter((c) => c.name === name));
  const base = keyed || doneBy(bare) ? (side ? 0.62 : agent ? 0.7 : 0.78) : bare.length > 1 ? 0.58 : 0.68;
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

const LOGIN = /pass(?:wd|word|wort)|^pass|pwd|kennwort|contrasen|senha|mdp/i;

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
  if (words.some((w) => STAFF_WORDS.has(w)) && lists.some((c) => STAFF.test(c.name)))
    return first((c) => STAFF.test(c.name));
  // What was done in the system was done by who can log in.
  return doneBy(words) || words.some((w) => STAFF_WORDS.has(w))
    ? first((c) => c.fields.some((f) => LOGIN.test(f.name)))
    : lists;
}
