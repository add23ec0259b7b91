/** Accounts that the service closed, and what is still there of them. */
import { expect, test } from "vitest";
import type { Evidence, Measure, Reading } from "./proof.ts";
import { judge, MAP, on } from "./prove-fixture.ts";

const CLOSING = MAP.replace(
  "made: system }\n    anchors: { creation: made }",
  "made: system, gone: system }\n    anchors: { creation: made, closure: gone }",
);

function looksOf(id: string, map = CLOSING): readonly Measure[] {
  const looks: Measure[] = [];
  judge(
    id,
    (m) => {
      if (m.measure === "leftover") looks.push(m);
      return null;
    },
    map,
  );
  return looks;
}

test("whoever promises all within a time from the closing of an account is looked at, where the map says when accounts are closed", () => {
  expect(looksOf("gone-in-a-month")).toEqual([
    {
      ...{ measure: "leftover", look: "index", store: "app", collection: "users", field: "gone" },
      before: new Date("2026-05-02T00:00:00.000Z"),
    },
  ]);
  // Nobody knows whether the delay was told: the longest that it may have lasted counts.
  expect(looksOf("gone-in-a-month-or-three")).toMatchObject([
    { before: new Date("2026-03-01T00:00:00.000Z") },
  ]);
  expect(looksOf("gone-in-a-month", MAP)).toEqual([]);
  for (const id of [
    "leave",
    "correct",
    "gone-in-a-month-once-asked",
    "gone-in-a-month-there",
    "gone-if-recorded",
  ])
    expect(looksOf(id)).toEqual([]);
  // What ends is a contract: orders are nobody's own rows.
  const ending = MAP.replace(
    "via: system, made: system }\n    anchors: { creation: made }",
    "via: system, made: system }\n    anchors: { creation: made, closure: made }",
  );
  expect(ending).not.toBe(MAP);
  expect(looksOf("gone-in-a-month", ending)).toEqual([]);
});

const seen = (change: Partial<Extract<Reading, { reading: "leftover" }>>, map = CLOSING) =>
  judge("gone-in-a-month", on("leftover", change), map);

test("nothing that is left keeps it, beside requests and the drill, for a day", () => {
  expect(seen({})).toMatchObject({
    ...{ verdict: "kept", basis: "drill", freshForMs: 1000 },
    reason: expect.stringMatching(
      /^`erase` drilled .*; none of 4 requests past its deadline; nothing is left of 3 accounts closed more than 30 days ago$/,
    ),
  });
  const long = judge("gone-in-a-month", (m) => on("drill", { freshForMs: 1_000_000_000 })(m), CLOSING);
  expect(long.freshForMs).toBe(86_400_000);
  expect(seen({ leaving: 1 }).reason).toContain("(1 person left out: being erased, or held)");
  expect(seen({ people: 0, examined: 0 })).toMatchObject({
    verdict: "kept",
    reason: expect.stringMatching(/; no account was closed more than 30 days ago$/),
  });
});

test("closing an account is no request where the policy does not say so", () => {
  const judgement = judge("gone-in-a-month-once-asked", on("leftover", { people: 9 }), CLOSING);
  expect(judgement).toMatchObject({ verdict: "kept" });
  expect(judgement.reason).not.toContain("closed more");
});

test("where nobody can know what was closed, or whether it was promised to them, it is open", () => {
  expect(judge("gone-in-a-month", undefined, MAP)).toMatchObject({
    ...{ verdict: "unproven", basis: null },
    reason: expect.stringContaining("the map binds no `closure` of people"),
  });
  for (const id of ["gone-in-a-month-there", "gone-if-recorded"])
    expect(judge(id, undefined, CLOSING)).toMatchObject({
      ...{ verdict: "unproven", basis: null },
      reason: expect.stringContaining("is one of those is not known any more"),
    });
});

test("anything that is left breaks it, however little was looked at", () => {
  const evidence: Evidence[] = [{ what: "rows of `users`", store: "app", collection: "users", rows: 1 }];
  const found = [
    { store: "app", collection: "users", rows: 1 },
    { store: "app", collection: "orders", rows: 2 },
  ];
  expect(seen({ found, evidence })).toMatchObject({
    ...{ verdict: "broken", basis: "exact", evidence },
    reason:
      "of accounts closed more than 30 days ago there is still what should be gone: 1 row of `app.users`, 2 rows of `app.orders`",
  });
  expect(seen({ found, evidence, examined: 1, stopped: "no room" })).toMatchObject({
    verdict: "broken",
    reason: expect.stringContaining("at least 1 row of `app.users`"),
  });
  const many = Array.from({ length: 7 }, (_, i) => ({ store: "app", collection: `c${i}`, rows: 1 }));
  expect(seen({ found: many }).reason).toMatch(/1 row of `app.c4`, rows of 2 further collections$/);
  // A drill that failed says so itself.
  const drilled = judge("gone-in-a-month", on("drill", { passed: false, detail: "left" }), CLOSING);
  expect(drilled).toMatchObject({ verdict: "broken", basis: "drill" });
});

test("what was not looked at, or can not be told, is open", () => {
  for (const [change, why] of [
    [
      { examined: 1, stopped: "no room" },
      "only 1 account of 3 closed more than 30 days ago were looked at: no room",
    ],
    [{ people: 9 }, "only 3 accounts of 9 closed more than 30 days ago were looked at"],
    [{ returned: 1 }, "1 account closed more than 30 days ago is of people who have an account again"],
    [
      { unclear: 2 },
      "2 rows of accounts closed more than 30 days ago hold what may be theirs, or stand there instead",
    ],
    [{ reading: "failed" }, "away"],
  ] as const)
    expect(judge("gone-in-a-month", on("leftover", change), CLOSING)).toMatchObject({
      ...{ verdict: "unproven", basis: null },
      reason: expect.stringContaining(why),
    });
});

test("what the map keeps without an exception of the promise is open, once there is somebody whose it is", () => {
  const keeping = (commitment: string) =>
    CLOSING.replace("    source: via", `    erase: { keep: ${commitment} }\n    source: via`);
  expect(seen({}, keeping("books")).verdict).toBe("kept");
  expect(seen({}, keeping("year"))).toMatchObject({
    verdict: "unproven",
    reason: "the map keeps `app.orders` for `year`, which is not under `except`",
  });
  expect(seen({ people: 0, examined: 0 }, keeping("year")).verdict).toBe("kept");
});
