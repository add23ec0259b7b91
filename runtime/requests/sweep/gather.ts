/** Captures many people at once: what they all have to ask of a collection is asked together, and each gets the rows that are his to judge. */

import {
  Capture,
  type CapturedRow,
  type Cells,
  cellsOf,
  type Question,
  tupleKey,
} from "@avow/core/plan/capture";
import { catchUp, givenAway, withoutGiven } from "@avow/core/plan/catch-up";
import { type Asking, type Joined, joinQuestions } from "@avow/core/plan/gather";
import { metNames, type Outsiders, outsidersName } from "@avow/core/plan/mirror";
import { UnmatchedRow } from "@avow/core/plan/notation";
import { Climb, type Found } from "@avow/core/plan/ownership";
import { askable, climbable } from "@avow/core/plan/rounds";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import {
  type AccountRow,
  type Away,
  aboutOthers,
  alsoAway,
  claimAll,
  type Earlier,
  type Others,
} from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import { Pool } from "../run/pool.ts";

/** Rounds of questions; each goes one link further, for everybody. */
const ROUNDS_MAX = 100_000;
const TUPLES_A_READ_MAX = 50_000;

export interface Sought {
  readonly identities: readonly IdentityValue[];
  readonly earlier: Earlier | null;
  /** Rows that are theirs whatever they hold; left out: none. */
  readonly accounts?: readonly AccountRow[];
}

/** Whoever has left the sweep since his question was asked. */
export const NOBODY = -1;

export interface Gathered {
  /** In the order of the people. */
  readonly captures: readonly Capture[];
  /** All that was asked, so that it can be asked again. */
  readonly asked: readonly Joined[];
}

export async function captureAll(
  estate: BoundEstate,
  people: readonly Sought[],
  also: ReadonlyMap<string, readonly string[]>,
): Promise<Gathered> {
  const asked: Joined[] = [];
  const captures = people.map(({ identities, earlier, accounts = [] }) => {
    const capture = new Capture(estate.graph, estate.keys, identities, also);
    if (earlier !== null) capture.remember(earlier.collections);
    claimAll(capture, accounts);
    return capture;
  });
  const pool = new Pool(estate, "down", (id) => captures[0]?.collections.get(id)?.fields ?? []);
  const waiting = new Map<string, Set<number>>(estate.graph.ownersFirst.map((id) => [id, new Set()]));
  const note = (i: number): void => {
    for (const id of captures[i]?.takeFresh() ?? []) waiting.get(id)?.add(i);
  };
  for (const i of captures.keys()) note(i);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const open = [...waiting].flatMap(([one, by]) => (by.size > 0 ? [one] : []));
    const last = open.filter((one) =>
      waiting
        .get(one)
        ?.keys()
        .every((by) => captures[by]?.onlyMentions(one)),
    );
    const ids = askable(estate.graph, new Set(open), new Set(last));
    if (ids.length === 0) {
      const less = await withoutGivenAway(estate, people, captures);
      if (less !== null) {
        const gathered = await captureAll(
          estate,
          less.map((one) => one.rest),
          also,
        );
        for (const [i, mine] of gathered.captures.entries())
          alsoAway(mine, must(less[i], "everybody was captured"));
        return gathered;
      }
      for (const capture of captures) catchUp(capture);
      return { captures, asked };
    }
    const met = new Set<number>();
    const asking = new Set(ids.flatMap((id) => [id, ...pool.beside(id)]));
    const together = [...asking].flatMap((one): Together[] => {
      const askers = must(waiting.get(one), "every collection has a list");
      waiting.set(one, new Set());
      const askings = [...askers].flatMap((by): Asking[] => {
        const question = captures[by]?.nextOf(one) ?? null;
        return question === null ? [] : [{ by, question }];
      });
      if (askings.length === 0) return [];
      const give = (by: number, row: Cells): void => {
        captures[by]?.takeOne(one, row);
        met.add(by);
      };
      return [{ joined: joinQuestions(estate.graph, askings), give }];
    });
    asked.push(...together.map(({ joined }) => joined));
    await askTogether(pool, together);
    for (const by of met) note(by);
  }
  throw new Error(`the capture did not end after ${ROUNDS_MAX} rounds of questions`);
}

/** Null: none of the rows that were found before is somebody else's by now. Who else owns them is asked for everybody together. */
async function withoutGivenAway(
  estate: BoundEstate,
  people: readonly Sought[],
  captures: readonly Capture[],
): Promise<readonly (Away & { readonly rest: Sought })[] | null> {
  const suspects = captures.map(givenAway);
  const others: Others[] = [];
  for (const capture of captures) others.push(await aboutOthers(estate, capture));
  if (suspects.every((own) => own.length === 0) && others.every(({ named }) => named.size === 0)) return null;
  const climbed = await climbAll(estate, captures, suspects);
  const shared = climbed.shared.map((own, i) =>
    own.union(must(others[i], "everybody was asked about").named),
  );
  if (shared.every((theirs) => theirs.size === 0)) return null;
  return people.map((one, i) => {
    const theirs = must(shared[i], "each climb has its answer");
    if (one.earlier === null || theirs.size === 0) return { rest: one, given: new Map(), unclear: new Map() };
    const suspected = {
      capture: must(captures[i], "everybody was captured"),
      suspects: suspects[i] ?? [],
      theirs,
    };
    const { rest, given } = withoutGiven(one.earlier.collections, suspected);
    const { unclear } = must(others[i], "everybody was asked about");
    return { rest: { ...one, earlier: { ...one.earlier, collections: rest } }, given, unclear };
  });
}

interface Together {
  readonly joined: Joined;
  readonly give: (by: number, row: Cells) => void;
}

/** Each about another collection. A row that nobody asked for ends it. */
async function askTogether(pool: Pool, together: readonly Together[]): Promise<void> {
  const parts = together.map(({ joined, give }) => {
    const { question } = joined;
    const take = (rows: readonly Cells[]): void => {
      for (const row of rows) {
        const askers = joined.askersOf(row);
        if (askers.length === 0) throw new UnmatchedRow(question.collection);
        for (const by of askers) give(by, row);
      }
    };
    return partsOf(question).map((part) => ({ question: part, take }));
  });
  const most = Math.max(0, ...parts.map((some) => some.length));
  for (let i = 0; i < most; i += 1) await pool.ask(parts.flatMap((some) => some[i] ?? []));
}

/** A question with more values than one statement should carry, as several. A row that two of them meet comes twice, which changes nothing. */
export function partsOf(question: Question): readonly Question[] {
  const matches = question.anyOf.flatMap((match) =>
    Array.from({ length: Math.ceil(match.tuples.length / TUPLES_A_READ_MAX) }, (_, i) => ({
      ...match,
      tuples: match.tuples.slice(i * TUPLES_A_READ_MAX, (i + 1) * TUPLES_A_READ_MAX),
    })),
  );
  const parts: { tuples: number; anyOf: Question["anyOf"][number][] }[] = [];
  for (const match of matches) {
    const last = parts.at(-1);
    if (last === undefined || last.tuples + match.tuples.length > TUPLES_A_READ_MAX)
      parts.push({ tuples: match.tuples.length, anyOf: [match] });
    else {
      last.tuples += match.tuples.length;
      last.anyOf.push(match);
    }
  }
  return parts.map(({ anyOf }) => ({ ...question, anyOf }));
}

export interface Climbed {
  /** Rows that somebody else owns too, in the order of the people. */
  readonly shared: readonly ReadonlySet<CapturedRow>[];
  /** The rows that each climb began at. */
  readonly candidates: readonly (readonly Found[])[];
  /** What each climb asked. */
  readonly asked: readonly (readonly Question[])[];
  readonly outsiders: Outsiders;
}

/** `among`: of each, the rows that may have an owner outside; left out: all of them. */
export async function climbAll(
  estate: BoundEstate,
  captures: readonly Capture[],
  among?: readonly (readonly Found[])[],
): Promise<Climbed> {
  const climbs = captures.map((capture, i) => new Climb(estate.graph, capture, among?.[i]));
  const outsiders = new Map<string, { question: Question; rows: Map<string, Cells[]> }>();
  const open = new Set(climbs.keys());
  const pool = new Pool(estate, "up", (id) => climbs[0]?.fieldsOf(id) ?? []);
  const asked = climbs.map((): Question[] => []);
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const waiting = new Set([...open].flatMap((by) => [...(climbs[by]?.waiting ?? [])]));
    const id = climbable(estate.graph, waiting);
    if (id === null)
      return {
        shared: climbs.map((climb, i) => climb.sharedRows(must(captures[i], "each climb has its capture"))),
        candidates: climbs.map((climb) => climb.candidates),
        asked,
        outsiders,
      };
    const together = [id, ...pool.beside(id)].flatMap((one) => {
      const askings = [...open].flatMap((by) =>
        (climbs[by]?.nextOf(one) ?? []).map((question): Asking => ({ by, question })),
      );
      for (const { by, question } of askings) asked[by]?.push(question);
      return askings.length === 0 ? [] : [climbing(estate, { climbs, askings, outsiders })];
    });
    await askTogether(pool, together);
    for (const by of open) if (climbs[by]?.waiting.size === 0) open.delete(by);
  }
  throw new Error(`the climb did not end after ${ROUNDS_MAX} rounds of questions`);
}

interface Climbing {
  readonly climbs: readonly Climb[];
  /** About one collection. */
  readonly askings: readonly Asking[];
  readonly outsiders: Map<string, { question: Question; rows: Map<string, Cells[]> }>;
}

function climbing(estate: BoundEstate, { climbs, askings, outsiders }: Climbing): Together {
  const groups = [...Map.groupBy(askings, (a) => outsidersName(a.question))].map(([name, group]) => {
    const { question } = must(group[0], "groups have members");
    const met = outsiders.get(name) ?? { question, rows: new Map<string, Cells[]>() };
    outsiders.set(name, met);
    const own = new Map(group.map((a) => [a.by, a.question]));
    const nameOf = metNames(estate.graph, question);
    const asked = new Set(group.flatMap((a) => a.question.anyOf.flatMap((m) => m.tuples.map(nameOf))));
    return { own, asked, met, nameOf, link: question.anyOf[0]?.fields ?? [], seen: new Set<string>() };
  });
  const give = (by: number, row: Cells): void => {
    const text = tupleKey(row);
    for (const { own, asked, met, nameOf, link, seen } of groups) {
      const question = own.get(by);
      if (question === undefined) continue;
      climbs[by]?.take(question, [row]);
      const held = cellsOf(question.fields, link, row);
      const name = held === null ? "" : nameOf(held);
      if (!asked.has(name) || seen.has(text)) continue;
      seen.add(text);
      const list = met.rows.get(name);
      if (list === undefined) met.rows.set(name, [row]);
      else list.push(row);
    }
  };
  return { joined: joinQuestions(estate.graph, askings), give };
}

/** What was gathered of some of the people, by their indexes. */
export function gatheredOf({ captures, asked }: Gathered, kept: readonly number[]): Gathered {
  const indexes = new Map(kept.map((i, n) => [i, n]));
  return {
    captures: kept.map((i) => must(captures[i], "everybody was captured")),
    asked: asked.map((j) => ({
      ...j,
      askersOf: (row) => j.askersOf(row).map((by) => indexes.get(by) ?? NOBODY),
    })),
  };
}
