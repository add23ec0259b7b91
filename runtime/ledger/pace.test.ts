import { expect, test } from "vitest";
import { pauseAfter } from "./sequencer.ts";

test("the more a look found, the sooner is the next: at once after a full batch, never under 100 ms after less", () => {
  expect([0, 1, 1023, 1024, 4095, 4096, 5000].map((count) => pauseAfter(count, 200))).toEqual([
    200, 200, 200, 100, 100, 0, 0,
  ]);
  expect([100, 150, 250].map((intervalMs) => pauseAfter(2000, intervalMs))).toEqual([100, 100, 125]);
});
