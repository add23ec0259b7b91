/** Carries the questions of core/plan to the stores and brings the answers back. */

import { idOf } from "@avow/core/datamap/model";
import {
  Capture,
  type Captured,
  type CapturedRow,
  type Cells,
  cellsOf,
  type Given,
  identitiesOf,
  type Question,
  type RememberedRow,
  type Tuple,
  tupleKey,
  type Unclear,
} from "@avow/core/plan/capture";
import { catchUp, givenAway, renamed, withoutGiven } from "@avow/core/plan/catch-up";
import { UnmatchedRow } from "@avow/core/plan/notation";
import { Climb, type Found, withWhatHangs } from "@avow/core/plan/ownership";
import { matchesByIdentity } from "@avow/core/plan/question";
import { climbable } from "@avow/core/plan/rounds";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Tried } from "./correct-tried.ts";
import type { BoundEstate } from "./estate.ts";
import { Pool } from "./pool.ts";
import type { PoolAsking } from "./pool-lots.ts";
import { ask } from "./question.ts";

export { ask, notSupported, StoreFailed } from "./question.ts";

/** More rounds than any schema needs: a chain of rows through a self-reference costs one a link. */
const QUESTIONS_MAX = 100_000;

/** And, of collections that a store goes through together, those that wait for their turn. */
const askAll = async (pool: Pool, state: Capture, questions: readonly Question[]): Promise<void> => {
  const asked = new Set(questions.map((q) => q.collection));
  const beside = new Set(questions.flatMap((q) => pool.beside(q.collection)));
  const others = [...beside.difference(asked)].flatMap((id) => state.nextOf(id) ?? []);
  await pool.ask(
    [...questions, ...others].map((question) => ({
      ...{ question, take: (rows) => state.take(question.collection, rows) },
    })),
  );
};

const capturedOf = (state: Capture, id: string): Captured =>
  must(state.collections.get(id), "every collection is captured");

export async function readAll(estate: BoundEstate, question: Question): Promise<Cells[]> {
  const all: Cells[] = [];
  await ask(estate, question, (rows) => {
    for (const row of rows) all.push(row);
  });
  return all;
}

export interface Earlier {
  readonly identities: readonly IdentityValue[];
  readonly collections: readonly {
    readonly id: string;
    readonly fields: readonly string[];
    /** The names of the key's fields, where all of them are among `fields`. */
    readonly key?: readonly string[];
    /** Of one collection there may be several lots. */
    readonly rows: Iterable<RememberedRow>;
  }[];
  /** What a correction set, or was about to. */
  readonly tried?: readonly Tried[];
}

/** Everything that the person reaches, now; with `earlier`, also what hangs on rows that are gone by now; without the collections `left`. */
export async function capture(
  estate: BoundEstate,
  identities: readonly IdentityValue[],
  earlier?: Earlier,
  also?: ReadonlyMap<string, readonly string[]>,
  left?: ReadonlySet<string>,
): Promise<Capture> {
  const state = new Capture(estate.graph, estate.keys, identities, also, left);
  if (earlier !== undefined) state.remember(earlier.collections);
  await askToEnd(estate, state, earlier !== undefined);
  const less = earlier === undefined ? null : await withoutGivenAway(estate, state, earlier);
  if (less !== null) {
    const mine = await capture(estate, identities, less.rest, also, left);
    alsoAway(mine, less);
    return mine;
  }
  catchUp(state);
  return state;
}

/** A row by its key. */
export interface AccountRow {
  /** By its id. */
  readonly collection: string;
  readonly key: Tuple;
}

/** Everything that the person reaches whose rows these accounts are, whatever they hold by now, and who is called so. */
export async function captureFrom(
  estate: BoundEstate,
  identities: readonly IdentityValue[],
  accounts: readonly AccountRow[],
  also?: ReadonlyMap<string, readonly string[]>,
): Promise<Capture> {
  const state = new Capture(estate.graph, estate.keys, identities, also);
  claimAll(state, accounts);
  await askToEnd(estate, state, false);
  return state;
}

/** Keys of another length were kept when the collection had another key: they lead to no row, and a store would take them for a mistake. */
export function claimAll(state: Capture, accounts: readonly AccountRow[]): void {
  for (const [id, own] of Map.groupBy(accounts, (a) => a.collection)) {
    const length = state.collections.get(id)?.key.length ?? 0;
    const keys = own.map((a) => a.key).filter((key) => length > 0 && key.length === length);
    if (keys.length > 0) state.claim(id, keys);
  }
}

/** `known`: what leads to what is remembered, so that all of that is asked at once. */
async function askToEnd(estate: BoundEstate, state: Capture, known: boolean): Promise<void> {
  const pool = new Pool(estate, "down", (id) => capturedOf(state, id).fields);
  for (let asked = 0; asked < QUESTIONS_MAX; asked += 1) {
    const questions = state.ready({ known: known && asked === 0 });
    if (questions.length === 0) return;
    await askAll(pool, state, questions);
  }
  throw new Error(`the capture did not end after ${QUESTIONS_MAX} questions`);
}

/**
 * A request may wait for days, and rows that it has found are somebody else's by then: such a row is theirs, and what hangs on it. What the
 * person still owns of it is found again like any other. Null: no row was given away.
 */
async function withoutGivenAway(
  estate: BoundEstate,
  state: Capture,
  earlier: Earlier,
): Promise<(Away & { readonly rest: Earlier }) | null> {
  const suspects = givenAway(state);
  const { named, unclear } = await aboutOthers(estate, state);
  if (suspects.length === 0 && named.size === 0) return null;
  const climbed = (await climbFrom(estate, new Climb(estate.graph, state, suspects))).sharedRows(state);
  const theirs = climbed.union(named);
  if (theirs.size === 0) return null;
  const { rest, given } = withoutGiven(earlier.collections, { capture: state, suspects, theirs });
  return { rest: { ...earlier, collections: rest }, given, unclear };
}

export interface Others {
  readonly named: ReadonlySet<CapturedRow>;
  readonly unclear: Unclear;
}

/** Rows that named the person and name somebody else by now, of whom there are other rows; and what hangs on them. */
export async function aboutOthers(estate: BoundEstate, state: Capture): Promise<Others> {
  const found: Found[] = [];
  const unclear = new Map<string, number>();
  const alike = Map.groupBy(renamed(state), ({ named }) => tupleKey(named.map(nameOf)));
  for (const rows of alike.values()) {
    const { named } = must(rows[0], "groups are not empty");
    const known = await knownElsewhere(estate, state, named);
    if (known === "nowhere") continue;
    found.push(...rows);
    if (known !== "by that alone") continue;
    for (const { captured } of rows) {
      const id = idOf(captured.collection);
      unclear.set(id, (unclear.get(id) ?? 0) + 1);
    }
  }
  return { named: withWhatHangs(estate.graph, state, found), unclear };
}

const nameOf = ({ namespace, value }: IdentityValue): string => tupleKey([namespace, value]);

/** `by that alone`: the person may have other rows by now under the name that these rows have, which only a person can tell. */
async function knownElsewhere(
  estate: BoundEstate,
  state: Capture,
  named: readonly IdentityValue[],
): Promise<"nowhere" | "by that alone" | "as somebody else"> {
  const hers = new Set([...named, ...state.identities].map(nameOf));
  let isNamed = false;
  for (const [id, { collection, key, rows }] of state.collections) {
    const unique = collection.identities.filter((i) => !i.shared);
    const fields = [...new Set([...key, ...unique.map((i) => i.field)])];
    for (const identity of unique) {
      const values = named.filter((n) => n.namespace === identity.namespace).map((n) => [n.value]);
      if (values.length === 0) continue;
      const anyOf = matchesByIdentity(estate.graph, id, identity, values);
      const found = await readAll(estate, { collection: id, fields, anyOf });
      const others = found.filter(
        (cells) =>
          rows.get(tupleKey(must(cellsOf(fields, key, cells), "key fields are never null")))?.reach !==
          "owned",
      );
      isNamed ||= others.length > 0;
      const isSomebody = others.some((cells) =>
        unique.flatMap((i) => identitiesOf(fields, i, cells)).some((who) => !hers.has(nameOf(who))),
      );
      if (isSomebody) return "as somebody else";
    }
  }
  return isNamed ? "by that alone" : "nowhere";
}

/** What a look found to be somebody else's. */
export interface Away {
  readonly given: Given;
  readonly unclear: Unclear;
}

/** Beside what this look found, what one before it did. */
export function alsoAway(mine: Capture, before: Away): void {
  const given = new Map(before.given);
  for (const [id, rows] of mine.given) given.set(id, [...(given.get(id) ?? []), ...rows]);
  const unclear = new Map(before.unclear);
  for (const [id, rows] of mine.unclear) unclear.set(id, (unclear.get(id) ?? 0) + rows);
  mine.given = given;
  mine.unclear = unclear;
}

/** Who else owns a captured row, and what was asked to find that out, so that it can be asked again. */
export interface Climbed {
  readonly shared: ReadonlySet<CapturedRow>;
  readonly candidates: Climb["candidates"];
  readonly asked: readonly Question[];
}

export const sharedRows = async (estate: BoundEstate, state: Capture): Promise<ReadonlySet<CapturedRow>> =>
  (await climb(estate, state)).shared;

export async function climb(estate: BoundEstate, state: Capture): Promise<Climbed> {
  const asked: Question[] = [];
  const own = await climbFrom(estate, new Climb(estate.graph, state), asked);
  return { shared: own.sharedRows(state), candidates: own.candidates, asked };
}

/** To its end; `all` gets what was asked. */
async function climbFrom(estate: BoundEstate, own: Climb, all: Question[] = []): Promise<Climb> {
  const pool = new Pool(estate, "up", (id) => own.fieldsOf(id));
  for (let asked = 0; asked < QUESTIONS_MAX; asked += 1) {
    const id = climbable(estate.graph, own.waiting);
    if (id === null) return own;
    await pool.ask([id, ...pool.beside(id)].flatMap((one) => climbing(own, one, all)));
  }
  throw new Error(`the climb did not end after ${QUESTIONS_MAX} questions`);
}

function climbing(own: Climb, id: string, all: Question[]): PoolAsking[] {
  const questions = own.nextOf(id);
  const [first] = questions;
  if (first === undefined) return [];
  all.push(...questions);
  const take = (rows: readonly Cells[]): void => {
    for (const row of rows) {
      // A row may be about several of them: each takes it.
      const others = questions.map((question) => own.take(question, [row]));
      if (others.every((n) => n > 0)) throw new UnmatchedRow(id);
    }
  };
  return [{ question: { ...first, anyOf: questions.flatMap((q) => q.anyOf) }, take }];
}
