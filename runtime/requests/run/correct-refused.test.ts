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

test("what is filled in takes over no rows that somebody has left behind: it is refused before anything is set", async () => {
  const filled = async (sender: string, value: string) => {
    const at = tables();
    Object.assign(at.users.rows[0] ?? {}, { email: null });
    Object.assign(at.tickets.rows[0] ?? {}, { sender });
    const outcome = await corrected(at, "users.email", value, { mode: "fill" });
    return { ...outcome, email: at.users.rows[0]?.["email"] };
  };
  const refused = await filled("zed@example.org", "Zed@Example.org");
  expect([refused.state, refused.email]).toEqual(["ambiguous_identity", null]);
  expect(refused.notes.join()).toContain("rows of `tickets` that are not the person's hold the new value");
  const done = await filled("zed@example.org", "ann@example.org");
  expect([done.state, done.email]).toEqual(["closed", "ann@example.org"]);
});
