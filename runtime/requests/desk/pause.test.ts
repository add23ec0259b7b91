import { expect, test } from "vitest";
import { StoreFailed } from "../run/ask.ts";
import type { RequestState, ResultLine } from "../run/run.ts";
import { nextTryAt } from "./pause.ts";

const now = new Date("2026-01-01T00:00:00Z");
const [SOON, TODAY] = ["2026-01-01T00:00:20.000Z", "2026-01-01T20:00:00.000Z"];
const [LATER, FAR] = ["2026-03-01T00:00:00.000Z", "9998-01-01T00:00:00.000Z"];
/** Nobody knows in advance that a hold ends before its day. */
const A_DAY_ON = "2026-01-02T00:00:00.000Z";
const line = (result: ResultLine["result"], until?: string): ResultLine => ({
  ...{ store: "app", collection: "cards", rows: 1, result },
  ...(until === undefined ? {} : { until }),
});
const at = (
  state: RequestState,
  results: readonly ResultLine[],
  { tries = 0, failed = null }: { tries?: number; failed?: StoreFailed | null } = {},
): string | null => nextTryAt({ outcome: { state, results }, failed, tries, now })?.toISOString() ?? null;

test.each([
  ["nothing says when: ever later", [line("blocked")], 1, "2026-01-01T00:02:00.000Z"],
  ["six hours are the longest", [line("failed")], 30, "2026-01-01T06:00:00.000Z"],
  ["all that is in the way has a date: then", [line("blocked", TODAY), line("remains")], 9, TODAY],
  ["a date further off than a day: once a day until then", [line("blocked", LATER)], 0, A_DAY_ON],
  ["a date that never comes stops no try", [line("blocked", FAR), line("remains")], 9, A_DAY_ON],
  ["the first of several dates", [line("blocked", LATER), line("partial", SOON)], 9, SOON],
  [
    "something else may go at any time",
    [line("blocked", LATER), line("failed")],
    0,
    "2026-01-01T00:00:30.000Z",
  ],
  ["and a date before that counts", [line("blocked", SOON), line("failed")], 0, SOON],
  [
    "a date that is over has not helped",
    [line("blocked", "2025-12-31T00:00:00.000Z")],
    0,
    "2026-01-01T00:00:30.000Z",
  ],
])("%s", (_, results, tries, expected) => {
  expect(at("not_done", results, { tries })).toBe(expected);
});

test("a store that refuses to be read until then is asked then", () => {
  const failed = new StoreFailed("app", {
    ...{ ok: false, error: "blocked", retryable: true, reason: "frozen", until: TODAY },
  });
  expect(at("not_done", [], { failed, tries: 4 })).toBe(TODAY);
});

test("a request that waits for tasks looks again when one of them is open again; one that ended never", () => {
  expect(at("requested", [line("blocked", SOON)])).toBe(SOON);
  expect(at("requested", [line("requested")])).toBe("2026-01-01T06:00:00.000Z");
  expect(at("closed", [line("blocked", SOON)])).toBeNull();
});
