/** Carries the questions of core/plan to the stores and brings the answers back. */

import {
  Capture,
  type CapturedRow,
  type Cells,
  type Question,
  type RememberedRow,
} from "@avow/core/plan/capture";
import { catchUp, givenAway, withoutGiven } from "@avow/core/plan/catch-up";
import { UnmatchedRow } from "@avow/core/plan/notation";
import { Climb } from "@avow/core/plan/ownership";
import { climbable } from "@avow/core/plan/rounds";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import type { Tried } from "./correct-tried.ts";
import type { BoundEstate } from "./estate.ts";
import { Pool } from "./pool.ts";
import { ask } from "./question.ts";

export { ask, notSupported, StoreFailed } from "./question.ts";

/** More rounds than any schema needs: a chain of rows through a self-reference costs one a link. */
const QUESTIONS_MAX = 100_000;

/** As many at once as a connector has connections; more would only wait for one. */
const AT_ONCE_MAX = 4;

const askAll = async (pool: Pool, state: Capture, questions: readonly Question[]): Promise<void> => {
  await atOnce(questions, (q) => pool.ask(q, (rows) => state.take(q.collection, rows)));
};

/** Some at a time, the answers in the order of the questions. */
export async function atOnce<T, A>(all: readonly T[], act: (one: T) => Promise<A>): Promise<A[]> {
  const answers: A[] = [];
  const left = [...all.entries()].reverse();
  const work = async (): Promise<void> => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) answers[next[0]] = await act(next[1]);
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(AT_ONCE_MAX, all.length) }, work));
  // Only when all have ended: nobody reads on behind the back of a failure.
  for (const one of ended) if (one.status === "rejected") throw one.reason;
  return answers;
}

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
  const pool = new Pool(estate, "down");
  if (earlier !== undefined) state.remember(earlier.collections);
  for (let asked = 0; asked < QUESTIONS_MAX; asked += 1) {
    const questions = state.ready({ known: earlier !== undefined && asked === 0 });
    if (questions.length === 0) {
      const less = earlier === undefined ? null : await withoutGivenAway(estate, state, earlier);
      if (less !== null) return capture(estate, identities, less, also, left);
      catchUp(state);
      return state;
    }
    await askAll(pool, state, questions);
  }
  throw new Error(`the capture did not end after ${QUESTIONS_MAX} questions`);
}

/**
 * A request may wait for days, and rows that it has found are somebody else's by then: such a row is theirs, and what hangs on it. What the
 * person still owns of it is found again like any other. Null: no row was given away.
 */
export async function withoutGivenAway(
  estate: BoundEstate,
  state: Capture,
  earlier: Earlier,
): Promise<Earlier | null> {
  const suspects = givenAway(state);
  if (suspects.length === 0) return null;
  const theirs = (await climbFrom(estate, new Climb(estate.graph, state, suspects))).sharedRows(state);
  if (theirs.size === 0) return null;
  return { ...earlier, collections: withoutGiven(earlier.collections, { capture: state, suspects, theirs }) };
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
  const pool = new Pool(estate, "up");
  for (let asked = 0; asked < QUESTIONS_MAX; asked += 1) {
    const id = climbable(estate.graph, own.waiting);
    if (id === null) return own;
    const questions = own.nextOf(id);
    all.push(...questions);
    const together = { ...must(questions[0], "it waits"), anyOf: questions.flatMap((q) => q.anyOf) };
    await pool.ask(together, (rows) => {
      for (const row of rows) {
        // A row may be about several of them: each takes it.
        const others = questions.map((question) => own.take(question, [row]));
        if (others.every((n) => n > 0)) throw new UnmatchedRow(id);
      }
    });
  }
  throw new Error(`the climb did not end after ${QUESTIONS_MAX} questions`);
}
