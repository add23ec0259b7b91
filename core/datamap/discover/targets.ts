/** Which collection a field's name may lead to: singular and plural, prefixes of the schema, words for people in several languages. */
import { sameWords, wordsOf } from "../classify/words.ts";
import { byPart } from "./by-part.ts";
import { byKeyName } from "./key-name.ts";
import { keyOf, leadOf, typeClass, typesFit } from "./keys.ts";
import { byLetterKey } from "./letter-key.ts";
import type { SchemaCollection, SchemaField } from "./model.ts";
import { nameScore, stemIn } from "./name-score.ts";
import { stemOf } from "./stem.ts";
import { type Schema, type Target, target } from "./target.ts";

/** Figures kept as text (`user_id varchar`): only where the name leaves no doubt. */
const LOOSE_SCORE_MIN = 0.9;
const LOOSE_FACTOR = 0.85;

/** By falling likelihood; the caller looks at the values of the first few. */
export function targetsOf(field: SchemaField, own: SchemaCollection, schema: Schema): readonly Target[] {
  const { collections, names } = schema;
  const stem = stemIn(field.name, own, names.words.get(own.name) ?? []);
  const module = wordsOf(own.name.split(".").at(-1) ?? "")[0];
  const aliases = aliasesIn(schema);
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
      alias: aliases.get(c.name) ?? null,
    });
    if (scored === null) continue;
    if (!fits && (scored[0] < LOOSE_SCORE_MIN || !stem.keyed)) {
      // Text called after it that holds no key as a rule: only its values can say.
      if (scored[0] >= EXACT_SCORE_MIN && !stem.keyed) found.push(target(c, key, VALUES_SAY, scored[1]));
      continue;
    }
    // A translation has no name that others call it by but its own.
    if (lead !== null && (scored[0] < LOOSE_SCORE_MIN || own.primaryKey.includes(field.name))) continue;
    // Of two that the name fits the same, the one of the same module.
    const near = wordsOf(c.name.split(".").at(-1) ?? "")[0] === module ? NEAR : 0;
    found.push(target(c, key, (fits ? scored[0] : scored[0] * LOOSE_FACTOR) + near, scored[1]));
  }
  found.push(...byOtherKey(field, own, schema));
  found.push(...byLetterKey(field, own, schema), ...byKeyName(field, own, schema));
  found.push(...byPart(field, own, { schema, stem, found }));
  const best = new Map<string, Target>();
  for (const t of found)
    if ((best.get(t.collection.name)?.score ?? 0) < t.score) best.set(t.collection.name, t);
  return [...best.values()].sort(
    (a, b) => b.score - a.score || a.collection.name.length - b.collection.name.length,
  );
}

const NEAR = 0.01;
/** Named after it, and no key: below what is accepted without a look at values. */
const EXACT_SCORE_MIN = 0.72;
const VALUES_SAY = 0.55;

/** `id_msg` of `messages`: what fields call the key, where only one collection has it and none is called so. */
const aliasesIn = ((): ((schema: Schema) => ReadonlyMap<string, readonly string[]>) => {
  const made = new WeakMap<readonly SchemaCollection[], ReadonlyMap<string, readonly string[]>>();
  return ({ collections, names }) => {
    const known = made.get(collections);
    if (known !== undefined) return known;
    const keyed = collections.flatMap((c) => {
      const { words, keyed: is } = stemOf(keyOf(c) ?? "");
      return is && words.length > 0 && words.join("").length > 1 ? [[c.name, words] as const] : [];
    });
    const byStem = Map.groupBy(keyed, ([, words]) => words.join(" "));
    const taken = (words: readonly string[]): boolean =>
      [...names.words.values()].some((its) => sameWords(its, words));
    const aliases = new Map(keyed.filter(([, w]) => byStem.get(w.join(" "))?.length === 1 && !taken(w)));
    made.set(collections, aliases);
    return aliases;
  };
})();

/** A number that tells rows of another collection apart and is not its key: `encounter` of `form_encounter`. */
function byOtherKey(field: SchemaField, own: SchemaCollection, schema: Schema): readonly Target[] {
  const stem = stemOf(field.name);
  if (typeClass(field.type) !== "number" || (own.primaryKey.length === 1 && own.primaryKey[0] === field.name))
    return [];
  return schema.collections.flatMap((c): readonly Target[] => {
    const its = schema.names.words.get(c.name) ?? [];
    const n = stem.words.length;
    if (c.name === own.name || n === 0 || !sameWords(its.slice(-n), stem.words)) return [];
    const key = keyOf(c);
    const other = c.fields.find(
      (f) =>
        f.name !== key &&
        sameWords(stemOf(f.name).words, stem.words) &&
        typesFit(field.type, f.type) &&
        (c.uniques.some((u) => u.join() === f.name) ||
          schema.looked?.get(c.name)?.unique.has(f.name) === true),
    );
    return other === undefined
      ? []
      : [target(c, other.name, 0.86, `\`${c.name}.${other.name}\` tells its rows apart and is named so`)];
  });
}
