import { expect, test } from "vitest";
import type { Erasing } from "./contract.ts";
import { type Kinded, kindedLots } from "./kinds.ts";
import { stillsOf } from "./still.ts";

const LOT = 50_000;

/** A set of as many rows as a statement carries, each of an owner of its own. */
const setOf = (lot: number): { readonly mutation: Erasing } => {
  const keys = Array.from({ length: LOT }, (_, i) => [String(lot * LOT + i)]);
  const still = { each: [{ fields: ["owner"], tuples: keys.map(([key]) => [`owner ${key}`]) }] };
  const where = { fields: ["id"], tuples: keys };
  return { mutation: { act: "set", collection: "posts", where, set: { body: "null" }, still } };
};

const sizeOf = (run: readonly { readonly mutation: Erasing }[], lot: readonly Kinded[]): number =>
  JSON.stringify(stillsOf(run, lot)).length;

test("a statement says what must still be true of its own rows, however many rows the others have", () => {
  const alone = [setOf(2)];
  const run = Array.from({ length: 3 }, (_, lot) => setOf(lot));
  const lots = kindedLots(run);
  expect(lots.map((lot) => lot.length)).toEqual(run.map(() => LOT));
  const [only] = kindedLots(alone);
  const most = sizeOf(alone, only ?? []);
  for (const lot of lots) expect(sizeOf(run, lot)).toBeLessThanOrEqual(most);
});

test("what is true of every row of the statement needs no kind beside it, and what is of some of them does", () => {
  const [a, b] = [
    { each: [{ fields: ["a"], tuples: [["1"]] }] },
    { each: [{ fields: ["b"], tuples: [["1"]] }] },
  ];
  const of = (still?: typeof a) => ({ mutation: still === undefined ? {} : { still } });
  const run = [of(a), of(b), of(a), of()];
  const lot = (...kinds: readonly number[]): Kinded[] =>
    kinds.map((kind) => ({ kind, tuple: [String(kind)] }));
  expect(stillsOf(run, lot(0, 2))).toEqual([{ still: a, kinds: [0, 2], all: true }]);
  expect(stillsOf(run, lot(0, 1))).toEqual([
    { still: a, kinds: [0], all: false },
    { still: b, kinds: [1], all: false },
  ]);
  expect(stillsOf(run, lot(1, 3))).toEqual([{ still: b, kinds: [1], all: false }]);
  expect(stillsOf(run, lot(3))).toEqual([]);
});
