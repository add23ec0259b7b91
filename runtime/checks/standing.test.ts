import { expect, test } from "vitest";
import type { Connector } from "../connector-kit/contract.ts";
import type { WindowBook } from "./budget/book.ts";
import { onlyIfRecent, type Standing, standings, warnings, withoutStale } from "./standing.ts";

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
  [
    "a copy that stands",
    { behindMs: 3 * HOUR },
    "by 3 hours; no promise is called kept by it until it has caught up",
  ],
  ["a copy that can not tell", { behindMs: null }, "by how much can not be told; no promise"],
  [
    "a store that did not say",
    { unknown: "throttled: no slot" },
    "is not known (throttled: no slot); no promise is",
  ],
  [
    "a copy that somebody vouches for",
    { behindMs: MINUTE, vouched: true as const },
    "at most, as `readBehind` vouches",
  ],
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
      basis: null,
      reason:
        "`readUrl` of the store `app` leads to a copy that is behind, by 60 minutes: what came since is not seen (measured: r)",
    });
  for (const verdict of ["broken", "unproven"] as const)
    expect(onlyIfRecent(judged(verdict), app, late)).toEqual(judged(verdict));
  for (const change of [{ behindMs: null }, { unknown: "throttled: no slot" }])
    expect(onlyIfRecent(judged("kept"), app, stood(change)).verdict).toBe("unproven");
});

test("it touches nothing that rests on other stores, or on one that is late by less", () => {
  const kept = judged("kept");
  expect(onlyIfRecent(kept, new Set(["other"]), stood({ behindMs: 9 * HOUR }))).toEqual(kept);
  expect(onlyIfRecent(kept, app, stood({ behindMs: HOUR }))).toEqual(kept);
  expect(onlyIfRecent(kept, app, { all: [], behindMsMax: HOUR })).toEqual(kept);
});

const clock = (): Date => new Date(0);
const up = { reachable: true, version: "1", encryptedInTransit: false, readOnly: true } as const;
const standingOf = async (probe: Connector["probe"], vouchedMs: Readonly<Record<string, number>> = {}) =>
  (await standings({ readers: { app: { probe } }, clock, vouchedMs, answerMsMax: 50 }))[0];

test("whoever fails, breaks or keeps silent when asked is not known, and never ends the run", async () => {
  expect(
    await standingOf(async () => ({ ok: false, error: "throttled", reason: "no slot", retryable: true })),
  ).toMatchObject({ unknown: "throttled: no slot" });
  expect(await standingOf(() => Promise.reject(new TypeError("ada@example.com")))).toMatchObject({
    unknown: "the question stopped on an error of its own (TypeError)",
  });
  expect(await standingOf(() => new Promise(() => undefined))).toMatchObject({
    unknown: expect.stringMatching(/^no answer within /),
  });
});

test("who vouches is believed of a copy that does not say it itself, and of nothing else", async () => {
  const vouched = { app: 5 * MINUTE };
  const says = (more: object) => async () => ({ ok: true as const, value: { ...up, ...more } });
  expect(await standingOf(says({ copy: true, behindMs: null }), vouched)).toMatchObject({
    ...{ behindMs: 5 * MINUTE, vouched: true },
  });
  expect(await standingOf(says({ copy: true, behindMs: 9 * HOUR }), vouched)).toMatchObject({
    behindMs: 9 * HOUR,
  });
  expect(await standingOf(says({}), vouched)).not.toHaveProperty("vouched");
  expect(await standingOf(says({ copy: true, behindMs: null }), { other: 1 })).toMatchObject({
    behindMs: null,
  });
});

test("windows that were read of a copy that stands still are not written down, others are", async () => {
  const written: string[] = [];
  const book: WindowBook = {
    list: async () => [],
    hold: (look, act) => act({ put: async () => void written.push(look) }),
  };
  const put = async (
    look: string,
    touched: ReadonlySet<string>,
    change: Partial<Standing>,
  ): Promise<void> => {
    await withoutStale(book, touched, stood(change)).hold(look, (held) => held.put([], []));
  };
  await put("stale", app, { behindMs: HOUR + 1 });
  await put("unknown", app, { unknown: "throttled: no slot" });
  await put("in time", app, { behindMs: HOUR });
  await put("other", new Set(["other"]), { behindMs: null });
  expect(written).toEqual(["in time", "other"]);
});
