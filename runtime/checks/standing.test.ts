import { expect, test } from "vitest";
import { onlyIfRecent, type Standing, warnings } from "./standing.ts";

const standing = (change: Partial<Standing>): Standing => ({ store: "app", clockAheadMs: 0, ...change });
const [MINUTE, HOUR] = [60_000, 3_600_000];
const stood = (change: Partial<Standing>) => ({ all: [standing(change)], behindMsMax: HOUR });
const judged = (verdict: "kept" | "attested" | "broken" | "unproven") =>
  ({
    verdict,
    basis: "exact",
    examined: 1,
    population: 1,
    reason: "r",
    evidence: [],
    freshForMs: 1,
  }) as const;
const app = new Set(["app"]);

test.each([
  ["in time", { clockAheadMs: -2 * MINUTE, behindMs: MINUTE }, null],
  ["ahead", { clockAheadMs: 2 * MINUTE + 1 }, "the clock of the store `app` is 2 minutes ahead of Avow's"],
  ["behind by days", { clockAheadMs: -72 * HOUR }, "the clock of the store `app` is 3 days behind Avow's"],
  ["a copy that is late", { behindMs: 90_000 }, "leads to a copy that is behind, by 90 seconds"],
  ["a copy that stands", { behindMs: 3 * HOUR }, "by 3 hours; what rests on it is proven by nothing"],
  ["a copy that can not tell", { behindMs: null }, "by how much can not be told; what rests"],
  ["without a clock", { clockAheadMs: null }, null],
])("what is said of a store: %s", (_, change, said) => {
  const lines = warnings({ all: [standing(change)], behindMsMax: HOUR });
  if (said === null) expect(lines).toEqual([]);
  else expect(lines).toEqual([expect.stringContaining(said)]);
});

test("a copy that has stood still for more than an hour proves nothing, and breaks what it shows broken", () => {
  const late = stood({ behindMs: HOUR + 1 });
  for (const verdict of ["kept", "attested"] as const)
    expect(onlyIfRecent(judged(verdict), app, late)).toMatchObject({
      verdict: "unproven",
      reason:
        "`readUrl` of the store `app` leads to a copy that is behind, by 60 minutes: what came since is not seen (measured: r)",
    });
  for (const verdict of ["broken", "unproven"] as const)
    expect(onlyIfRecent(judged(verdict), app, late)).toEqual(judged(verdict));
  expect(onlyIfRecent(judged("kept"), app, stood({ behindMs: null })).verdict).toBe("unproven");
});

test("it touches nothing that rests on other stores, or on one that is late by less", () => {
  const kept = judged("kept");
  expect(onlyIfRecent(kept, new Set(["other"]), stood({ behindMs: 9 * HOUR }))).toEqual(kept);
  expect(onlyIfRecent(kept, app, stood({ behindMs: HOUR }))).toEqual(kept);
  expect(onlyIfRecent(kept, app, { all: [], behindMsMax: HOUR })).toEqual(kept);
});
