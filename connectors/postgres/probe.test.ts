/** How far a standby is behind, by what it lets be seen. What it looks like on a real one: apps/cli/commands/verify/standing.live.test.ts. */
import { expect, test } from "vitest";
import { behindBy, type Look } from "./probe.ts";

const DAY_MS = 86_400_000;
const look = (change: Partial<Look> = {}): Look => ({
  ...{ veiled: false, replayedAll: true, received: "0/5000000", level: false },
  ...{ sinceMessageMs: 90, sinceChangeMs: DAY_MS, timeoutMs: 60_000 },
  ...change,
});
const looks = (count: number, change: Partial<Look>): Look[] =>
  Array.from({ length: count }, () => look(change));

test("who has replayed all that he was sent, and was sent a part only, is behind by what he shows", () => {
  expect(behindBy([look({ level: false })])).toBe(DAY_MS);
  expect(behindBy([look({ level: true })])).toBe(90);
});

test("a primary that has gone silent is not a quiet one: what it last said is as old as it is", () => {
  expect(behindBy([look({ level: true, sinceMessageMs: 55_000 })])).toBe(55_000);
});

test("of several looks the best counts, and nothing is behind by less than nothing", () => {
  expect(behindBy([look(), look({ level: true }), look()])).toBe(90);
  expect(behindBy([look({ sinceChangeMs: -500 })])).toBe(0);
});

test("without a change that is shown, and without a receiver that streams, it can not be told", () => {
  expect(behindBy([look({ sinceChangeMs: null, replayedAll: false, received: null })])).toBeNull();
  expect(behindBy(looks(9, { veiled: true, sinceChangeMs: null, timeoutMs: 0 }))).toBeNull();
});

test("who sees the receiver alone waits until nothing has come for two seconds; it may then have been cut off for its time-out", () => {
  const veiled = { veiled: true, sinceMessageMs: null };
  expect(behindBy(looks(8, veiled))).toBe(DAY_MS);
  expect(behindBy(looks(9, veiled))).toBe(60_000);
  expect(behindBy(looks(9, { ...veiled, sinceChangeMs: 5_000 }))).toBe(5_000);
  // It waits for ever, and so would we.
  expect(behindBy(looks(9, { ...veiled, timeoutMs: 0 }))).toBe(DAY_MS);
  // It has not replayed all; nothing has been sent yet; something came meanwhile.
  expect(behindBy(looks(9, { ...veiled, replayedAll: false }))).toBe(DAY_MS);
  expect(behindBy(looks(9, { ...veiled, received: null }))).toBe(DAY_MS);
  expect(behindBy([...looks(8, veiled), look({ ...veiled, received: "0/5020000" })])).toBe(DAY_MS);
  expect(behindBy([look({ ...veiled, received: "0/4000000" }), ...looks(9, veiled)])).toBe(60_000);
});
