/** The order of an erasure's changes, by hand: stores that check at the end of a transaction forgive much of it. */
import { expect, test } from "vitest";
import { buildGraph } from "../datamap/graph.ts";
import { readDataMap } from "../datamap/read.ts";
import { must } from "../terms/assert.ts";
import { type ForeignKey, orderSteps } from "./order.ts";
import type { Change } from "./step.ts";

const COLLECTIONS = {
  users: `
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id, address: system }`,
  addresses: `
    class: address
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }`,
  orders: `
    class: order
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id }`,
  lines: `
    class: order
    key: [id]
    owner: order -> orders.id
    fields: { id: system, order: system }`,
} as const;
type Name = keyof typeof COLLECTIONS;

const change = (name: Name, act: Change["act"] = "delete"): Change => ({
  ...{ collection: `app.${name}`, act, keys: [["1"]] },
  set: act === "delete" ? {} : { user: "null" },
});

function ordered(
  names: readonly Name[],
  changes: readonly Change[],
  foreignKeys: readonly ForeignKey[] = [],
) {
  const text = `store: app\nconnector: postgres\ncollections:${names.map((n) => `\n  ${n}:${COLLECTIONS[n]}`).join("")}\n`;
  const graph = buildGraph(must(readDataMap([{ file: "app.yaml", text }]).value, "the map is valid"));
  return orderSteps(graph, changes, foreignKeys).map(
    ({ phase, changes: all }) => `${phase}: ${all.map((c) => `${c.act} ${c.collection}`).join(", ")}`,
  );
}

const ALL = ["users", "orders", "lines"] as const;

test.each([[ALL], [ALL.toReversed()]])(
  "what points goes before what is pointed at, however the map lists them: %j",
  (names) => {
    const changes = names.map((name) => change(name));
    const wanted = [
      "dependents: delete app.lines",
      "dependents: delete app.orders",
      "identity: delete app.users",
    ];
    expect(ordered(names, changes)).toEqual(wanted);
    expect(ordered(names, changes.toReversed())).toEqual(wanted);
  },
);

test("rows that stay let go before rows go", () => {
  expect(ordered(ALL, [change("orders"), change("orders", "set")])).toEqual([
    "dependents: set app.orders, delete app.orders",
  ]);
});

test("what a foreign key of an account points at goes after the account", () => {
  const names = ["users", "addresses", "orders"] as const;
  const changes = names.map((name) => change(name));
  expect(ordered(names, changes, [{ from: "app.users", to: "app.addresses" }])).toEqual([
    "dependents: delete app.orders",
    "identity: delete app.users",
    "identity: delete app.addresses",
  ]);
});

test("what points at each other by foreign keys is one step", () => {
  const changes = (["users", "addresses"] as const).map((name) => change(name));
  const ring = [
    { from: "app.users", to: "app.addresses" },
    { from: "app.addresses", to: "app.users" },
  ];
  const [step, ...more] = ordered(["users", "addresses"], changes, ring);
  expect(more).toEqual([]);
  expect(step).toMatch(/^identity: delete app\.\w+, delete app\.\w+$/);
});
