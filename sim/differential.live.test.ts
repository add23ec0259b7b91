/**
 * The model and the real planner must agree: on worlds that are always the same (17 of these 60 found something in the first
 * planner), and on worlds that are new on every run. Their seeds are printed, so that a failure can be run again:
 * `node sim/run.ts --worlds 1 --seed …`.
 */
import { randomInt } from "node:crypto";
import { expect, inject, test } from "vitest";
import { describeMismatch } from "./describe.ts";
import { runSeeds } from "./seeds.ts";

const FIRST = 1;
const FIXED = 60;
const FRESH = 20;
const options = { people: 3, findingsMax: 1, shrink: true };

test("worlds that are always the same", { timeout: 600_000 }, async () => {
  const seeds = Array.from({ length: FIXED }, (_, i) => FIRST + i);
  const report = await runSeeds(inject("postgresUrl"), seeds, options);
  expect(report.found.map(describeMismatch)).toEqual([]);
  expect(report.tally.closed).toBeGreaterThan(FIXED);
});

test("worlds that nobody has seen before", { timeout: 600_000 }, async () => {
  const first = randomInt(1, 2 ** 31);
  console.log(`sim: seeds ${first} to ${first + FRESH - 1}`);
  const seeds = Array.from({ length: FRESH }, (_, i) => first + i);
  const report = await runSeeds(inject("postgresUrl"), seeds, options);
  expect(report.found.map(describeMismatch)).toEqual([]);
});
