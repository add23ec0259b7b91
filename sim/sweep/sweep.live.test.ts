/**
 * A sweep must leave what the model leaves, one person after the other: on worlds that are always the same, on those that once found
 * something, and on new ones. Seeds are printed: `node sim/run.ts --sweep --engine … --worlds 1 --people 5 --seed …`.
 */
import { describe, expect, inject, test } from "vitest";
import { postgres } from "../engines/postgres.ts";
import { sqlite } from "../engines/sqlite.ts";
import { runSweepSeeds } from "./seeds.ts";

const OPTIONS = { people: 5, findingsMax: 1, shrink: true };
const FIXED = 15;
const FRESH = 8;

/** Each found something once; what, says the comment. */
const ONCE_FOUND = [
  15, // turns taken again in a second pass saw each other as gone
  186, // the same by an about link to a row that somebody else's turn had freed
  1039, // a tombstone over a `now` that an earlier turn had meant
  328, // a row on the way to another owner went in an earlier turn, the shared row itself was not touched
  923150079, // SQLite empties links row by row, in the middle of a statement, and a link of a row that goes was never null
  7102, // in a ring of links a row was looked at before the shared row that leads to it, and was taken for nobody else's
  20158, // a masked account counted as an owner of what its own person let go of
  270575824, // people mention what they own: a climb met an owner before what it owns, and asked for it once more
];

describe.each([postgres(inject("postgresUrl")), sqlite()])("on $name", (engine) => {
  test("worlds that are always the same", { timeout: 600_000 }, async () => {
    const seeds = [...ONCE_FOUND, ...Array.from({ length: FIXED }, (_, i) => i + 1)];
    const report = await runSweepSeeds(engine, seeds, OPTIONS);
    expect(report.found).toEqual([]);
    expect(report.tally.sharing).toBeGreaterThan(FIXED / 2);
  });

  test("worlds that nobody has seen before", { timeout: 600_000 }, async () => {
    const first = inject("freshSeed");
    console.log(`sweep: seeds ${first} to ${first + FRESH - 1} on ${engine.name}`);
    const report = await runSweepSeeds(
      engine,
      Array.from({ length: FRESH }, (_, i) => first + i),
      OPTIONS,
    );
    expect(report.found).toEqual([]);
  });
});
