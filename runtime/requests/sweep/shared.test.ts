/** Rows that people of a sweep share: what comes out of all turns is done to the store, once. */
import type { Around, ArrayRow, ArrayTable } from "@avow/provision/array-store";
import { expect, test } from "vitest";
import type { ConnectorFailure, Mutation } from "../../connector-kit/contract.ts";
import { memorySweepJournal } from "./journal.ts";
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

test("rows of one collection that are let go of in two ways are each set in their own", async () => {
  const one = { id: "1", a: "1", b: null, c: "3", title: "t" };
  const other = { id: "2", a: "3", b: "2", c: null, title: "t" };
  const at = chats(one, other);
  const ended = await sweptIn(mapWith("title: keep"), [users(), notes(), at]);
  expect(ended.map(({ outcome }) => outcome.state)).toEqual(["closed", "closed"]);
  expect(at.rows).toEqual([
    { id: "1", a: null, b: null, c: "3", title: "t" },
    { id: "2", a: "3", b: null, c: null, title: "t" },
  ]);
});

/** Between the act and the look whether all is gone. */
const afterFirst = (act: () => void): (() => void) => {
  let passed = false;
  return () => {
    if (passed) return;
    passed = true;
    act();
  };
};

test("what was decided of a shared row stands in a later pass of one of them, while its other owner is there", async () => {
  const [own, at] = [notes(), chats(chat("1", "3"))];
  const changed = afterFirst(() => own.rows.push({ id: "9", user: "1" }));
  const ended = await sweptIn(mapWith("title: keep"), [users(), own, at], { around: { changed } });
  expect(ended.map(({ outcome }) => outcome.state)).toEqual(["closed", "closed"]);
  expect(own.rows).toEqual([]);
  expect(at.rows).toEqual([{ id: "1", a: null, b: null, c: "3", title: "t" }]);
});

test.each([
  { also: "nothing else", late: false },
  { also: "a row that came meanwhile", late: true },
])(
  "an owner who is gone by the end leaves no row that is nobody's: it goes, with $also",
  async ({ late }) => {
    const [people, own, at] = [users(), notes(), chats(chat("1", "3"), chat("2", "4"))];
    people.rows.push({ id: "4" });
    const changed = afterFirst(() => {
      if (late) own.rows.push({ id: "9", user: "1" });
      people.rows = people.rows.filter(({ id }) => id !== "3");
    });
    const ended = await sweptIn(mapWith("title: keep"), [people, own, at], { around: { changed } });
    expect(ended.map(({ outcome }) => outcome.state)).toEqual(["closed", "closed"]);
    expect(own.rows).toEqual([]);
    expect(at.rows).toEqual([{ id: "2", a: null, b: null, c: "4", title: "t" }]);
    // In the list of what was kept it is no longer.
    for (const { outcome } of ended)
      expect(outcome.kept).toEqual([expect.objectContaining({ collection: "chats", rows: 1 })]);
  },
);

test("an owner who lets go of a row while people are swept leaves it to nobody: it goes", async () => {
  const at = chats(chat("1", "3"), chat("2", "3"));
  const changed = afterFirst(() => Object.assign(at.rows[0] ?? {}, { c: null }));
  const ended = await sweptIn(mapWith("title: keep"), [users(), notes(), at], { around: { changed } });
  expect(ended.map(({ outcome }) => outcome.state)).toEqual(["closed", "closed"]);
  expect(at.rows).toEqual([{ id: "2", a: null, b: null, c: "3", title: "t" }]);
});

test("two sweeps at once that each leave a row to the other's people leave it to nobody: it goes", async () => {
  const [people, at] = [users(), chats(chat("1", "3"))];
  const all = [people, notes(), at];
  const [looked, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const approving = async (): Promise<void> => {
    looked.resolve();
    await goOn.promise;
  };
  const other = sweptIn(mapWith("title: keep"), all, { people: ["3"], approving });
  // By now it has seen that others own the row, too.
  await looked.promise;
  const ended = await sweptIn(mapWith("title: keep"), all);
  expect(at.rows).toEqual([{ id: "1", a: null, b: null, c: "3", title: "t" }]);
  goOn.resolve();
  expect([...ended, ...(await other)].map(({ outcome }) => outcome.state)).toEqual(Array(3).fill("closed"));
  expect([people.rows, at.rows]).toEqual([[], []]);
});

test("who else owns rows is asked again in the statement that looks whether all is gone", async () => {
  const asked: string[] = [];
  const reading = (collection: string): null => {
    asked.push(collection);
    return null;
  };
  await sweptIn(mapWith("title: keep"), [users(), notes(), chats(chat("1", "3"))], { around: { reading } });
  const count = (name: string): number => asked.filter((c) => c === name).length;
  // What there is, who else owns it, whether it is gone; what has no owner outside, twice.
  expect([count("users"), count("notes"), count("chats")]).toEqual([3, 2, 2]);
});

const away: ConnectorFailure = { ok: false, error: "unreachable", retryable: true, reason: "it is away" };

test("what was given to somebody else while the sweep waited is theirs, with what hangs on it", async () => {
  const map = `${mapWith("title: keep")}  replies:
    class: content
    owner: note -> notes.id
    fields: { id: system, note: user.unique_id }
`;
  const replies: ArrayTable = {
    ...{ name: "replies", fields: ["id", "note"] },
    rows: ["1", "2"].map((id) => ({ id, note: id })),
  };
  const own = notes();
  own.rows.push({ id: "2", user: "1" });
  const at = chats(chat("1", null), chat("2", null));
  const all = [users(), own, at, replies];
  const journal = memorySweepJournal();
  const states = async (around: Around = {}) =>
    (await sweptIn(map, all, { journal, around })).map(({ outcome }) => outcome.state);
  expect(await states({ changing: () => away })).toEqual(["not_done", "not_done"]);
  Object.assign(own.rows[0] ?? {}, { user: "3" });
  Object.assign(at.rows[0] ?? {}, { a: "3", b: "3" });
  Object.assign(at.rows[1] ?? {}, { b: "3" });
  expect(await states()).toEqual(["closed", "closed"]);
  expect(own.rows).toEqual([{ id: "1", user: "3" }]);
  expect(replies.rows).toEqual([{ id: "1", note: "1" }]);
  expect(at.rows).toEqual([
    { id: "1", a: "3", b: "3", c: null, title: "t" },
    { id: "2", a: null, b: "3", c: null, title: "t" },
  ]);
});
