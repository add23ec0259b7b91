/** Rows that have ended and do not say when. */
import type { Measure } from "@avow/core/commitments/proof";
import { expect, test } from "vitest";
import { at, taken } from "./testing/people.ts";

const ENDED: Measure = {
  ...{ ...at, measure: "ended", collection: "plans", field: "end", rowsMax: 9 },
  ...{ where: { status: ["cancelled", "lost"], kind: ["paid"] }, until: new Date("2026-06-02T00:00:00Z") },
};
const plan = (nr: string, end: string | null, more: Readonly<Record<string, string | null>> = {}) => ({
  ...{ nr, who: "old", status: "cancelled", kind: "paid", end, ...more },
});

test("ended: what says so and has no day of it, or one that is still to come, is named; what goes on is none", async () => {
  const plans = [
    plan("day", "2026-05-01"),
    plan("number", "1772366400"),
    plan("today", "2026-06-01 23:59:59+00"),
    plan("goes-on", null, { status: "active" }),
    plan("unsaid", null, { status: null }),
    plan("free", null, { kind: "free" }),
    plan("none", null),
    plan("blank", "", { status: "lost" }),
    plan("never", "infinity"),
    plan("zeros", "0000-00-00"),
    plan("ahead", "2126-05-01"),
  ];
  const names = ["none", "blank", "never", "zeros", "ahead"];
  expect(await taken(ENDED, { plans })).toEqual({
    ...{ reading: "ended", rows: 8, examined: 8, undated: 5 },
    evidence: names.map((nr) => ({
      ...{ what: "a row of `plans`: it has ended and `end` does not say when", store: "app" },
      ...{ collection: "plans", locator: `row of app|plans|["${nr}"]` },
    })),
  });
});

test("ended: more rows than are looked at are counted, a store that is away fails", async () => {
  const plans = Array.from({ length: 12 }, (_, i) => plan(String(i), i > 9 ? null : "2026-05-01"));
  expect(await taken(ENDED, { plans })).toMatchObject({ rows: 12, examined: 9, undated: 0 });
  expect(await taken(ENDED, { plans: "down" })).toMatchObject({ reading: "failed", unreachable: "app" });
});
