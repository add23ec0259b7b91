/** Looks into fields that hold fields of their own: JSON documents, and rows of an attribute's name beside its value. */

import type { About } from "../classify/about.ts";
import { evidenceOf } from "../classify/evidence.ts";
import { classifyField } from "../classify/field.ts";
import { DETECTORS } from "../classify/index.ts";
import { familyOf, sayName } from "../classify/name.ts";
import { wordsOf } from "../classify/words.ts";
import type { FoundPart, SchemaCollection } from "./model.ts";

const PATHS_MAX = 200;
const DEPTH_MAX = 6;
const VALUES_MAX = 500;

/** A key that is a name of the schema; one that may be a value (an address, an id) is written `*`. A list at the top has no key. */
function keyName(key: string): string {
  if (/^(?:\[\])+$/.test(key)) return key;
  const plain = /^[\p{L}_$][\p{L}\p{N}_$.:-]{0,40}(?:\[\])*$/u.test(key) && !/\d{4}/.test(key);
  return plain && [...DETECTORS.values()].every((d) => d.find(key) === 0) ? key : "*";
}

export interface PartsContext {
  readonly collection: string;
  readonly about: About;
}

/** Paths of documents (`address.city`, `items[].name`) with what they hold. Keys that only few documents have may be values: `*`. */
export function jsonParts(cells: readonly (string | null)[], context: PartsContext): readonly FoundPart[] {
  const documents = cells.flatMap((c) => parsed(c));
  const values = new Map<string, string[]>();
  const holders = new Map<string, number>();
  for (const document of documents) {
    const seen = new Set<string>();
    walk(document, [], (path, value) => {
      const id = JSON.stringify(path);
      if (!values.has(id) && values.size >= PATHS_MAX * 5) return;
      const of = values.get(id) ?? [];
      if (of.length < VALUES_MAX) of.push(value);
      values.set(id, of);
      for (const [at] of path.entries()) seen.add(JSON.stringify(path.slice(0, at + 1)));
    });
    for (const prefix of seen) holders.set(prefix, (holders.get(prefix) ?? 0) + 1);
  }
  const enough = Math.max(RARE_DOCUMENTS_MIN, documents.length * RARE_SHARE_MIN);
  const merged = new Map<string, { name: string; values: string[] }>();
  for (const [id, of] of values) {
    const path = pathOf(id);
    const shown = path.map((key, at) =>
      (holders.get(JSON.stringify(path.slice(0, at + 1))) ?? 0) < enough ? onceNamed(key) : keyName(key),
    );
    const known = merged.get(shown.join(".")) ?? { name: path.at(-1) ?? "", values: [] };
    known.values.push(...of);
    merged.set(shown.join("."), known);
  }
  return [...merged].slice(0, PATHS_MAX).map(([path, of]) => partOf(path, { ...of, context }));
}

const RARE_DOCUMENTS_MIN = 2;
const RARE_SHARE_MIN = 0.05;

function pathOf(id: string): readonly string[] {
  const path: unknown = JSON.parse(id);
  return Array.isArray(path) ? path.map(String) : [];
}

function parsed(cell: string | null): readonly unknown[] {
  if (cell === null || !/^\s*[{[]/.test(cell)) return [];
  try {
    return [JSON.parse(cell)];
  } catch (error) {
    // Cut short by the sample, or no JSON after all.
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function walk(
  value: unknown,
  path: readonly string[],
  tell: (path: readonly string[], value: string) => void,
): void {
  if (path.length > DEPTH_MAX || value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const last = path.at(-1);
    const inside = last === undefined ? ["[]"] : [...path.slice(0, -1), `${last}[]`];
    for (const item of value.slice(0, 20)) walk(item, inside, tell);
  } else if (typeof value === "object")
    for (const [key, inner] of Object.entries(value).slice(0, PATHS_MAX)) walk(inner, [...path, key], tell);
  else tell(path, String(value));
}

interface PartValues {
  /** The key as it stands, which is looked at and not shown. */
  readonly name: string;
  readonly values: readonly string[];
  readonly context: PartsContext;
}

function partOf(path: string, { name, values, context }: PartValues): FoundPart {
  const numbers = values.every((v) => /^-?\d+(\.\d+)?$/.test(v));
  const switches = values.every((v) => v === "true" || v === "false");
  const found = classifyField({
    name: path.split(".").at(-1) === "*" ? "" : name.replaceAll("[]", ""),
    type: switches ? "boolean" : numbers ? "numeric" : "text",
    collection: context.collection,
    about: context.about,
    inKey: false,
    leadsTo: null,
    evidence: evidenceOf(values),
  });
  return { path, ...found };
}

export interface EavShape {
  readonly attribute: string;
  readonly value: string;
}

const ATTRIBUTE =
  /^(key|name|attribute|attr|property|prop|field|option|setting|param|attribute name|meta key|field name|attribute code|code|schluessel|schlussel|merkmal|eigenschaft|attribut|feld|feldname|cle|champ|propriete|attributo|chiave|proprieta|campo|atributo|propiedad|chave|propriedade|sleutel|kenmerk|veld)$/;
const VALUE =
  /^(value|val|meta value|attribute value|field value|option value|data|content|value text|text value|wert|feldwert|valeur|valor|valore|waarde)$/;

/** An attribute's name beside its value: WordPress calls them `meta_key` and `meta_value`. */
export function eavShape(c: SchemaCollection): EavShape | null {
  if (c.fields.length > 9) return null;
  const texts = c.fields.filter((f) => ["text", "json", "binary"].includes(familyOf(f.type)));
  const tail = (name: string, pattern: RegExp): boolean => {
    const words = wordsOf(name);
    return pattern.test(words.join(" ")) || pattern.test(words.slice(-1).join(" "));
  };
  // A `name` beside the bytes of its `content` is a file's.
  const value = texts.find(
    (f) => tail(f.name, VALUE) && !(familyOf(f.type) === "binary" && tail(f.name, /^(?:data|content)$/)),
  );
  const attribute = texts.find((f) => f !== value && tail(f.name, ATTRIBUTE));
  return value === undefined || attribute === undefined
    ? null
    : { attribute: attribute.name, value: value.name };
}

const ATTRIBUTES_MAX = 100;
/** An attribute's name stands in several rows; what stands in one may be a value. */
const ATTRIBUTE_ROWS_MIN = 2;

export function eavParts(
  rows: readonly (readonly [string | null, string | null])[],
  context: PartsContext,
): readonly FoundPart[] {
  const values = new Map<string, string[]>();
  for (const [attribute, value] of rows) {
    if (attribute === null || value === null) continue;
    const of = values.get(attribute) ?? [];
    if (of.length < VALUES_MAX) of.push(value);
    values.set(attribute, of);
  }
  const merged = new Map<string, { name: string; values: string[] }>();
  for (const [attribute, of] of values) {
    const shown = of.length < ATTRIBUTE_ROWS_MIN ? onceNamed(attribute) : keyName(attribute);
    const known = merged.get(shown) ?? { name: attribute, values: [] };
    known.values.push(...of);
    merged.set(shown, known);
  }
  return [...merged].slice(0, ATTRIBUTES_MAX).map(([path, of]) => partOf(path, { ...of, context }));
}

/** Of a name that stands once only the word of ours that is in it is shown. */
function onceNamed(attribute: string): string {
  const says = sayName(attribute, "text");
  return says.says === "category" && says.said.strength === "sure"
    ? `*${says.said.term.replaceAll(" ", "_")}*`
    : "*";
}

/** What a field with parts is as a whole: what its personal parts have in common. */
export function wholeOf(
  parts: readonly FoundPart[],
): { readonly category: string; readonly confidence: number; readonly reason: string } | null {
  const personal = parts.filter((p) => p.category !== null && p.category !== "system" && p.confidence >= 0.5);
  const [first] = personal;
  if (first === undefined || first.category === null) return null;
  let common = first.category.split(".");
  for (const { category } of personal) {
    const other = (category ?? "").split(".");
    const at = common.findIndex((step, i) => step !== other[i]);
    if (at !== -1) common = common.slice(0, at);
  }
  const named = [...new Set(personal.map((p) => `\`${p.path}\` ${p.category}`))].slice(0, 3).join(", ");
  return {
    category: common.join("."),
    confidence: Math.max(...personal.map((p) => p.confidence)),
    reason: `holds ${named}${personal.length > 3 ? ` and ${personal.length - 3} more` : ""}`,
  };
}
