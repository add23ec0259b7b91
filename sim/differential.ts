/** One world through the model and through the real thing, and where they part. */
import { idOf } from "@avow/core/datamap/model";
import type { Scope } from "@avow/core/plan/scope";
import { must } from "@avow/core/terms/assert";
import type { IdentityValue } from "@avow/core/terms/person";
import { beyondBound } from "./bound.ts";
import {
  compareAfter,
  compareContradictions,
  compareGiven,
  compareKept,
  compareLooked,
  compareRows,
} from "./compare.ts";
import type { Engine, EngineDatabase } from "./engines/engine.ts";
import { type Merging, mergeSome } from "./merging.ts";
import { access, portable } from "./model/access.ts";
import { correct } from "./model/correct.ts";
import { type Erasure, erase, type Fate, type Kept } from "./model/erase.ts";
import { eraseScoped } from "./model/erase-scoped.ts";
import type { Row } from "./model/world.ts";
import { openReal, type Real } from "./real.ts";
import { takeMade } from "./stand-ins.ts";
import { type MostStatements, mostStatements, NO_STATEMENTS } from "./statements.ts";
import { declaredOf } from "./world/declared.ts";
import type { DraftTable } from "./world/draft.ts";
import type { SimRequest } from "./world/requests.ts";
import { assemble, NOW, type RandomWorld } from "./world/world.ts";

export interface Mismatch {
  readonly seed: number;
  readonly engine: string;
  readonly asked: SimRequest;
  readonly where:
    | "access"
    | "access in scope"
    | "portability"
    | "rectify"
    | "supplement"
    | "erase in scope"
    | "erase"
    | "second erase"
    | "merge";
  readonly what: string;
}

export interface Tally {
  requests: number;
  closed: number;
  notFound: number;
  ambiguous: number;
  /** What erasures did to rows, by fate. */
  readonly fates: Map<Fate["fate"], number>;
  /** Corrections by right and how they ended, the rows that they changed, what they reported. */
  readonly corrected: Map<string, number>;
  cellsCorrected: number;
  /** Pseudo-people that erasures made, and rows that go on under them. */
  pseudoPeople: number;
  goneOn: number;
  contradictions: number;
  /** The most statements that one request sent about one collection. */
  statementsMax: MostStatements;
}

export const newTally = (): Tally => ({
  requests: 0,
  closed: 0,
  notFound: 0,
  ambiguous: 0,
  fates: new Map(),
  corrected: new Map(),
  cellsCorrected: 0,
  pseudoPeople: 0,
  goneOn: 0,
  contradictions: 0,
  statementsMax: { ...NO_STATEMENTS, all: 0 },
});

interface Bench {
  readonly world: RandomWorld;
  readonly database: EngineDatabase;
  readonly real: Real;
  /** The same without merges. */
  readonly plain?: Real;
  readonly tally: Tally;
}

export interface Ground {
  readonly engine: Engine;
  readonly database: EngineDatabase;
  readonly tally: Tally;
  /** Left out: nobody is merged with anybody. */
  readonly merging?: Merging;
}

/** Runs each request on the world as it was made, which must be in the engine's words already. The database is emptied. */
export async function tryWorld(
  world: RandomWorld,
  requests: readonly SimRequest[],
  { engine, database, tally, merging }: Ground,
): Promise<Mismatch | null> {
  await database.layOut(world);
  await checkLoaded(world, database);
  const real = await openReal(world, { connector: engine.connector, url: database.url });
  const each = async (bench: Bench, all: readonly SimRequest[]): Promise<Mismatch | null> => {
    for (const asked of all) {
      tally.requests += 1;
      const found = await tryPerson(bench, asked);
      if (found !== null) return { seed: world.seed, engine: engine.name, asked, ...found };
      await database.reset(world);
    }
    return null;
  };
  const [first] = requests;
  try {
    if (merging === undefined || first === undefined)
      return await each({ world, database, real, tally }, requests);
    const at = { seed: world.seed, engine: engine.name, asked: first };
    const merged = await mergeSome(world, real, merging);
    if (merged.wrong !== null) return { ...at, where: "merge", what: merged.wrong };
    const found = await each({ ...merged, plain: real, database, tally }, requests);
    if (found !== null) return found;
    const less = await merged.undo();
    if (less === null) return null;
    if (less.wrong !== null) return { ...at, where: "merge", what: less.wrong };
    return await each({ ...less, plain: real, database, tally }, requests);
  } finally {
    await real.close();
  }
}

/** The model reads what the generator wrote; the store must hold just that. */
async function checkLoaded(world: RandomWorld, database: EngineDatabase): Promise<void> {
  for (const [i, table] of world.tables.entries()) {
    const wrong = compareRows(table, world.model.tables[i]?.rows ?? [], await database.rowsOf(table));
    if (wrong !== null)
      throw new Error(`the generator and the store disagree about seed ${world.seed}: ${wrong}`);
  }
}

type Found = { readonly where: Mismatch["where"]; readonly what: string } | null;

async function tryPerson(bench: Bench, request: SimRequest): Promise<Found> {
  const asked = request.identities;
  const seen = await tryGiving(bench, "access", asked, null);
  if (seen !== null) return { where: "access", what: seen };
  const scoped = await tryGiving(bench, "access", asked, request.scope);
  if (scoped !== null) return { where: "access in scope", what: scoped };
  const portable = await tryGiving(bench, "portability", asked, request.scope);
  if (portable !== null) return { where: "portability", what: portable };
  const corrected = await tryCorrection(bench, request);
  if (corrected !== null) return { where: request.fill ? "supplement" : "rectify", what: corrected };
  const part = await tryErase(bench, bench.world, asked, request.scope);
  if (part !== null) return { where: "erase in scope", what: part };
  await bench.database.reset(bench.world);
  const first = await tryErase(bench, bench.world, asked);
  if (first !== null) return { where: "erase", what: first };
  // What the erasure left is a world like any other: asking again must agree on it, too, and change nothing.
  const rows = new Map<DraftTable, readonly Row[]>();
  for (const table of bench.world.tables) rows.set(table, await bench.database.rowsOf(table));
  const left = assemble(bench.world.seed, bench.world.tables, rows);
  // With the erasure goes what was merged with whom.
  const second = await tryErase({ ...bench, real: bench.plain ?? bench.real }, left, asked);
  if (second !== null) return { where: "second erase", what: second };
  return null;
}

const GIVE = { access, portability: portable };

async function tryGiving(
  { world, real }: Bench,
  right: keyof typeof GIVE,
  asked: readonly IdentityValue[],
  scope: Scope | null,
): Promise<string | null> {
  const expected = GIVE[right](world.model, asked, scope);
  const { outcome, rows } = await real.give(right, asked, scope);
  if (outcome.state !== expected.state)
    return `the state should be ${expected.state}, and is ${outcome.state}`;
  if (expected.state !== "closed") return null;
  for (const [i, table] of world.tables.entries()) {
    const id = idOf(must(world.model.tables[i], "tables and collections go together").collection);
    const wrong = compareGiven(table, expected.rows.get(id) ?? [], rows.get(id) ?? []);
    if (wrong !== null) return wrong;
  }
  return null;
}

async function tryCorrection(
  { world, database, real, tally }: Bench,
  { identities, set, fill }: SimRequest,
): Promise<string | null> {
  const expected = correct({ world: world.model, declared: declaredOf(world), identities, set, fill });
  const looked = await real.look(fill ? "supplement" : "rectify", identities, { set });
  const outcome = await real.run(fill ? "supplement" : "rectify", identities, { set });
  const other = compareLooked(looked, outcome);
  if (other !== null) return other;
  if (outcome.state !== expected.state)
    return `the state should be ${expected.state}, and is ${outcome.state}: ${JSON.stringify(outcome.notes)}`;
  const right = fill ? "supplement" : "rectify";
  tally.corrected.set(
    `${right} ${expected.state}`,
    (tally.corrected.get(`${right} ${expected.state}`) ?? 0) + 1,
  );
  for (const [i, table] of world.tables.entries()) {
    const { collection, rows } = must(world.model.tables[i], "tables and collections go together");
    const after = expected.state === "closed" ? (expected.after.get(idOf(collection)) ?? []) : rows;
    const wrong = compareRows(table, after, await database.rowsOf(table));
    if (wrong !== null) return wrong;
  }
  if (expected.state !== "closed") return null;
  tally.cellsCorrected += outcome.results.reduce((n, r) => n + r.rows, 0);
  tally.contradictions += expected.contradictions.length;
  await database.reset(world);
  return compareContradictions(expected.contradictions, outcome.contradictions ?? []);
}

function count(tally: Tally, expected: Erasure): void {
  if (expected.state === "not_found") tally.notFound += 1;
  if (expected.state === "ambiguous_identity") tally.ambiguous += 1;
  if (expected.state !== "closed") return;
  tally.closed += 1;
  for (const { fate } of expected.fates.values()) tally.fates.set(fate, (tally.fates.get(fate) ?? 0) + 1);
}

async function tryErase(
  bench: Bench,
  world: RandomWorld,
  asked: readonly IdentityValue[],
  scope: Scope | null = null,
): Promise<string | null> {
  const { database, real, tally } = bench;
  const startedMs = Date.now();
  const expected =
    scope === null
      ? erase(world.model, asked, NOW)
      : eraseScoped({ world: world.model, declared: declaredOf(world), identities: asked, scope, now: NOW });
  const looked = await real.look("erase", asked, { scope });
  const outcome = await real.run("erase", asked, { scope });
  const other = compareLooked(looked, outcome);
  if (other !== null) return other;
  if (outcome.state !== expected.state)
    return `the state should be ${expected.state}, and is ${outcome.state}: ${JSON.stringify(outcome.results.filter((r) => r.result !== "done"))}`;
  tally.statementsMax = mostStatements(tally.statementsMax, real.statements.values());
  const often = beyondBound(real);
  if (often !== null) return often;
  count(tally, expected);
  const all = new Map<DraftTable, readonly Row[]>();
  for (const table of world.tables) all.set(table, await database.rowsOf(table));
  const made = takeMade(world, expected.state === "closed" ? expected.after : new Map(), all);
  if (made.wrong !== null) return made.wrong;
  tally.pseudoPeople += made.people;
  tally.goneOn += made.rows;
  for (const [i, table] of world.tables.entries()) {
    const { collection, rows } = must(world.model.tables[i], "tables and collections go together");
    const found = must(made.rest.get(table), "every table was read");
    const said = looked.plan.filter(
      (l) => l.action === "delete" && `${l.store}.${l.collection}` === idOf(collection),
    );
    const gone = said.reduce((n, l) => n + l.rows, 0);
    if (rows.length - found.length !== (outcome.state === "closed" ? gone : 0))
      return `the dry run said that ${gone} rows of \`${table.name}\` would go, and ${rows.length - found.length} went`;
    const wrong =
      expected.state === "closed"
        ? compareAfter(table, expected.after.get(idOf(collection)) ?? [], found, { startedMs })
        : compareRows(table, rows, found);
    if (wrong !== null) return wrong;
  }
  if (expected.state !== "closed") return null;
  const kept = outcome.kept.map((k): Kept => ({ ...k, collection: `${k.store}.${k.collection}` }));
  return compareKept(expected.kept, kept);
}
