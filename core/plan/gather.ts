/**
 * The questions of many people about one collection as one question, and whose each answer is: a sweep asks a store once, however
 * many people it is about.
 */
import type { Graph } from "../datamap/graph.ts";
import type { Collection } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { oneNotation } from "../terms/notations.ts";
import { type Cells, cellsOf, type Question, type Tuple, tupleKey } from "./capture.ts";
import { textKey } from "./named.ts";
import { type Kinds, kindsOfMatch, type Matching, nameIn } from "./notation.ts";
import { matchingName } from "./question.ts";

/** `by`: the index of whoever asks, in the caller's list. */
export interface Asking {
  readonly by: number;
  readonly question: Question;
}

/** A place inside of a column, or a list of identities or of rows elsewhere: there a row's cells do not say who asked for it. Null: none. */
export const fieldWithin = (c: Collection): string | null =>
  c.fields.find((f) => f.path !== undefined)?.name ??
  c.identities.find((i) => i.each === true)?.field ??
  c.links.find((l) => l.each !== undefined)?.each ??
  null;

interface Group {
  readonly matching: Matching;
  /** Where the one field stands in a row; null: it takes several. */
  readonly at: number | null;
  /** Null: one text, one value. */
  readonly kinds: Kinds | null;
  /** What was asked, each text once. */
  readonly tuples: Tuple[];
  /** All of the texts, once one of them was another than the name of its value. */
  texts: Set<string> | null;
  /** By value; most are asked for by one person. */
  readonly askers: Map<string, number | number[]>;
}

export interface Joined {
  readonly question: Question;
  /** Who asked for this row, each once. */
  askersOf(row: Cells): readonly number[];
}

/** All about one collection, for the same fields. */
export function joinQuestions(graph: Graph, askings: readonly Asking[]): Joined {
  const first = must(askings[0], "somebody asks").question;
  const { collection, fields } = first;
  const groups = new Map<string, Group>();
  let last: Group | null = null;
  for (const { by, question } of askings)
    for (const match of question.anyOf) {
      // Most ask alike: then nothing has to be named.
      if (last === null || !isAlike(last.matching, match)) last = groupOf(groups, match, { graph, first });
      for (const tuple of match.tuples) ask(last, tuple, by);
    }
  const all = [...groups.values()];
  return {
    question: { collection, fields, anyOf: all.map(({ matching, tuples }) => ({ ...matching, tuples })) },
    askersOf: (row) => askersOf(all, fields, row),
  };
}

/** More tuples than that are asked for in several statements: then it pays to ask for none of them twice. */
const UNLIKELY_MAX = 50_000;

/**
 * The same where hardly a row is expected to come back: whose it would be is worked out at the first one. What several ask for is asked for
 * as often, which brings a row no more than once; but not where many have much in common.
 */
export function joinUnlikely(graph: Graph, askings: readonly Asking[]): Joined {
  const { collection, fields, anyOf } = must(askings[0], "somebody asks").question;
  const [match, ...others] = anyOf;
  const alike = ({ question }: Asking): boolean =>
    question.anyOf.length === 1 && question.anyOf.every((m) => match !== undefined && isAlike(m, match));
  if (match === undefined || others.length > 0 || !askings.every(alike)) return joinQuestions(graph, askings);
  const asked = askings.reduce((sum, { question }) => sum + (question.anyOf[0]?.tuples.length ?? 0), 0);
  if (asked > UNLIKELY_MAX) return joinQuestions(graph, askings);
  let joined: Joined | null = null;
  const tuples = askings.flatMap((a) => a.question.anyOf[0]?.tuples ?? []);
  return {
    question: { collection, fields, anyOf: [{ ...match, tuples }] },
    askersOf(row) {
      joined ??= joinQuestions(graph, askings);
      return joined.askersOf(row);
    },
  };
}

const isAlike = (a: Matching, b: Matching): boolean =>
  a.fields === b.fields &&
  a.collated === b.collated &&
  (a.normalisers === b.normalisers ||
    a.fields.every((_, i) => (a.normalisers?.[i] ?? "exact") === (b.normalisers?.[i] ?? "exact")));

function groupOf(
  groups: Map<string, Group>,
  { tuples: _, ...matching }: Question["anyOf"][number],
  { graph, first }: { readonly graph: Graph; readonly first: Question },
): Group {
  const name = matchingName(matching);
  const known = groups.get(name);
  if (known !== undefined) return known;
  const [only, ...others] = matching.fields;
  const group: Group = {
    ...{ matching, tuples: [], texts: null, askers: new Map() },
    at: only !== undefined && others.length === 0 ? first.fields.indexOf(only) : null,
    kinds: kindsOfMatch(graph, first.collection, matching),
  };
  groups.set(name, group);
  return group;
}

function ask(group: Group, tuple: Tuple, by: number): void {
  const name = nameIn(group.kinds, tuple);
  // Of two notations each is asked for: which of them the store takes for one is its own business.
  if (!isAsked(group, tuple, name)) group.tuples.push(tuple);
  const before = group.askers.get(name);
  if (before === undefined) group.askers.set(name, by);
  else if (typeof before === "number") {
    if (before !== by) group.askers.set(name, [before, by]);
  } else if (before.at(-1) !== by) before.push(by);
}

/** Whether this very text was asked for before; from now on it was. */
function isAsked(group: Group, tuple: Tuple, name: string): boolean {
  if (group.kinds === null) return group.askers.has(name);
  const text = tupleKey(tuple);
  if (group.texts === null) {
    if (text === name) return group.askers.has(name);
    group.texts = new Set(group.tuples.map(tupleKey));
  }
  const size = group.texts.size;
  return group.texts.add(text).size === size;
}

function askersOf(groups: readonly Group[], fields: readonly string[], row: Cells): readonly number[] {
  let one = -1;
  let several: Set<number> | null = null;
  const add = (by: number): void => {
    if (several !== null) several.add(by);
    else if (one === -1) one = by;
    else if (one !== by) several = new Set([one, by]);
  };
  for (const group of groups) {
    const name = nameOf(group, fields, row);
    const found = name === null ? undefined : group.askers.get(name);
    if (typeof found === "number") add(found);
    else if (found !== undefined) for (const by of found) add(by);
  }
  return several === null ? (one === -1 ? [] : [one]) : [...several];
}

/** Of the value that a row holds where the group asks; null: nothing. */
function nameOf({ matching, at, kinds }: Group, fields: readonly string[], row: Cells): string | null {
  if (at !== null) {
    const cell = row[at];
    return cell === null || cell === undefined ? null : textKey(oneNotation(kinds?.[0], cell));
  }
  const tuple = cellsOf(fields, matching.fields, row);
  return tuple === null ? null : nameIn(kinds, tuple);
}
