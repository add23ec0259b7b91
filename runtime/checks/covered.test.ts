import type { Judgement, Rolling } from "@avow/core/commitments/proof";
import { expect, test } from "vitest";
import { coverage, onlyIfCovered } from "./covered.ts";

const judgement = (change: Partial<Judgement>): Judgement => ({
  ...{ verdict: "kept", basis: "exact", examined: 5, population: 5, reason: "nothing is older" },
  ...{ evidence: [], freshForMs: 1_000 },
  ...change,
});
const rolling = (change: Partial<Rolling>): Rolling => ({
  ...{ store: "app", collection: "events", examined: 370, population: 1_000, complete: false },
  ...{ since: "2026-01-02T03:04:05.000Z", holdsMs: 500, why: "too large" },
  ...change,
});

test("without windows a judgement stays as it is", () => {
  expect(onlyIfCovered(judgement({}), [])).toEqual(judgement({}));
  expect(coverage([])).toBeNull();
});

test("as long as a window is silent, nothing is kept, and it is said how much was seen since when", () => {
  const open = onlyIfCovered(judgement({}), [rolling({})]);
  expect(open).toMatchObject({ verdict: "unproven", basis: null, freshForMs: 500 });
  expect(open.reason).toBe(
    "coverage of `app.events` is 37 % since 2026-01-02: it is read in parts (too large); so far: nothing is older",
  );
  expect(coverage([rolling({})])).toBe(0.37);
  // Never rounded up to all.
  const nearly = rolling({ examined: 99_999, population: 100_000 });
  expect(onlyIfCovered(judgement({}), [nearly]).reason).toContain("is 99 %");
  expect(coverage([nearly])).toBe(0.999);
});

test("all windows seen: kept by parts, as long as the first of them holds", () => {
  const whole = rolling({ complete: true, examined: 1_000 });
  expect(onlyIfCovered(judgement({}), [whole])).toMatchObject({
    ...{ verdict: "kept", basis: "sampled", freshForMs: 500 },
    reason: "nothing is older; read in parts, the first of them on 2026-01-02",
  });
  expect(coverage([whole])).toBe(1);
  expect(onlyIfCovered(judgement({}), [whole, rolling({})]).verdict).toBe("unproven");
});

test("a counter-example breaks at once, however little was seen", () => {
  expect(onlyIfCovered(judgement({ verdict: "broken" }), [rolling({})])).toMatchObject({
    ...{ verdict: "broken", basis: "sampled" },
  });
});
