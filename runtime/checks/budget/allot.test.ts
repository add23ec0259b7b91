import { expect, test } from "vitest";
import type { Estimate, Look } from "../../connector-kit/contract.ts";
import { allot, type Candidate, inBytes } from "./allot.ts";
import type { Budget } from "./model.ts";

const BUDGET: Budget = { bytes: 1_000_000, rows: 10_000, seconds: 10, freshMs: 1 };
const look: Look = { ask: "distinct", query: { collection: "c", field: "f", valuesMax: 1 } };
const way = (rows: number, bytes: number, windowKey: readonly string[] | null = ["id"]) => ({
  look: { ...look },
  estimate: { rows, bytes, collection: { rows: 100_000, bytes: 10_000_000 }, windowKey } satisfies Estimate,
});
const one = (name: string, ...ways: Candidate["ways"]): Candidate => ({ name, ways });
const hows = (candidates: readonly Candidate[], budget = BUDGET): Record<string, string> =>
  Object.fromEntries([...allot(candidates, budget)].map(([name, a]) => [name, a.how]));

test("what fits together is looked at whole, up to the last byte", () => {
  const half = (name: string): Candidate => one(name, way(5_000, 500_000));
  expect(hows([half("a"), half("b")])).toEqual({ a: "whole", b: "whole" });
});

test("the cheapest come first; what does not fit is read in windows, with what is left for it", () => {
  const small = one("small", way(5_000, 500_000));
  const large = one("large", way(100_000, 10_000_000));
  const allowances = allot([large, small], BUDGET);
  expect(allowances.get("small")).toMatchObject({ how: "whole", timeoutMs: 10_000 });
  const share = allowances.get("large");
  // 500 kB at 100 bytes a row, and 5,000 rows are left.
  expect(share).toMatchObject({ how: "windows", share: { rows: 5_000, key: ["id"], population: 100_000 } });
  expect(share?.how === "windows" ? share.share.why : "").toBe(
    "at once it would be 10.0 MB and 100,000 rows, and a run may read 1.0 MB and 10,000 rows of a store",
  );
});

test("whole looks leave a quarter to those that need windows; however little it is, each reads some", () => {
  const large = one("large", way(100_000, 10_000_000));
  const nearly = one("nearly", way(9_000, 900_000));
  expect(hows([nearly, large])).toEqual({ nearly: "windows", large: "windows" });
  const tiny = { ...BUDGET, rows: 10, bytes: 10 };
  const share = allot([large], tiny).get("large");
  expect(share).toMatchObject({ how: "windows", share: { rows: 1_000, ms: 10_000 } });
});

test("a cheaper way is taken before windows are", () => {
  const indexed = one("age", way(100_000, 10_000_000), way(2, 16_384));
  const allowance = allot([indexed], BUDGET).get("age");
  expect(allowance?.how === "whole" && allowance.look).toBe(indexed.ways[1]?.look);
});

test("what has no key to walk by is not read at all, with the reason", () => {
  expect(allot([one("keyless", way(100_000, 10_000_000, null))], BUDGET).get("keyless")).toEqual({
    how: "not at all",
    reason:
      "at once it would be 10.0 MB and 100,000 rows, and a run may read 1.0 MB and 10,000 rows of a store, and it has no key by which it can be read in parts",
  });
});

test("sizes read as people write them", () => {
  expect([0, 999, 1_000, 123_456, 1.5e9, 2e15].map(inBytes)).toEqual([
    "0 bytes",
    "999 bytes",
    "1.0 kB",
    "123 kB",
    "1.5 GB",
    "2000 TB",
  ]);
});
