/** Where a column that takes several notations for one value stands beside one that takes text as it is (spec/connector.md, "Matches"). */
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Hand } from "./testing/application.ts";
import { type Engine, postgres } from "./testing/engines.ts";
import { eraseEach, onEngines } from "./testing/on-engine.ts";

/** `members.id` is text: `Ada` and `ADA` are two people. Tags and `drafts.writer` are `citext`. */
const MAP = `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id }
  tags:
    class: content
    owner: owner -> members.id
    fields: { name: system, owner: user.unique_id }
  posts:
    class: content
    links:
      - { role: owner, from: [author], to: { collection: members, fields: [id] } }
      - { role: mention, from: [tag], to: { collection: tags, fields: [name] } }
    fields: { id: system, author: user.unique_id, tag: system }
    on_leave: { tag: 'null' }
  likes:
    class: content
    links:
      - { role: mention, from: [seen_by], to: { collection: members, fields: [id] } }
      - { role: owner, from: [tag], to: { collection: tags, fields: [name] } }
    fields: { id: system, seen_by: user.unique_id, tag: system }
    on_leave: { seen_by: 'null' }
  drafts:
    class: content
    owner: writer -> members.id
    fields: { id: system, writer: user.unique_id }
  minutes:
    class: content
    links:
      - { role: owner, from: [author], to: { collection: members, fields: [id] } }
      - { role: mention, from: [about], to: { collection: members, fields: [id] } }
      - { role: mention, from: [topic], to: { collection: tags, fields: [name] } }
    fields: { id: system, author: user.unique_id, about: user.unique_id, topic: system }
`;
const TABLES = ["minutes", "drafts", "likes", "posts", "tags", "members"];
const LAYOUT = [
  "create extension if not exists citext",
  `drop table if exists ${TABLES.join(", ")}`,
  "create table members (id text primary key)",
  "create table tags (name citext primary key, owner text)",
  "create table posts (id int primary key, author text, tag citext)",
  "create table drafts (id int primary key, writer citext)",
  "create table likes (id int primary key, seen_by text, tag citext)",
  "insert into members values ('Ada'), ('ADA'), ('Bob')",
  "insert into tags values ('Tea', 'Ada'), ('Rum', 'ADA'), ('Ale', 'Bob')",
  // 1: the other one's, and found by the notation of Ada's tag. 2: Ada's. 3: Bob's, and found by that notation.
  "insert into posts values (1, 'ADA', 'TEA'), (2, 'Ada', 'RUM'), (3, 'Bob', 'tea')",
  // 1: Ada's by the notation of her tag, and it mentions her as she is. 2: the same of Bob's tag. 3: nobody's of these.
  "insert into drafts values (1, 'Ada'), (2, 'ADA'), (3, 'ada'), (4, 'BOB')",
  // Bob's, of whom and of what: `about` is `citext` and leads to text, `topic` is text and leads to `citext`.
  "create table minutes (id int primary key, author text, about citext, topic text)",
  "insert into minutes values (1, 'Bob', 'Ada', 'Tea'), (2, 'Bob', 'ADA', 'TEA'), (3, 'Bob', 'ada', 'rum'), (4, 'Bob', null, 'ale')",
  "insert into likes values (1, 'Ada', 'TEA'), (2, 'Ada', 'ALE'), (3, 'Bob', 'rum')",
];

let engine: Engine;
let hand: Hand;
beforeAll(async () => {
  engine = await postgres(inject("postgresUrl"));
  hand = await engine.hand();
});
beforeEach(async () => {
  for (const sql of LAYOUT) await hand.exec(sql);
});
afterAll(async () => {
  await hand.end();
  await engine.drop();
});

async function erased(people: readonly string[], inSweep: boolean): Promise<Record<string, unknown>> {
  const maps = [{ file: "app.yaml", text: MAP }];
  const asked = people.map((value) => ({ namespace: "member", value }));
  const outcomes = await onEngines({ maps, engines: { app: engine } }, (estate) =>
    eraseEach(estate, asked, inSweep),
  );
  expect(outcomes.map((o) => o.state)).toEqual(people.map(() => "closed"));
  for (const { notes } of outcomes) {
    const fields = notes.map((n) => /^`(.*)` was looked at by the text/.exec(n)?.[1] ?? "");
    expect(fields.filter((f) => f !== "")).toEqual(["app.minutes.topic"]);
  }
  const left: Record<string, unknown> = {};
  for (const table of TABLES) left[table] = await hand.exec(`select * from ${table} order by 1`);
  return left;
}

for (const [how, inSweep] of [
  ["alone", false],
  ["in a sweep", true],
] as const) {
  test(`${how}: a neighbour whose key differs in notation only keeps what is hers`, async () => {
    const left = await erased(["Ada"], inSweep);
    expect(left.members).toEqual([["ADA"], ["Bob"]]);
    expect(left.tags).toEqual([
      ["Ale", "Bob"],
      ["Rum", "ADA"],
    ]);
    expect(left.posts).toEqual([
      [1, "ADA", null],
      [3, "Bob", null],
    ]);
  });

  test(`${how}: what may be the name of two people goes with whom it names as it is, else with either`, async () => {
    expect((await erased(["Ada"], inSweep)).drafts).toEqual([
      [2, "ADA"],
      [4, "BOB"],
    ]);
    expect((await erased(["Bob"], inSweep)).drafts).toEqual([[2, "ADA"]]);
    expect((await erased(["ADA"], inSweep)).drafts).toEqual([]);
  });

  test(`${how}: what fits one link as it is, and an owner's in another notation, is the owner's`, async () => {
    const left = await erased(["Ada"], inSweep);
    expect(left.likes).toEqual([
      [2, null, "ALE"],
      [3, "Bob", "rum"],
    ]);
  });

  // Whom it names is asked of no store: what may name the leaver is cut, and what no question finds stays.
  test(`${how}: a mention that may be of two people is cut, and one in text is found as it is written only`, async () => {
    expect((await erased(["Ada"], inSweep)).minutes).toEqual([
      [1, "Bob", null, null],
      [2, "Bob", null, "TEA"],
      [3, "Bob", null, "rum"],
      [4, "Bob", null, "ale"],
    ]);
  });
}

test("a sweep of both: each gets what is theirs", async () => {
  expect(await erased(["Ada", "Bob"], true)).toEqual({
    members: [["ADA"]],
    tags: [["Rum", "ADA"]],
    posts: [[1, "ADA", null]],
    likes: [[3, null, "rum"]],
    drafts: [[2, "ADA"]],
    minutes: [],
  });
});
