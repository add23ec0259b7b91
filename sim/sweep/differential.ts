/** One world's people erased in one sweep by the real thing, and one after the other by the model. */
import { idOf } from "@avow/core/datamap/model";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { beyondBound } from "../bound.ts";
import { compareAfter, compareKept } from "../compare.ts";
import type { Engine, EngineDatabase } from "../engines/engine.ts";
import { type Merging, mergeSome } from "../merging.ts";
import type { Kept } from "../model/erase.ts";
import { diceOf } from "../random.ts";
import { openReal, type Real } from "../real.ts";
import { candidates } from "../shrink.ts";
import { type MostStatements, mostStatements, NO_STATEMENTS } from "../statements.ts";
import { requestsFor } from "../world/requests.ts";
import type { RandomWorld } from "../world/world.ts";
import { type Swept, sweep } from "./model.ts";

export interface SweepTally {
  people: number;
  readonly states: Map<string, number>;
  /** Worlds in which people of the sweep shared rows, and how many rows that were. */
  sharing: number;
  sharedRows: number;
  statementsMax: MostStatements;
}

export const newSweepTally = (): SweepTally => ({
  ...{ people: 0, states: new Map(), sharing: 0, sharedRows: 0, statementsMax: { ...NO_STATEMENTS, all: 0 } },
});

export interface SweepGround {
  readonly engine: Engine;
  readonly database: EngineDatabase;
  readonly tally: SweepTally;
  /** Left out: nobody is merged with anybody. */
  readonly merging?: Merging;
}

type People = readonly (readonly IdentityValue[])[];

export const peopleOf = (world: RandomWorld, count: number): People =>
  requestsFor(diceOf(world.seed ^ 0x53776570), world, count).map((r) => r.identities);

/** In words where they part; null: they agree. */
export async function trySweep(
  world: RandomWorld,
  people: People,
  ground: SweepGround,
): Promise<string | null> {
  const { engine, database, merging } = ground;
  await database.layOut(world);
  const real = await openReal(world, { connector: engine.connector, url: database.url });
  try {
    if (merging === undefined) return await sweepOnce({ world, real }, people, ground);
    const merged = await mergeSome(world, real, merging);
    const wrong = merged.wrong ?? (await sweepOnce(merged, people, ground));
    const less = wrong === null ? await merged.undo() : null;
    if (less === null) return wrong;
    await database.reset(world);
    return less.wrong ?? (await sweepOnce(less, people, ground));
  } finally {
    await real.close();
  }
}

async function sweepOnce(
  { world, real }: Pick<Compared, "world" | "real">,
  people: People,
  { database, tally }: SweepGround,
): Promise<string | null> {
  const expected = sweep(world, people);
  const wrong = await compareSweep({ world, people, expected, real, database });
  tally.people += people.length;
  for (const { state } of expected.people) tally.states.set(state, (tally.states.get(state) ?? 0) + 1);
  if (expected.sharedRows > 0) tally.sharing += 1;
  tally.sharedRows += expected.sharedRows;
  tally.statementsMax = mostStatements(tally.statementsMax, real.statements.values());
  return wrong ?? beyondBound(real);
}

interface Compared {
  readonly world: RandomWorld;
  readonly people: People;
  readonly expected: Swept;
  readonly real: Real;
  readonly database: EngineDatabase;
}

async function compareSweep({ world, people, expected, real, database }: Compared): Promise<string | null> {
  const startedMs = Date.now();
  const outcomes = await real.sweep(people);
  for (const [i, { state }] of expected.people.entries()) {
    const outcome = must(outcomes[i], "everybody has an outcome");
    if (outcome.state !== state)
      return `person ${i}: the state should be ${state}, and is ${outcome.state}: ${JSON.stringify(outcome.results.filter((r) => r.result !== "done"))}`;
  }
  for (const [i, table] of world.tables.entries()) {
    const { collection } = must(world.model.tables[i], "tables and collections go together");
    const after = expected.after.get(idOf(collection)) ?? [];
    const wrong = compareAfter(table, after, await database.rowsOf(table), { startedMs });
    if (wrong !== null) return wrong;
  }
  for (const [i, { kept }] of expected.people.entries()) {
    const found = must(outcomes[i], "everybody has an outcome").kept;
    const wrong = compareKept(
      kept,
      found.map((k): Kept => ({ ...k, collection: `${k.store}.${k.collection}` })),
    );
    if (wrong !== null) return `person ${i}: ${wrong}`;
  }
  return null;
}

const TRIALS_MAX = 250;

/** The same fault in a smaller world, with fewer people. */
export async function shrinkSweep(
  world: RandomWorld,
  people: People,
  ground: Omit<SweepGround, "tally">,
): Promise<{ readonly world: RandomWorld; readonly people: People; readonly wrong: string }> {
  const at = { ...ground, tally: newSweepTally() };
  const goesWrong = async (w: RandomWorld, p: People): Promise<string | null> => {
    try {
      return await trySweep(w, p, at);
    } catch {
      // A candidate that the store does not take (a foreign key lost its row) is no candidate.
      return null;
    }
  };
  let best = { world, people, wrong: (await goesWrong(world, people)) ?? "" };
  let trials = 0;
  for (let smaller = true; smaller && trials < TRIALS_MAX; ) {
    smaller = false;
    const fewer = best.people.map((_, i): [RandomWorld, People] => [best.world, best.people.toSpliced(i, 1)]);
    const all = [...fewer.filter(([, p]) => p.length > 0)];
    for (const candidate of candidates(best.world)) all.push([candidate, best.people]);
    for (const [w, p] of all) {
      if (++trials > TRIALS_MAX) break;
      const wrong = await goesWrong(w, p);
      if (wrong === null) continue;
      best = { world: w, people: p, wrong };
      smaller = true;
      break;
    }
  }
  return best;
}
