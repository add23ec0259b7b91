/** Which rows that are there again are taken for rows of the person who was erased. The names lie in a database, the rows in arrays. */
import { randomBytes, randomUUID } from "node:crypto";
import { readDataMap } from "@avow/core/datamap/read";
import type { Step } from "@avow/core/plan/step";
import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { type ArrayRow, type ArrayTable, arrayStore } from "@avow/provision/array-store";
import { freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import { bindEstate } from "../run/estate.ts";
import { type Looking, lookForSuppressed } from "./again.ts";
import { keepSuppressed, noteSuppressed } from "./names.ts";

const APP = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id, made: system }
    anchors: { creation: made }
`;
const ERASED = new Date("2026-02-01T12:00:00Z");
const MARCH = new Date("2026-03-01T00:00:00Z");
const sealer = createSealer(randomBytes(32));
let db: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase(inject("postgresUrl"), "again");
  drop = fresh.drop;
  db = await openDatabase(fresh.url);
});
afterAll(async () => {
  await db.destroy();
  await drop();
});

const deskOf = (service: string, rows: ArrayRow[], now = MARCH): Promise<Looking> =>
  deskOn(service, { now, text: APP, tables: [{ name: "users", fields: ["id", "made"], rows }] });

interface On {
  readonly now?: Date;
  readonly text: string;
  readonly tables: readonly ArrayTable[];
}

async function deskOn(service: string, { now = MARCH, text, tables }: On): Promise<Looking> {
  const store = arrayStore(tables);
  const bound = await bindEstate({
    map: must(readDataMap([{ file: "app.yaml", text }]).value, "the map is valid"),
    keepRules: new Map(),
    stores: { app: { reader: store, eraser: store } },
  });
  if (!bound.ok) throw new Error(JSON.stringify(bound));
  return { db, sealer, service, now: () => now, estate: bound.estate };
}

const step = (act: "delete" | "set", ...ids: string[]): Step => stepOf("users", act, ids);
const stepOf = (collection: string, act: "delete" | "set", ids: readonly string[]): Step => ({
  phase: "dependents",
  store: "app",
  changes: [{ collection: `app.${collection}`, act, set: {}, keys: ids.map((id) => [id]) }],
});

async function erased(service: string, ...steps: Step[]): Promise<string> {
  const request = randomUUID();
  const desk = await deskOf(service, [], ERASED);
  await noteSuppressed(desk, request, steps);
  const suppression = must(parseDuration("P1Y"), "a period");
  await keepSuppressed({ ...desk, suppression }, db, [{ request }]);
  return request;
}

const BEFORE = "2026-02-01 11:59:59";
const AFTER = "2026-02-01 12:00:01";

test("what is older than its erasure is back; what is newer, or has no date, may be somebody's", async () => {
  const request = await erased("shop", step("delete", "1", "2", "3"));
  const rows = [
    { id: "1", made: BEFORE },
    { id: "2", made: AFTER },
    { id: "3", made: null },
    { id: "4", made: BEFORE },
  ];
  const { examined, lines, back } = await lookForSuppressed(await deskOf("shop", rows));
  expect(examined).toBe(4);
  expect([...back].map(([r, all]) => [r, [...all]])).toEqual([[request, [["app.users", [["1"]]]]]]);
  expect(lines.map((l) => [l.verdict, l.rows, l.reason])).toEqual([
    ["older", 1, undefined],
    ["unsure", 1, "may be somebody's new row: it is newer than the erasure"],
    ["unsure", 1, "may have come back: nothing says how old it is"],
  ]);
});

test("rows that stayed, masked, are not looked for, nor are those of another service", async () => {
  await erased("two", step("set", "1"), step("delete", "2"));
  const rows = [
    { id: "1", made: BEFORE },
    { id: "2", made: BEFORE },
  ];
  const { back } = await lookForSuppressed(await deskOf("two", rows));
  expect([...back.values()].map((all) => [...all])).toEqual([[["app.users", [["2"]]]]]);
  expect((await lookForSuppressed(await deskOf("three", rows))).back.size).toBe(0);
});

/** Comments and reactions have no date. A line goes with the first of its owners. */
const FORUM = `store: app
connector: arrays
collections:
  users:
    class: account
    person: { user_id: id }
    fields: { id: user.unique_id, made: system }
    anchors: { creation: made }
  posts:
    class: content
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [editor], to: { collection: users, fields: [id] } }
    fields: { id: system, author: user.unique_id, editor: user.unique_id, made: system }
    anchors: { creation: made }
  comments:
    class: content
    owner: post -> posts.id
    fields: { id: system, post: system }
  reactions:
    class: content
    owner: comment -> comments.id
    fields: { id: system, comment: system }
  lines:
    class: content
    owner: post -> posts.id
    fields: { id: system, post: system, made: system }
    anchors: { creation: made }
    on_leave: delete
`;

/** One post, by this author and editor and of this day, with what hangs on it; of the accounts each that is named is there. */
const forum = (
  service: string,
  {
    accounts = ["1", "2"],
    ...post
  }: { accounts?: string[]; author: string; editor: string | null; made: string | null },
): Promise<Looking> =>
  deskOn(service, {
    text: FORUM,
    tables: [
      { name: "users", fields: ["id", "made"], rows: accounts.map((id) => ({ id, made: BEFORE })) },
      { name: "posts", fields: ["id", "author", "editor", "made"], rows: [{ id: "7", ...post }] },
      { name: "comments", fields: ["id", "post"], rows: [{ id: "70", post: "7" }] },
      { name: "reactions", fields: ["id", "comment"], rows: [{ id: "700", comment: "70" }] },
      { name: "lines", fields: ["id", "post", "made"], rows: [{ id: "71", post: "7", made: BEFORE }] },
    ],
  });
const all = ["1", "7", "70", "700", "71"];
const forumSteps = (): Step[] =>
  ["users", "posts", "comments", "reactions", "lines"].map((name, i) =>
    stepOf(name, "delete", [all[i] ?? ""]),
  );
async function backOf(desk: Looking) {
  const { back, lines } = await lookForSuppressed(desk);
  const ids = [...back.values()].flatMap((own) => [...own.values()].flatMap((keys) => keys.flat()));
  return { ids: ids.sort(), lines };
}

test.each([
  ["the account is back and the post is old: all of it", { author: "1", editor: null, made: BEFORE }, all],
  ["the post has no date and hangs on the account", { author: "1", editor: null, made: null }, all],
  ["the post is newer, under the account: that alone", { author: "1", editor: null, made: AFTER }, ["1"]],
  ["the post is newer, and somebody else's", { author: "2", editor: null, made: AFTER }, ["1"]],
  ["the post is somebody else's, old as it is", { author: "2", editor: null, made: BEFORE }, ["1"]],
  ["the post is somebody else's, too", { author: "1", editor: "2", made: BEFORE }, ["1"]],
  ["the post has no date and is somebody else's, too", { author: "1", editor: "2", made: null }, ["1"]],
  ["who else owned the post is not there", { author: "1", editor: "2", made: BEFORE, accounts: ["1"] }, all],
])("what hangs on rows that are back goes only with those that go: %s", async (text, post, expected) => {
  const service = `forum ${text}`;
  await erased(service, ...forumSteps());
  const { ids, lines } = await backOf(await forum(service, post));
  expect(ids).toEqual([...expected].sort());
  // What stays is named, each by its reason.
  expect(lines.reduce((n, l) => n + l.rows, 0)).toBe(all.length);
});

test("an old row that is somebody's by now is said to be, and not that it goes", async () => {
  await erased("theirs", ...forumSteps());
  const { lines } = await backOf(await forum("theirs", { author: "2", editor: null, made: BEFORE }));
  expect(lines.map((l) => [l.collection, l.verdict, l.reason])).toEqual([
    ["users", "older", undefined],
    ["posts", "unsure", "belongs to somebody by now, or to a row that stays"],
    ["comments", "unsure", "may have come back: nothing says how old it is"],
    ["reactions", "unsure", "may have come back: nothing says how old it is"],
    ["lines", "unsure", "belongs to somebody by now, or to a row that stays"],
  ]);
});
