import { expect, test } from "vitest";
import type { DrillAdapter } from "./drill-adapter.ts";
import { stoppable } from "./drill-stopped.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const adapter: DrillAdapter = {
  ...{ signUp: never, populate: never, status: never, cleanup: never },
  archive: async () => null,
  signIn: async (_base, { token }) => token,
  requestRight: async () => Promise.reject(new Error("refused")),
  optOutWays: ["settings"],
};

test("what an adapter says goes through as it is, and what it has beside its acts, too", async () => {
  const same = stoppable(adapter, new AbortController().signal);
  expect([await same.archive("", null, "r"), same.optOutWays, same.look]).toEqual([
    null,
    ["settings"],
    undefined,
  ]);
  await expect(same.requestRight("", null, "erase")).rejects.toThrow("refused");
  expect(stoppable(adapter, undefined)).toBe(adapter);
});

test("whoever is stopped waits for no act, begins none, and still sees to people who may have come", async () => {
  const stopping = new AbortController();
  const stopped = stoppable(adapter, stopping.signal);
  const waiting = stopped.status("", null, "r");
  stopping.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  await expect((async () => stopped.archive("", null, "r"))()).rejects.toMatchObject({ name: "AbortError" });
  expect(await stopped.signIn("", { token: "canary1" })).toBe("canary1");
});
