/**
 * Links of a collection to itself that a store can follow by itself (spec/rights.md, "How often a store is asked"). It compares values and
 * not texts: only where one value has one text can its answer stand for those of the questions that were not asked.
 */
import type { Graph } from "../datamap/graph.ts";
import { type Collection, carriesOwnership, collectionId, type Link } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { sameNames } from "./named.ts";
import type { Match } from "./notation.ts";
import type { Question } from "./question.ts";
import { fieldsOfLink } from "./tracked.ts";

/** What the store says of the collection. */
export interface Live {
  readonly fields: readonly { readonly name: string; readonly type: string }[];
  readonly primaryKey: readonly string[];
  readonly uniques: readonly (readonly string[])[];
  readonly indexes: readonly (readonly string[])[];
}

export interface Ring {
  readonly from: string;
  readonly to: string;
}

/** From a row to those that hang on it, as a capture goes, or to what it hangs on, as a climb does. */
export type Way = "down" | "up";

interface Told {
  readonly live: Live;
  /** Kinds of fields that the connector follows. */
  readonly follows: readonly string[];
}

/** Null: there is none, or none that can be left to the store. Without an index each step would read the whole collection. */
export function ringOf(graph: Graph, id: string, way: Way, { live, follows }: Told): Ring | null {
  const collection = must(graph.collections.get(id), "rings are of collections");
  for (const link of collection.links) {
    const down = collectionId(link.to) === id ? simple(link) : null;
    if (down === null) continue;
    const ring = way === "down" ? down : { from: down.to, to: down.from };
    const kinds = [ring.from, ring.to].map((field) => kindOf(graph, id, live, field));
    const [kind] = kinds;
    if (kind === undefined || kind === null || kinds[1] !== kind) continue;
    if (follows.includes(kind.slice(0, kind.indexOf(" "))) && isIndexed(live, ring.from)) return ring;
  }
  return null;
}

function simple(link: Link): Ring | null {
  const [[from, ...more], [to]] = [link.from, link.to.fields];
  if (from === undefined || to === undefined || more.length > 0 || !carriesOwnership(link)) return null;
  const isPlain = (link.normalisers ?? []).every((n) => n === "exact");
  return isPlain && link.when === undefined && link.each === undefined && link.via === undefined
    ? { from, to }
    : null;
}

const TEXT = /^[^[]*(char|text|clob)[^[]*$/i;

/** With the type, so that both sides are of one. Null: a value may have several texts, or a text be several values. */
function kindOf(graph: Graph, id: string, { fields }: Live, name: string): string | null {
  const type = fields.find((f) => f.name === name)?.type;
  if (type === undefined) return null;
  const notations = graph.notations.get(id)?.get(name);
  if (notations === "integer" || notations === "uuid") return `${notations} ${type}`;
  return notations === undefined && TEXT.test(type) ? `text ${type}` : null;
}

const isIndexed = ({ primaryKey, uniques, indexes }: Live, field: string): boolean =>
  [primaryKey, ...uniques, ...indexes].some(([first]) => first === field);

/** No text that a store writes for two values: of bytes and of their text, of nothing at all, of infinity, of letters that are none. */
export const isPlainText = (text: string): boolean => !/^(?:$|x'|-?Inf$)|\uFFFD/.test(text);

/** What a question of a capture asks, by whether rows that are found so are the person's: what hangs on the others is nobody's business. */
export function seedsOf(
  collection: Collection,
  anyOf: readonly Match[],
): { seeds: Match[]; beside: Match[] } {
  const owning = [
    ...collection.identities.map((i) => [i.field]),
    ...collection.links.filter(carriesOwnership).map(fieldsOfLink),
  ];
  const seeds = anyOf.filter((match) => owning.some((fields) => sameNames(fields, match.fields)));
  return { seeds, beside: anyOf.filter((match) => !seeds.includes(match)) };
}

/** Parts of a question: the values of the link that are known to lead to all that there is, and what is left to ask. */
export function knownOf(
  { from }: Ring,
  { anyOf }: Question,
  whole: ReadonlySet<string>,
): { readonly values: readonly string[]; readonly left: readonly Match[] } {
  const values = new Set<string>();
  const left = anyOf.flatMap((match): Match[] => {
    const isLink = match.fields.length === 1 && match.fields[0] === from;
    if (!isLink || (match.normalisers ?? []).some((n) => n !== "exact")) return [match];
    const tuples = match.tuples.filter(([value = ""]) => {
      if (whole.has(value)) values.add(value);
      return !whole.has(value);
    });
    return tuples.length === 0 ? [] : [{ ...match, tuples }];
  });
  return { values: [...values], left };
}
