/** What a capture asks of a store. */
import type { Graph } from "../datamap/graph.ts";
import type { Collection, Link } from "../datamap/model.ts";
import { normaliserOf } from "../terms/person.ts";
import { tupleKey } from "./named.ts";
import {
  inAnyLetters,
  isSpelledOneWay,
  type Match,
  type Matching,
  matchesBy,
  matchingOf,
  spelled,
} from "./notation.ts";
import type { Cells, Tuple } from "./pointing.ts";
import { fieldsOfLink } from "./tracked.ts";

export interface Question {
  readonly collection: string;
  readonly fields: readonly string[];
  readonly anyOf: readonly Match[];
}

/** Matches of one name can be asked as one, and their tuples compared. */
export const matchingName = ({ fields, normalisers = [], collated }: Matching): string =>
  `${normalisers.join(",")} ${collated === true} ${tupleKey(fields)}`;

interface Found {
  readonly key: readonly string[];
  readonly rows: ReadonlyMap<string, { readonly current: Cells | null; readonly reach: string }>;
}

/** The identity is the key itself, and the one row that has it is here. */
export function isFound({ key, rows }: Found, i: Collection["identities"][number], tuple: Tuple): boolean {
  const byKey = key.length === 1 && key[0] === i.field && normaliserOf(i.namespace) === "exact";
  const row = byKey ? rows.get(tupleKey(tuple)) : undefined;
  return row !== undefined && row.current !== null && row.reach === "owned";
}

/** Rows that are known by one of these: addresses as people write them, UUIDs in whatever letters. */
export function matchesByIdentity(
  graph: Graph,
  id: string,
  { field, namespace }: Collection["identities"][number],
  tuples: readonly Tuple[],
): Question["anyOf"] {
  const match = { fields: [field], tuples: spelled(graph, id, [field], tuples) };
  const normaliser = normaliserOf(namespace);
  return normaliser === "exact"
    ? [match, ...inAnyLetters(graph, id, match)]
    : [{ ...match, normalisers: [normaliser] }];
}

/** Rows whose link leads to one of the tuples, and holds: as the store's own joins would have it, and addresses as people write them. */
export function matchesOf(
  graph: Graph,
  child: string,
  link: Link,
  tuples: readonly Tuple[],
): Question["anyOf"] {
  const plain = plainOf(graph, child, link);
  if (plain !== null) return [{ ...plain, tuples }];
  const { fields: from, normalisers, ...by } = matchingOf(link, link.from);
  const fields = fieldsOfLink(link);
  const all =
    normalisers === undefined ? {} : { normalisers: fields.map((_, i) => normalisers[i] ?? "exact") };
  const conditions = conditionsOf(link);
  const spelledOut = spelled(graph, child, from, tuples);
  const whole =
    link.when === undefined
      ? spelledOut
      : spelledOut.flatMap((tuple) => conditions.map((condition) => [...tuple, ...condition]));
  return matchesBy(graph, child, { ...by, ...all, fields, tuples: whole });
}

const plainLinks = new WeakMap<Graph, WeakMap<Link, Matching | null>>();
/** How a link is asked by whose values are asked for as they are; null: it takes more. Of a graph, once for everybody: a sweep asks for thousands. */
function plainOf(graph: Graph, child: string, link: Link): Matching | null {
  const own = plainLinks.get(graph) ?? new WeakMap<Link, Matching | null>();
  plainLinks.set(graph, own);
  const known = own.get(link);
  if (known !== undefined) return known;
  const isPlain =
    link.when === undefined && link.normalisers === undefined && isSpelledOneWay(graph, child, link.from);
  const matching = isPlain ? matchingOf(link, fieldsOfLink(link)) : null;
  own.set(link, matching);
  return matching;
}

/** What fields of `when` hold together where the link does, one tuple for each way. */
export const conditionsOf = ({ when }: Link): readonly Tuple[] =>
  Object.values(when ?? {}).reduce<readonly Tuple[]>(
    (all, values) => all.flatMap((one) => values.map((value) => [...one, value])),
    [[]],
  );
