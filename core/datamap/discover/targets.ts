/** Which collection a field's name may lead to: singular and plural, prefixes of the schema, words for people in several languages. */
import { sameWords, wordsOf } from "../classify/words.ts";
import { byPart } from "./by-part.ts";
import { keyOf, leadOf, typeClass, typesFit } from "./keys.ts";
import type { SchemaCollection, SchemaField } from "./model.ts";
import { nameScore, stemIn } from "./name-score.ts";
import { type Schema, type Target, target } from "./target.ts";

/** Figures kept as text (`user_id varchar`): only where the name leaves no doubt. */
const LOOSE_SCORE_MIN = 0.9;
const LOOSE_FACTOR = 0.85;

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
