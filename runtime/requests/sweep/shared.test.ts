/** Rows that people of a sweep share: what comes out of all turns is done to the store, once. */
import type { ArrayRow, ArrayTable } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { Mutation } from "../../connector-kit/contract.ts";
import { sweptIn } from "./testing/in-arrays.ts";

const mapWith = (onLeave: string): string => `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id }
  notes:
    class: content
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }
  chats:
    class: content
    links:
      - { role: owner, from: [a], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [b], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [c], to: { collection: users, fields: [id] } }
    fields: { id: system, a: user.unique_id, b: user.unique_id, c: user.unique_id, title: user.content }
    on_leave: { ${onLeave} }
`;

const users = (): ArrayTable => ({
  ...{ name: "users", fields: ["id"] },
  rows: ["1", "2", "3"].map((id) => ({ id })),
});
const notes = (): ArrayTable => ({ name: "notes", fields: ["id", "user"], rows: [{ id: "1", user: "1" }] });
const chats = (...rows: ArrayRow[]): ArrayTable => ({
  name: "chats",
  fields: ["id", "a", "b", "c", "title"],
  rows,
});
const chat = (id: string, c: string | null): ArrayRow => ({ id, a: "1", b: "2", c, title: "t" });

test("a row that goes in the end is only deleted, and one that stays is changed once", async () => {
  const [own, at] = [notes(), chats(chat("1", null), chat("2", "3"))];
  const made: Mutation[] = [];
  const changed = (mutations: readonly Mutation[]): void => {
    made.push(...mutations.filter((m) => m.collection === "chats"));
  };
  const ended = await sweptIn(mapWith("title: keep"), [users(), own, at], { around: { changed } });
  expect(ended.map(({ outcome }) => outcome.state)).toEqual(["closed", "closed"]);
  expect(made.map((m) => ("where" in m ? [m.act, m.where.tuples] : m))).toEqual([
    ["set", [["2"]]],
    ["delete", [["1"]]],
  ]);
  expect(at.rows).toEqual([{ id: "2", a: null, b: null, c: "3", title: "t" }]);
});

test("a link that stays by `on_leave` does not make an owner of somebody who left in the same sweep", async () => {
  const at = chats(chat("1", null), chat("2", "3"));
  const ended = await sweptIn(mapWith("a: keep"), [users(), notes(), at]);
  expect(ended.map(({ outcome }) => outcome.state)).toEqual(["closed", "closed"]);
  expect(at.rows).toEqual([{ id: "2", a: "1", b: null, c: "3", title: "t" }]);
});

test("what was decided of a shared row stands in a later pass of one of them, whoever else leaves meanwhile", async () => {
  const [people, own, at] = [users(), notes(), chats(chat("1", "3"))];
  let passed = false;
  const changed = (): void => {
    if (passed) return;
    passed = true;
    own.rows.push({ id: "9", user: "1" });
    people.rows = people.rows.filter(({ id }) => id !== "3");
  };
  const ended = await sweptIn(mapWith("title: keep"), [people, own, at], { around: { changed } });
  expect(ended.map(({ outcome }) => outcome.state)).toEqual(["closed", "closed"]);
  expect(own.rows).toEqual([]);
  expect(at.rows).toEqual([{ id: "1", a: null, b: null, c: "3", title: "t" }]);
});
