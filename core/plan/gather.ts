/**
 * The questions of many people about one collection as one question, and whose each answer is: a sweep asks a store once, however
 * many people it is about.
 */
import { must } from "../terms/assert.ts";
import { type Normaliser, normalise } from "../terms/person.ts";
import { type Cells, cellsOf, type Question, type Tuple, tupleKey } from "./capture.ts";
import { sameAs } from "./notation.ts";

/** `by`: the index of whoever asks, in the caller's list. */
export interface Asking {
  readonly by: number;
  readonly question: Question;
}

interface Group {
  readonly fields: readonly string[];
  readonly at: readonly number[];
  readonly normaliser: Normaliser | undefined;
  readonly tuples: Tuple[];
  /** Most values are asked for by one person. */
  readonly askers: Map<string, number | number[]>;
}

export interface Joined {
  readonly question: Question;
  /** Who asked for this row, each once. */
  askersOf(row: Cells): readonly number[];
}

/** All about one collection, for the same fields. */
export function joinQuestions(askings: readonly Asking[]): Joined {
  const first = must(askings[0], "somebody asks").question;
  const groups = new Map<string, Group>();
  for (const { by, question } of askings)
    for (const { fields, tuples, normaliser } of question.anyOf) {
      const name = `${normaliser ?? ""} ${tupleKey(fields)}`;
      let group = groups.get(name);
      if (group === undefined) {
        const at = fields.map((f) => first.fields.indexOf(f));
        group = { fields, at, normaliser, tuples: [], askers: new Map() };
        groups.set(name, group);
      }
      for (const tuple of tuples) ask(group, tuple, by);
    }
  const all = [...groups.values()];
  return {
    question: {
      collection: first.collection,
      fields: first.fields,
      anyOf: all.map(({ fields, tuples, normaliser }) => ({
        fields,
        tuples,
        ...(normaliser === undefined ? {} : { normaliser }),
      })),
    },
    askersOf(row) {
      const askers = askersOf(all, first.fields, row);
      return askers.length > 0 ? askers : loosely(all, first.fields, row);
    },
  };
}

function ask(group: Group, tuple: Tuple, by: number): void {
  const name = tupleKey(tuple);
  const before = group.askers.get(name);
  if (before === undefined) {
    group.askers.set(name, by);
    group.tuples.push(tuple);
  } else if (typeof before === "number") {
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
    const tuple = cellsOf(fields, group.fields, row);
    if (tuple === null) continue;
    const { normaliser } = group;
    const found = group.askers.get(
      tupleKey(normaliser === undefined ? tuple : tuple.map((v) => normalise(normaliser, v))),
    );
    if (typeof found === "number") add(found);
    else if (found !== undefined) for (const by of found) add(by);
  }
  return several === null ? (one === -1 ? [] : [one]) : [...several];
}

/** The store found it by another notation of what was asked. */
function loosely(groups: readonly Group[], fields: readonly string[], row: Cells): readonly number[] {
  const all = new Set<number>();
  for (const group of groups) {
    const tuple = cellsOf(fields, group.fields, row);
    if (tuple === null) continue;
    for (const asked of sameAs(group.tuples, tuple))
      for (const by of [group.askers.get(tupleKey(asked)) ?? []].flat()) all.add(by);
  }
  return [...all];
}
