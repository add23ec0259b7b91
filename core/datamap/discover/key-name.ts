/**
 * Fields that hold the very name of another's key: behind a word that only says that they lead somewhere (`ref_cod_pupil` of `cod_pupil`),
 * or before one that says which of several (`idpes_mother` of `idpes`).
 */
import { ABOUT_WORDS } from "../classify/lexicon/nouns.table.ts";
import { wordsOf } from "../classify/words.ts";
import { keyOf, typesFit } from "./keys.ts";
import type { SchemaCollection, SchemaField } from "./model.ts";
import { abbreviates } from "./name-score.ts";
import { stemOf } from "./stem.ts";
import { type Schema, type Target, target } from "./target.ts";

const REFERS = /^(?:ref|fk)_/;

const isReference = (key: string): boolean => REFERS.test(key);

const BEHIND = 0.94;
const BEFORE = 0.84;
/** Satellites have the key of what they belong to. */
const OF_ANOTHER = 0.16;

export function byKeyName(field: SchemaField, own: SchemaCollection, schema: Schema): readonly Target[] {
  const name = field.name.toLowerCase();
  const isOwnKey = keyOf(own) === field.name;
  return schema.collections.flatMap((c): readonly Target[] => {
    const key = keyOf(c);
    const called = key?.toLowerCase() ?? "";
    if (key === null || !isTelling(called) || (c.name === own.name && isOwnKey)) return [];
    if (!typesFit(field.type, c.fields.find((f) => f.name === key)?.type ?? "")) return [];
    const after = isCalledAfter(called, schema.names.words.get(c.name) ?? []) ? 0 : OF_ANOTHER;
    if (unreferred(name).includes(called))
      return [target(c, key, BEHIND - after, `behind \`ref\` or \`fk\`, the key of \`${c.name}\``)];
    // `idpes` of the person and of all that are rows of the person: the one it is short for comes first.
    if (name === called && after === 0 && c.name !== own.name)
      return [target(c, key, BEHIND, `the key of \`${c.name}\` has the same name, and is called after it`)];
    const more = isOwnKey || !name.startsWith(`${called}_`) ? [] : wordsOf(name.slice(called.length));
    if (more.length === 0 || more.length > 2 || more.some((w) => ABOUT_WORDS.has(w))) return [];
    return [target(c, key, BEFORE - after, `begins with what the key of \`${c.name}\` is called`)];
  });
}

/** `ref_ref_cod_pupil` → `ref_cod_pupil`, `cod_pupil`. */
function unreferred(name: string): readonly string[] {
  const rest = name.replace(REFERS, "");
  return rest === name ? [] : [rest, ...unreferred(rest)];
}

/** More than a word for any key, so that it is no chance where another field holds it. */
const isTelling = (key: string): boolean =>
  /^(?:id|cod|cd|nr|num|pk)_?\p{L}{3,}/u.test(key) || isReference(key) || /\p{L}{3,}_id$/u.test(key);

function isCalledAfter(key: string, its: readonly string[]): boolean {
  const { words } = stemOf(key);
  const bare = words.join("").replace(/^(?:id|cod|cd|nr|num)(?=\p{L}{3})/u, "");
  return bare === its.join("") || `${bare}s` === its.join("") || abbreviates([bare], its.slice(0, 1));
}
