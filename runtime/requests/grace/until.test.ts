import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { expect, test } from "vitest";
import { endedAt, windowEnd } from "./until.ts";

const days = (text: string): Date => new Date(`2026-03-${text}T00:00:00Z`);
const grace = must(parseDuration("P14D"), "a period");

test("the window ends after the grace, and never after the day on which the erasure is due", () => {
  expect(windowEnd(grace, days("01"), days("31"))).toEqual(days("15"));
  expect(windowEnd(grace, days("01"), days("10"))).toEqual(days("10"));
  expect(windowEnd(grace, days("10"), days("10"))).toBeNull();
  expect(windowEnd(grace, days("11"), days("10"))).toBeNull();
});

test("a window is over when it was to end, whenever within the hour the worker comes by", () => {
  const after = (minutes: number): Date => new Date(days("10").getTime() + minutes * 60_000);
  expect(endedAt(days("10"), after(0))).toEqual(days("10"));
  expect(endedAt(days("10"), after(60))).toEqual(days("10"));
  expect(endedAt(days("10"), after(61))).toEqual(after(61));
});
