import { expect, test } from "vitest";
import { buildGraph } from "../datamap/graph.ts";
import { readDataMap } from "../datamap/read.ts";
import { must } from "../terms/assert.ts";
import { askable, climbable } from "./rounds.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  leads:
    class: account
    person: { email: email }
    links:
      - { role: mention, from: [order_id], to: { collection: orders, fields: [id] } }
    fields: { id: system, email: user.contact.email, order_id: system }
  orders:
    class: account
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id }
  visits:
    class: account
    owner: lead_id -> leads.id
    fields: { id: system, lead_id: system }
  items:
    class: account
    owner: order_id -> orders.id
    fields: { id: system, order_id: system }
  left:
    class: account
    links:
      - { role: owner, from: [user_id], to: { collection: users, fields: [id] } }
      - { role: mention, from: [right_id], to: { collection: right, fields: [id] } }
    fields: { id: system, user_id: user.unique_id, right_id: system }
  right:
    class: account
    links:
      - { role: owner, from: [user_id], to: { collection: users, fields: [id] } }
      - { role: mention, from: [left_id], to: { collection: left, fields: [id] } }
    fields: { id: system, user_id: user.unique_id, left_id: system }
`;

const read = readDataMap([{ file: "app.yaml", text: MAP }]);
const graph = buildGraph(must(read.value, "the map is valid"));
const named = (names: readonly string[]): Set<string> => new Set(names.map((n) => `app.${n}`));
const asked = (...names: string[]): string[] => askedWith(names, []);
/** `last`: they wait for what they mention only. */
const askedWith = (names: readonly string[], last: readonly string[]): string[] =>
  askable(graph, named(names), named(last))
    .map((id) => id.slice("app.".length))
    .sort();

test("person collections take turns, for each may tell of an identity that is looked for in the others", () => {
  expect(asked("users", "leads")).toHaveLength(1);
});

test("what hangs on something that waits waits, too, over any number of links", () => {
  expect(asked("users", "orders", "items")).toEqual(["users"]);
  expect(asked("users", "items")).toEqual(["users"]);
  expect(asked("orders", "items")).toEqual(["orders"]);
});

test("neighbours are asked at the same time", () => {
  expect(asked("orders", "visits")).toEqual(["orders", "visits"]);
  expect(asked("items", "visits")).toEqual(["items", "visits"]);
});

test("of a cycle one is asked, and never none", () => {
  expect(asked("left", "right")).toHaveLength(1);
  expect(asked()).toEqual([]);
});

test("people who are looked for by identities go first, even where they mention what others own", () => {
  expect(asked("leads", "orders")).toEqual(["leads"]);
  expect(asked("leads", "items")).toEqual(["leads"]);
});

test("what people mention is asked for when all of it is known, and nothing waits for it", () => {
  expect(askedWith(["leads", "orders"], ["leads"])).toEqual(["orders"]);
  expect(askedWith(["leads", "users"], ["leads"])).toEqual(["users"]);
  expect(askedWith(["leads", "items", "visits"], ["leads"])).toEqual(["items", "leads", "visits"]);
  expect(askedWith(["leads"], ["leads"])).toEqual(["leads"]);
});

/** Whatever a map lists first. */
const CLIMBS = [
  ["users", "threads", "replies"],
  ["users", "replies", "threads"],
  ["replies", "users", "threads"],
  ["threads", "replies", "users"],
];

test.each(CLIMBS)(
  "a climb meets what is owned before its owners, though people mention it: %s, %s, %s",
  (...names) => {
    const said: Readonly<Record<string, string>> = {
      users: `
    person: { user_id: id }
    links:
      - { role: mention, from: [pinned], to: { collection: replies, fields: [id] } }
    fields: { id: user.unique_id, pinned: system }`,
      threads: `
    links:
      - { role: owner, from: [user_id], to: { collection: users, fields: [id] } }
      - { role: about, from: [last], to: { collection: replies, fields: [id] } }
    fields: { id: system, user_id: user.unique_id, last: system }`,
      replies: `
    links:
      - { role: owner, from: [user_id], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [thread_id], to: { collection: threads, fields: [id] } }
    fields: { id: system, user_id: user.unique_id, thread_id: system }`,
    };
    const collections = names.map((name) => `  ${name}:\n    class: account${said[name]}\n`).join("");
    const map = readDataMap([
      { file: "app.yaml", text: `store: app\nconnector: postgres\ncollections:\n${collections}` },
    ]);
    const climbed = buildGraph(must(map.value, "the map is valid"));
    expect(climbable(climbed, named(["users", "threads", "replies"]))).toBe("app.replies");
    expect(climbable(climbed, named(["users", "threads"]))).toBe("app.threads");
    expect(climbable(climbed, named(["users"]))).toBe("app.users");
    expect(climbable(climbed, new Set())).toBe(null);
  },
);
