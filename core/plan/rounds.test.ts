import { expect, test } from "vitest";
import { buildGraph } from "../datamap/graph.ts";
import { readDataMap } from "../datamap/read.ts";
import { must } from "../terms/assert.ts";
import { askable } from "./rounds.ts";

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
    fields: { id: system, email: user.contact.email }
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
const asked = (...names: string[]): string[] =>
  askable(graph, new Set(names.map((n) => `app.${n}`)))
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
