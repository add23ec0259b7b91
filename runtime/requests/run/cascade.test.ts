/** By which rows a foreign key is asked for that goes by another collation than the field which holds it. */
import type { Notations } from "@avow/core/terms/notations";
import { arrayStore } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import { meant } from "./cascade.ts";

async function asked(own: Notations | null, held: Notations | null) {
  const store = arrayStore([
    { name: "users", fields: ["name"], rows: [] },
    { name: "posts", fields: ["id", "user"], rows: [] },
  ]);
  const answer = await store.describe();
  if (!answer.ok) throw new Error(answer.reason);
  const kinds = new Map([
    ["name", own],
    ["user", held],
  ]);
  const collections = answer.value.collections.map((c) => {
    const fields = c.fields.map((f) => {
      const notations = kinds.get(f.name) ?? null;
      return notations === null ? f : { ...f, notations };
    });
    return [c.name, { ...c, fields }] as const;
  });
  const described = new Map([["app", new Map(collections)]]);
  const cascade = {
    store: "app",
    child: "posts",
    childFields: ["user"],
    parent: "users",
    parentFields: ["name"],
  };
  const { anyOf, isMeant } = meant({ described }, cascade, [["Ann"]]);
  return {
    questions: anyOf.length,
    told: isMeant && [["Ann"], ["ANN"], ["Bob"], [null]].map((c) => isMeant(c)),
  };
}

test("what holds a name in other letters is asked for, and of that only what the key takes for the name is meant", async () => {
  expect(await asked("spelling", null)).toEqual({ questions: 2, told: [true, true, false, false] });
  expect(await asked("spelling", "spelling")).toEqual({ questions: 1, told: null });
  expect(await asked(null, null)).toEqual({ questions: 1, told: null });
});

test("what only the store knows may be any of them", async () => {
  expect(await asked("collation", null)).toEqual({ questions: 2, told: null });
});
