/** Looks into fields that hold fields of their own: JSON documents, and rows of an attribute's name beside its value. */
import { evidenceOf } from "../classify/evidence.ts";
import { type About, classifyField } from "../classify/field.ts";
import { DETECTORS } from "../classify/index.ts";
import { familyOf, sayName } from "../classify/name.ts";
import { wordsOf } from "../classify/words.ts";
import type { FoundPart, SchemaCollection } from "./model.ts";

const PATHS_MAX = 200;
const DEPTH_MAX = 6;
const VALUES_MAX = 500;

/** A key that is a name of the schema; one that may be a value (an address, an id) is written `*`. */
function keyName(key: string): string {
  const plain = /^[\p{L}_$][\p{L}\p{N}_$.:-]{0,40}$/u.test(key) && !/\d{4}/.test(key);
  return plain && [...DETECTORS.values()].every((d) => d.find(key) === 0) ? key : "*";
}

export interface PartsContext {
  readonly collection: string;
  readonly about: About;
}

/** Paths of documents (`address.city`, `items[].name`) with what they hold. Keys that only a few documents have may be values: `*`. */
export function jsonParts(cells: readonly (string | null)[], context: PartsContext): readonly FoundPart[] {
  const documents = cells.flatMap((c) => parsed(c));
  if (documents.length === 0) return [];
  const values = new Map<string, string[]>();
  const holders = new Map<string, number>();
  for (const document of documents) {
    const seen = new Set<string>();
    walk(document, [], (path, value) => {
      if (!values.has(path) && values.size >= PATHS_MAX * 5) return;
      const of = values.get(path) ?? [];
      if (of.length < VALUES_MAX) of.push(value);
      values.set(path, of);
      if (!seen.has(path)) holders.set(path, (holders.get(path) ?? 0) + 1);
      seen.add(path);
    });
  }
  const merged = rareMerged(values, holders, documents.length);
  return [...merged].slice(0, PATHS_MAX).map(([path, of]) => partOf(path, of, context));
}

const RARE_DOCUMENTS_MIN = 20;

function rareMerged(
  values: ReadonlyMap<string, readonly string[]>,
  holders: ReadonlyMap<string, number>,
  documents: number,
): ReadonlyMap<string, readonly string[]> {
  if (documents < RARE_DOCUMENTS_MIN || values.size < RARE_DOCUMENTS_MIN) return values;
  const merged = new Map<string, readonly string[]>();
  for (const [path, of] of values) {
    const name = (holders.get(path) ?? 0) <= 1 ? [...path.split(".").slice(0, -1), "*"].join(".") : path;
    merged.set(name, [...(merged.get(name) ?? []), ...of]);
  }
  return merged;
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

function walk(value: unknown, path: readonly string[], tell: (path: string, value: string) => void): void {
  if (path.length > DEPTH_MAX || value === null || value === undefined) return;
  if (Array.isArray(value)) {
    const last = path.at(-1);
    const inside = last === undefined ? ["[]"] : [...path.slice(0, -1), `${last}[]`];
    for (const item of value.slice(0, 20)) walk(item, inside, tell);
  } else if (typeof value === "object")
    for (const [key, inner] of Object.entries(value).slice(0, PATHS_MAX))
      walk(inner, [...path, keyName(key)], tell);
  else tell(path.join("."), String(value));
}

function partOf(path: string, values: readonly string[], { collection, about }: PartsContext): FoundPart {
  const name = path.split(".").at(-1)?.replaceAll("[]", "") ?? path;
  const numbers = values.every((v) => /^-?\d+(\.\d+)?$/.test(v));
  const switches = values.every((v) => v === "true" || v === "false");
  const type = switches ? "boolean" : numbers ? "numeric" : "text";
  const found = classifyField({
    name,
    type,
    collection,
    about,
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
  /^(key|name|attribute|attr|property|prop|field|option|setting|param|attribute name|meta key|field name|attribute code|code)$/;
const VALUE =
  /^(value|val|meta value|attribute value|field value|option value|data|content|value text|text value)$/;

/** An attribute's name beside its value: WordPress calls them `meta_key` and `meta_value`. */
export function eavShape(c: SchemaCollection): EavShape | null {
  if (c.fields.length > 9) return null;
  const texts = c.fields.filter((f) => familyOf(f.type) === "text" || familyOf(f.type) === "json");
  const tail = (name: string, pattern: RegExp): boolean => {
    const words = wordsOf(name);
    return pattern.test(words.join(" ")) || pattern.test(words.slice(-1).join(" "));
  };
  const value = texts.find((f) => tail(f.name, VALUE));
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
  const merged = new Map<string, string[]>();
  for (const [attribute, of] of values) {
    const name = of.length < ATTRIBUTE_ROWS_MIN ? onceNamed(attribute) : keyName(attribute);
    merged.set(name, [...(merged.get(name) ?? []), ...of]);
  }
  return [...merged].slice(0, ATTRIBUTES_MAX).map(([name, of]) => partOf(name, of, context));
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
