/**
 * Some people of a world are merged with others, and whoever asks then is asked for as both: which merges are refused, and all rights, against the
 * model, also after one of them is undone. Seeds are printed: `node sim/run.ts --merged --engine … --worlds 1 --seed …`, with `--sweep` for those
 * in which all are erased in one sweep.
 */
import { freshDatabase } from "@avow/provision/database";
import { type Database, openDatabase } from "@avow/runtime/store/database";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { describeMismatch } from "./describe.ts";
import { mariaDb } from "./engines/mysql.ts";
import { postgres } from "./engines/postgres.ts";
import { sqlite } from "./engines/sqlite.ts";
import { type MergeTally, mergeTable } from "./merging.ts";
import { runSeeds } from "./seeds.ts";
import { runSweepSeeds } from "./sweep/seeds.ts";

const server = inject("mariaDb");
if ("missing" in server) console.warn(`sim: not on MariaDB: ${server.missing}`);
const ENGINES = [
  { engine: postgres(inject("postgresUrl")), fixed: 12, fresh: 6 },
  ...("missing" in server ? [] : [{ engine: mariaDb(server.url), fixed: 4, fresh: 3 }]),
  { engine: sqlite(), fixed: 6, fresh: 3 },
].map((one) => ({ ...one, name: one.engine.name }));

/** On MariaDB a sweep asks in the same words as one person does. */
const SWEPT = ENGINES.filter(({ name }) => name !== "mysql");

/** Once the two said different things of it: an address that names nobody is refused because no account goes by it. */
const ONCE_FOUND = [1492129550];

/** Swept: a person named by a shared phone only, which somebody's turn before wiped, and by a merge. */
const ONCE_FOUND_SWEPT = [2004226817, 20, 1039];

const options = { people: 2, findingsMax: 1, shrink: true };
const freshSeed = inject("freshSeed");
const newTally = (): MergeTally => ({ outcomes: new Map(), undone: 0 });
let db: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const own = await freshDatabase(inject("postgresUrl"), "sim_merges");
  drop = own.drop;
  db = await openDatabase(own.url);
});
afterAll(async () => {
  await db.destroy();
  await drop();
});

describe.each(ENGINES)("on $name", ({ engine, fixed, fresh }) => {
  test("worlds that are always the same", { timeout: 600_000 }, async () => {
    const tally = newTally();
    const seeds = [...ONCE_FOUND, ...Array.from({ length: fixed }, (_, i) => i + 1)];
    const report = await runSeeds(engine, seeds, { ...options, merging: { db, tally } });
    expect(report.found.map(describeMismatch)).toEqual([]);
    console.log(`sim: ${mergeTable(tally)} on ${engine.name}`);
    expect(tally.outcomes.get("merged")).toBeGreaterThan(fixed / 4);
    expect(tally.undone).toBeGreaterThan(0);
  });

  test("worlds that nobody has seen before", { timeout: 600_000 }, async () => {
    console.log(`sim: merged: seeds ${freshSeed} to ${freshSeed + fresh - 1} on ${engine.name}`);
    const seeds = Array.from({ length: fresh }, (_, i) => freshSeed + i);
    const report = await runSeeds(engine, seeds, { ...options, merging: { db, tally: newTally() } });
    expect(report.found.map(describeMismatch)).toEqual([]);
  });
});

describe.each(SWEPT)("in one sweep on $name", ({ engine, fixed, fresh }) => {
  const swept = async (first: number, count: number, also: readonly number[]): Promise<MergeTally> => {
    console.log(`sim: merged, swept: seeds ${first} to ${first + count - 1} on ${engine.name}`);
    const tally = newTally();
    const seeds = [...also, ...Array.from({ length: count }, (_, i) => first + i)];
    const report = await runSweepSeeds(engine, seeds, { ...options, people: 5, merging: { db, tally } });
    expect(report.found).toEqual([]);
    return tally;
  };

  test("worlds that are always the same", { timeout: 600_000 }, async () => {
    const tally = await swept(1, fixed, ONCE_FOUND_SWEPT);
    expect(tally.outcomes.get("merged")).toBeGreaterThan(0);
    expect(tally.undone).toBeGreaterThan(0);
  });

  test("worlds that nobody has seen before", { timeout: 600_000 }, async () => {
    // In so few of them there may be nobody to be merged.
    const { outcomes } = await swept(freshSeed, fresh, []);
    expect(outcomes.size).toBeGreaterThan(0);
  });
});
