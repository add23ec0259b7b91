/**
 * The questions of many people about one collection as one question, and whose each answer is: a sweep asks a store once, however
 * many people it is about.
 */
import type { Graph } from "../datamap/graph.ts";
import type { Collection } from "../datamap/model.ts";
import { must } from "../terms/assert.ts";
import { type Cells, cellsOf, type Question, type Tuple, tupleKey } from "./capture.ts";
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
  /** Null: one text, one value. */
  readonly kinds: Kinds | null;
  /** What was asked, each text once. */
  readonly tuples: Tuple[];
  readonly texts: Set<string> | null;
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
  const groups = new Map<string, Group>();
  for (const { by, question } of askings)
    for (const { tuples, ...matching } of question.anyOf) {
      const name = matchingName(matching);
      let group = groups.get(name);
      if (group === undefined) {
        const kinds = kindsOfMatch(graph, first.collection, matching);
        const texts = kinds === null ? null : new Set<string>();
        group = { matching, kinds, tuples: [], texts, askers: new Map() };
        groups.set(name, group);
      }
      for (const tuple of tuples) ask(group, tuple, by);
    }
  const all = [...groups.values()];
  return {
    question: {
      collection: first.collection,
      fields: first.fields,
      anyOf: all.map(({ matching, tuples }) => ({ ...matching, tuples })),
    },
    askersOf: (row) => askersOf(all, first.fields, row),
  };
}

function ask(group: Group, tuple: Tuple, by: number): void {
  const name = nameIn(group.kinds, tuple);
  const before = group.askers.get(name);
  // Of two notations each is asked for: which of them the store takes for one is its own business.
  if (group.texts === null ? before === undefined : !group.texts.has(tupleKey(tuple)))
    group.tuples.push(tuple);
  group.texts?.add(tupleKey(tuple));
  if (before === undefined) group.askers.set(name, by);
  else if (typeof before === "number") {
    if (before !== by) group.askers.set(name, [before, by]);
  } else if (before.at(-1) !== by) before.push(by);
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
    const { matching, kinds } = group;
    const tuple = cellsOf(fields, matching.fields, row);
    if (tuple === null) continue;
    const found = group.askers.get(nameIn(kinds, tuple));
    if (typeof found === "number") add(found);
    else if (found !== undefined) for (const by of found) add(by);
  }
  return several === null ? (one === -1 ? [] : [one]) : [...several];
}
