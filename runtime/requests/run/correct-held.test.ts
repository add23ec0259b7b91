/** Corrections of what a legal hold keeps (spec/holds.md). The stores are arrays here. */
import { expect, test } from "vitest";
import type { Holds } from "../holds/holds.ts";
import { HOLD } from "../holds/testing/in-arrays.ts";
import { corrected, tables } from "./testing/correcting.ts";

const underHold = (...classes: readonly string[]): Holds => {
  const own = { ...HOLD, classes };
  const on = () => [own];
  const effect = { on, onNamed: async () => [own], onOthers: async () => [], stillAll: async () => {} };
  return { inEffect: async () => effect, forPlan: async () => effect, unchanged: async () => {} };
};

test.each([
  { classes: ["order"], held: [["orders", "blocked", 1]] },
  {
    classes: ["all"],
    held: [
      ["users", "blocked", 1],
      ["orders", "blocked", 1],
    ],
  },
])("under a hold on $classes nothing of the value is set, nor of its copies elsewhere", async (given) => {
  const at = tables();
  const holds = underHold(...given.classes);
  const { state, results } = await corrected(at, "users.name", "Ann", { holds });
  expect([state, results.map((r) => [r.collection, r.result, r.rows])]).toEqual(["not_done", given.held]);
  expect(results.every((r) => r.hold === HOLD.id)).toBe(true);
  expect(at).toEqual(tables());
});

test("a hold on what a correction does not touch does not keep it waiting", async () => {
  const at = tables();
  const outcome = await corrected(at, "users.email", "ada@example.org", { holds: underHold("order") });
  expect(outcome.state).toBe("closed");
  expect(at.users.rows[0]).toMatchObject({ email: "ada@example.org" });
});
