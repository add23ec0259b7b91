import { expect, test } from "vitest";
import { Tries } from "./correct-tried.ts";

const change = (collection: string) => ({ collection, values: { name: "Ann" }, keys: [["1"]] });

test("what was meant and never asked of a store is no act; what was done before it stays done", () => {
  const tries = new Tries();
  tries.meant("a", [change("a.users")]);
  tries.meant("b", [change("b.users")]);
  tries.ended("a", { whole: [change("a.users")], partly: [] });
  tries.unmeant();
  expect(tries.acts.map(({ store, made }) => ({ store, made }))).toEqual([{ store: "a", made: true }]);
  expect([...tries.unsure]).toEqual([]);
  tries.unmeant();
  expect(tries.acts).toHaveLength(1);
});
