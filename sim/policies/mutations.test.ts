import { expect, test } from "vitest";
import { outcomesOf, survivorsOf, tableOf } from "./mutations.ts";
import { watch } from "./notice.ts";
import { OPERATORS } from "./operators.ts";
import { readService } from "./services.ts";

const watched = watch(await readService("miky-ai"));
const SEED = 7;

test("the policy as it is gives nothing to notice", () => {
  expect([...watched.noticed(watched.text)]).toEqual([]);
});

test(`one mutant of each kind is noticed, and the same seed makes the same mutants (seed ${SEED})`, () => {
  const run = { watches: [watched], seed: SEED, each: 1 };
  const outcomes = outcomesOf(run);
  expect(outcomes.map((o) => o.operator)).toEqual(Object.keys(OPERATORS));
  expect(survivorsOf(outcomes)).toEqual([]);
  expect(tableOf(outcomesOf(run))).toBe(tableOf(outcomes));
}, 60_000);
