/** What a missing index costs, and when it is worth a word. */
import { expect, test } from "vitest";
import { buildGraph } from "../datamap/graph.ts";
import { readDataMap } from "../datamap/read.ts";
import { must } from "../terms/assert.ts";
import type { PlanLine } from "./erase.ts";
import { type Indexed, isIndexed, slowness } from "./unindexed.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, visitor_id: visitor, email: email }
    fields: { id: user.unique_id, visitor: user.device.cookie_id, email: user.contact.email }
  orders:
    class: order
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id }
  items:
    class: order
    owner: order_id -> orders.id
    fields: { id: system, order_id: system }
`;
const graph = buildGraph(must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is valid"));
const live = (rows: number, key: string, parent: string, indexes: string[][] = []): Indexed => ({
  rowsEstimate: rows,
  primaryKey: ["id"],
  uniques: [],
  indexes,
  foreignKeys: [{ from: [key], to: { collection: parent } }],
});
const plan = (orders: number): PlanLine[] => [
  { store: "app", collection: "orders", action: "delete", rows: orders },
  { store: "app", collection: "users", action: "delete", rows: 1 },
];
const says = (items: Indexed, orders: number): string[] =>
  slowness({ graph, lives: new Map([["app.items", items]]) }, plan(orders));

test("a thousand parents over a million rows without an index take a minute, and are told", () => {
  expect(says(live(1_000_000, "order_id", "orders"), 1000)).toEqual([
    "`items.order_id` has no index: for each of the 1000 rows of `orders` that go, the store looks through about 1000000 rows, some 57 s in all",
  ]);
});

test("with an index, with few parents, or in a small collection nothing is said", () => {
  expect(says(live(1_000_000, "order_id", "orders", [["order_id", "id"]]), 1000)).toEqual([]);
  expect(says(live(1_000_000, "order_id", "orders"), 99)).toEqual([]);
  expect(says(live(1000, "order_id", "orders"), 1000)).toEqual([]);
  // The second field of an index is no way in.
  expect(says(live(1_000_000, "order_id", "orders", [["id", "order_id"]]), 1000)).toHaveLength(1);
});

test("a very large collection that is read whole is told, whatever goes", () => {
  expect(says(live(20_000_000, "order_id", "orders"), 1)).toEqual([
    "`items.order_id` has no index: each look for the person's rows reads all of about 20000000",
  ]);
  expect(isIndexed(live(1, "a", "b", [["tenant"]]), ["user_id", "tenant"])).toBe(true);
});

test("a person who is looked for in a very large collection without an index is told", () => {
  const users = (rows: number, indexes: string[][]): string[] =>
    slowness(
      { graph, lives: new Map([["app.users", { ...live(rows, "", "", indexes), foreignKeys: [] }]]) },
      [],
    );
  expect(users(12_000_000, [])).toEqual([
    "`users.visitor` has no index: finding a person by `visitor_id` reads all of about 12000000 rows",
  ]);
  // The primary key finds `id`; of an e-mail's expression nothing is known.
  expect(users(12_000_000, [["visitor", "email"]])).toEqual([]);
  expect(users(9_000_000, [])).toEqual([]);
});

test("a plain index finds no address in other letters, and that is told", () => {
  const text = MAP.replace("owner: order_id -> orders.id", "owner: order_id -> users.email");
  const byAddress = buildGraph(must(readDataMap([{ file: "app.yaml", text }]).value, "the map is valid"));
  const of = (rows: number) =>
    slowness(
      { graph: byAddress, lives: new Map([["app.items", live(rows, "other", "none", [["order_id"]])]]) },
      plan(1),
    );
  expect(of(20_000_000)).toEqual([
    "`items.order_id` holds addresses in any letters, which a plain index does not find: unless there is one on the normal form, each look for the person's rows reads all of about 20000000",
  ]);
  expect(of(10_000_000)).toEqual([]);
});
