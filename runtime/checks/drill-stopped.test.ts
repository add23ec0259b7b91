import { expect, test } from "vitest";
import type { DrillAdapter } from "./drill-adapter.ts";
import { stoppable } from "./drill-stopped.ts";

const never = (): Promise<never> => new Promise(() => undefined);
const none = (): void => undefined;
const adapter: DrillAdapter = {
  ...{ signUp: never, populate: never, status: never, cleanup: never },
  archive: async () => null,
  signIn: async (_base, { token }) => token,
  requestRight: async () => Promise.reject(new Error("refused")),
  optOutWays: ["settings"],
};

test("what an adapter says goes through as it is, and what it has beside its acts, too", async () => {
  const same = stoppable(adapter, new AbortController().signal, none);
  expect([await same.archive("", null, "r"), same.optOutWays, same.look]).toEqual([
    null,
    ["settings"],
    undefined,
  ]);
  await expect(same.requestRight("", null, "erase")).rejects.toThrow("refused");
  expect(stoppable(adapter, undefined, none)).toBe(adapter);
});

test("whoever is stopped waits for no act, begins none, and still sees to people who may have come", async () => {
  const stopping = new AbortController();
  const stopped = stoppable(adapter, stopping.signal, none);
  const waiting = stopped.status("", null, "r");
  stopping.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  await expect((async () => stopped.archive("", null, "r"))()).rejects.toMatchObject({ name: "AbortError" });
  expect(await stopped.signIn("", { token: "canary1" })).toBe("canary1");
});

test("an act that may still write is told of, one that ended or only reads is not", async () => {
  const leftBy = async (act: (a: DrillAdapter) => Promise<unknown>): Promise<number> => {
    const stopping = new AbortController();
    let left = 0;
    const waiting = act(stoppable(adapter, stopping.signal, () => void (left += 1))).catch(none);
    // An act that has ended is no longer listened for.
    await new Promise(setImmediate);
    stopping.abort();
    await waiting;
    return left;
  };
  expect(await leftBy((a) => a.populate("", null, { token: "canary1" }))).toBe(1);
  expect(await leftBy((a) => a.requestRight("", null, "erase"))).toBe(0);
  expect(await leftBy((a) => a.status("", null, "r"))).toBe(0);
});

test("acts one level deeper are left as well, and what lies beside them goes through as it is", async () => {
  const stopping = new AbortController();
  const values = () => ({ was: "a", is: "b" });
  const deep = { ...adapter, alarm: { place: "app.alarms", raise: never }, correct: { values, ask: never } };
  let left = 0;
  const { alarm, correct } = stoppable(deep, stopping.signal, () => void (left += 1));
  const canary = { token: "canary1" };
  const raised = expect(alarm?.raise("", canary)).rejects.toMatchObject({ name: "AbortError" });
  const asked = expect(correct?.ask("", null, canary)).rejects.toMatchObject({ name: "AbortError" });
  stopping.abort();
  await raised;
  await asked;
  expect([left, alarm?.place, correct?.values(canary)]).toEqual([2, "app.alarms", { was: "a", is: "b" }]);
});
