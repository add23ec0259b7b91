import { describe, expect, test } from "vitest";
import type { ConnectorFailure } from "../../connector-kit/contract.ts";
import { againInWords, endingOf, refusalOf, untilOf } from "./refusal.ts";

const said = (more: Partial<ConnectorFailure>): ConnectorFailure => ({
  ...{ ok: false, error: "blocked", retryable: false, reason: "on hold" },
  ...more,
});
const UNTIL = "2026-02-01T00:00:00.000Z";

describe("when another try is worth it", () => {
  test.each([
    ["a moment", { until: UNTIL }, UNTIL],
    ["a moment in another zone", { until: "2026-02-01T02:00:00+02:00" }, UNTIL],
    ["of a part, too", { error: "partial", until: UNTIL }, UNTIL],
    ["not said", {}, null],
    ["no moment", { until: "soon" }, null],
    ["a day is no moment", { until: "2026-02-01" }, null],
    ["without a zone nobody knows which", { until: "2026-02-01T00:00:00" }, null],
    ["a month that there is not", { until: "2026-13-01T00:00:00Z" }, null],
    ["beyond what a database keeps", { until: "9999-12-31T23:00:00Z" }, null],
    ["of a failure that says so of nothing", { error: "denied", until: UNTIL }, null],
  ] as const)("%s", (_, more, at) => {
    expect(untilOf(said(more))?.toISOString() ?? null).toBe(at);
  });
});

test("a refusal says of each change what is left of it, never more than was asked and never less than none", () => {
  const part = said({ error: "partial", left: [2, 9, -1], until: UNTIL });
  expect([0, 1, 2, 3].map((at) => refusalOf(part, at, 3))).toEqual(
    [2, 3, 0, 3].map((rows) => ({ result: "partial", rows, reason: "on hold", until: UNTIL })),
  );
  expect(endingOf(part, [3, 3, 3])).toEqual({ state: "partial", rows: 4, reason: "on hold" });
  // Counts of what is left belong to a part only.
  const blocked = said({ left: [0] });
  expect(refusalOf(blocked, 0, 3)).toEqual({ result: "blocked", rows: 3, reason: "on hold" });
  expect(endingOf(blocked, [3])).toEqual({ state: "failed", rows: 0, reason: "on hold" });
  expect(refusalOf(said({ error: "throttled" }), 0, 3).result).toBe("failed");
});

test("a person is told what is held, and until when", () => {
  const line = { store: "shop", collection: "cards", rows: 2 } as const;
  expect(againInWords([{ ...line, result: "blocked" }])).toBeNull();
  expect(againInWords([{ ...line, result: "blocked", until: UNTIL }])).toBe(
    `\`shop.cards\` is blocked until ${UNTIL}: it is tried again then`,
  );
});
