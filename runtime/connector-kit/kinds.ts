/**
 * Several kinds of act on one collection in one statement: a list names each row with its kind, and each field becomes what its kind says, or
 * stays. Here is only which sets go together, and which keys each statement carries; the statement is the connector's own.
 */
import { TUPLES_PER_STATEMENT } from "./chunks.ts";
import type { Erasing } from "./contract.ts";

type SetErasing = Extract<Erasing, { act: "set" }>;

interface Setting {
  readonly mutation: Erasing;
}

/** Sets in the order given, those that one statement can carry out side by side: neighbours about other rows of one collection, by one key. */
export function runsOf<C extends Setting>(sets: readonly C[]): readonly (readonly C[])[] {
  const runs: C[][] = [];
  let names = new Set<string>();
  for (const set of sets) {
    const own = namesOf(set.mutation);
    const last = runs.at(-1);
    const [first] = last ?? [];
    if (
      last !== undefined &&
      first !== undefined &&
      isSideBySide(first.mutation, set.mutation) &&
      own.every((name) => !names.has(name))
    )
      last.push(set);
    else {
      runs.push([set]);
      names = new Set();
    }
    for (const name of own) names.add(name);
  }
  return runs;
}

const namesOf = ({ where }: Erasing): readonly string[] => where.tuples.map((t) => JSON.stringify(t));

const isSideBySide = (a: Erasing, b: Erasing): boolean =>
  a.act === "set" &&
  b.act === "set" &&
  a.collection === b.collection &&
  JSON.stringify(a.where.fields) === JSON.stringify(b.where.fields) &&
  [a, b].every(isPlain);

/** By keys as they are, which it leaves as they are, and without values of its own. */
const isPlain = ({ where, set, values }: SetErasing): boolean =>
  (where.normalisers ?? []).every((n) => n === "exact") &&
  where.collated !== true &&
  where.given === undefined &&
  Object.keys(values ?? {}).length === 0 &&
  where.fields.every((field) => !Object.hasOwn(set, field) || set[field] === "keep");

/** The key is unique in the store: a list that is joined with the rows meets each once, by an index. */
export const isKey = (
  fields: readonly string[],
  description: { readonly primaryKey: readonly string[]; readonly uniques: readonly (readonly string[])[] },
): boolean =>
  [description.primaryKey, ...description.uniques].some(
    (key) => key.length > 0 && key.every((field) => fields.includes(field)),
  );

/** A key and which of the run's sets is for its row. */
export interface Kinded {
  readonly kind: number;
  readonly tuple: readonly string[];
}

/** The keys of a run, each once, as many as one statement should carry. */
export function kindedLots(run: readonly Setting[]): readonly (readonly Kinded[])[] {
  const all = run.flatMap(({ mutation }, kind) =>
    [...new Map(mutation.where.tuples.map((t) => [JSON.stringify(t), t])).values()].map((tuple) => ({
      kind,
      tuple,
    })),
  );
  return Array.from({ length: Math.ceil(all.length / TUPLES_PER_STATEMENT) }, (_, i) =>
    all.slice(i * TUPLES_PER_STATEMENT, (i + 1) * TUPLES_PER_STATEMENT),
  );
}

/** What a set makes of a column: an expression. */
export interface Assigned {
  readonly column: string;
  readonly sql: string;
  readonly values: readonly string[];
}

/** What all sets of a run together make of a column. `all`: each of them sets it, and none says that it stays. */
export interface Joint {
  readonly column: string;
  readonly all: boolean;
  readonly by: readonly { readonly kinds: readonly number[]; readonly made: Assigned }[];
}

/** By column; kinds that make the same of it stand together. */
export function jointly(sets: readonly (readonly Assigned[])[]): readonly Joint[] {
  const columns = new Map<string, Map<string, { kinds: number[]; made: Assigned }>>();
  for (const [kind, assigned] of sets.entries())
    for (const made of assigned) {
      const own = columns.get(made.column) ?? new Map<string, { kinds: number[]; made: Assigned }>();
      columns.set(made.column, own);
      const name = JSON.stringify([made.sql, made.values]);
      const known = own.get(name);
      if (known === undefined) own.set(name, { kinds: [kind], made });
      else known.kinds.push(kind);
    }
  return [...columns].map(([column, own]) => {
    const by = [...own.values()];
    return { column, all: by.reduce((n, b) => n + b.kinds.length, 0) === sets.length, by };
  });
}

/** `CASE …`; `field` is the column as it is, `kind` the number that the list gives the row. */
export function made({ by, all }: Joint, field: string, kind: string): Omit<Assigned, "column"> {
  const [first] = by;
  if (all && by.length === 1 && first !== undefined) return first.made;
  const cases = by.map((b) => `WHEN ${kind} IN (${b.kinds.join(", ")}) THEN ${b.made.sql}`);
  return { sql: `CASE ${cases.join(" ")} ELSE ${field} END`, values: by.flatMap((b) => b.made.values) };
}

/** Several mutations by one statement, where the store tells no more than how many rows it changed. `S`: a statement of the store. */
export interface Counted<S> {
  readonly mutations: readonly number[];
  /** Of each, how many rows it names. */
  readonly named: readonly number[];
  /** Kinds, and how many rows of each are there. */
  readonly count: S;
}

export const countedBy = <S>(
  run: readonly { readonly index: number }[],
  lot: readonly Kinded[],
  count: S,
): Counted<S> => ({
  mutations: run.map((change) => change.index),
  named: run.map((_, kind) => lot.filter((key) => key.kind === kind).length),
  count,
});

/**
 * The rows of each: those that it names, and where some of all are not there, those that are; they are locked by now. Whose rows were not
 * what they still had to be (`still`) nobody sees afterwards: none is said to have changed more than it did.
 */
export async function countsOf<S>(
  { mutations, named, count }: Counted<S>,
  changed: number,
  ask: (count: S) => Promise<readonly (readonly unknown[])[]>,
): Promise<readonly number[]> {
  if (changed === named.reduce((a, b) => a + b, 0)) return named;
  const found = new Map((await ask(count)).map(([kind, n]) => [Number(kind), Number(n)]));
  const there = mutations.map((_, kind) => found.get(kind) ?? 0);
  const left = there.reduce((a, b) => a + b, 0) - changed;
  return left > 0 ? there.map((n) => Math.max(0, n - left)) : there;
}
