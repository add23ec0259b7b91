/** What is said of a correction that the store refuses. */
import { expect, test } from "vitest";
import type { ConnectorFailure } from "../../connector-kit/contract.ts";
import { corrected, tables } from "./testing/correcting.ts";

const saidNo = (error: ConnectorFailure["error"], until?: string): ConnectorFailure => ({
  ...{ ok: false, error, retryable: error === "throttled", reason: "said no" },
  ...(until === undefined ? {} : { until }),
});

test.each([
  [saidNo("malformed"), true],
  [saidNo("blocked"), true],
  [saidNo("blocked", "2026-02-01T00:00:00Z"), false],
  [saidNo("throttled"), false],
  [saidNo("denied"), false],
])("%j: that a refusal ends the request is said where it may be the value", async (failure, isValue) => {
  const at = tables();
  const { state, notes } = await corrected(at, "users.name", "Ann", { around: { changing: () => failure } });
  expect(state).toBe("not_done");
  expect(notes.some((n) => n.includes("`avow request refuse` ends this request"))).toBe(isValue);
  expect(notes.some((n) => n.includes("run the same request again"))).toBe(true);
  expect(at).toEqual(tables());
});
