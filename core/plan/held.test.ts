/** What a hold keeps, row by row (spec/holds.md). */
import { expect, test } from "vitest";
import { parseDuration } from "../terms/duration.ts";
import { Capture, tupleKey } from "./capture.ts";
import { decideFates, planErase } from "./erase.ts";
import type { LiveFields } from "./fate.ts";
import { keepableUnder, othersAmong, rowsHeld } from "./held.ts";
import type { Hold } from "./hold.ts";
import type { KeepRule } from "./keep.ts";
import type { Scope } from "./scope.ts";
import { ask, groundOf, type Rows, sharedIn } from "./testing/in-rows.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, nick: user.name }
  carts:
    class: shopping
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, note: user.content }
  items:
    class: order
    key: [id]
    owner: cart -> carts.id
    fields: { id: system, cart: system, text: user.content }
  posts:
    class: forum
    key: [id]
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [other], to: { collection: users, fields: [id] } }
    fields: { id: system, author: user.unique_id, other: user.unique_id, body: user.content }
    on_leave: delete
  tips:
    class: forum
    key: [id]
    links: [{ role: about, from: [on], to: { collection: users, fields: [id] } }]
    fields: { id: system, on: user.unique_id, body: user.content }
  masked:
    class: note
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, body: user.content }
    erase: { mask: { body: 'null' } }
`;

const user = (id: string) => ({ id, email: `${id}@example.org`, name: "Ann", nick: "A" });
const ROWS: Rows = {
  "app.users": [user("1"), user("2")],
  "app.carts": [
    { id: "1", user: "1", note: "n" },
    { id: "2", user: "1", note: "n" },
  ],
  "app.items": [{ id: "1", cart: "1", text: "t" }],
  "app.posts": [{ id: "1", author: "1", other: "2", body: "b" }],
  "app.tips": [{ id: "1", on: "1", body: "b" }],
  "app.masked": [{ id: "1", user: "1", body: "b" }],
};

const REVIEW = new Date("2026-06-01T00:00:00Z");
const holdOn = (...classes: readonly string[]): Hold => ({
  ...{ id: "h", commitment: "claims", reason: "a case", review: REVIEW, classes },
});

const fieldsOf = (...names: readonly string[]): LiveFields => ({
  fields: names.map((name) => ({ name, nullable: name !== "nick", generated: false })),
  foreignKeys: [],
});
const LIVES = new Map([
  ["app.users", fieldsOf("id", "email", "name", "nick")],
  ["app.carts", fieldsOf("id", "user", "note")],
]);

function inputOf(who: string, holds: readonly Hold[], scope: Scope | null = null, map = MAP) {
  const { graph, keys } = groundOf(map);
  const capture = ask(new Capture(graph, keys, [{ namespace: "user_id", value: who }]), ROWS);
  return {
    ...{ graph, capture, shared: sharedIn(graph, capture, ROWS), foreignKeys: [], keepRules: new Map() },
    ...{ now: new Date("2026-07-01T00:00:00Z"), lives: LIVES, holds, scope },
  };
}

const actsOf = (input: ReturnType<typeof inputOf>) =>
  planErase(input)
    .steps.flatMap((s) => s.changes)
    .map(({ collection, act, set, keys: k }) => [collection, act, set, k.flat()]);

/** What is to be done in each collection, and what the plan says of it. */
function planned(who: string, holds: readonly Hold[], scope: Scope | null = null) {
  const input = inputOf(who, holds, scope);
  const { lines } = planErase(input);
  const acts = actsOf(input);
  const held = lines.filter((l) => l.why === "hold").map((l) => [l.collection, l.rows]);
  return { acts, held, lines };
}

test("a hold on everything changes nothing at all, also when its day is over", () => {
  const { acts, held, lines } = planned("1", [holdOn("all")]);
  expect(acts).toEqual([]);
  expect(held.toSorted(byName)).toEqual(
    [
      ["users", 1],
      ["carts", 2],
      ["masked", 1],
      ["posts", 1],
      ["tips", 1],
      ["items", 1],
    ].sort(byName),
  );
  expect(lines.find((l) => l.collection === "items")).toMatchObject({
    ...{ action: "keep", why: "hold", commitment: "claims", reason: "a case" },
    ...{ until: REVIEW.toISOString(), hold: "h" },
  });
});

const byName = (a: readonly (string | number)[], b: readonly (string | number)[]): number =>
  String(a[0]) < String(b[0]) ? -1 : 1;

test("what leads to a held row stays, without what it is not needed for; its neighbour goes", () => {
  const { acts, held } = planned("1", [holdOn("order")]);
  expect(acts).toContainEqual(["app.carts", "set", { note: "null" }, ["1"]]);
  expect(acts).toContainEqual(["app.carts", "delete", {}, ["2"]]);
  // A name that may not be empty stays.
  expect(acts).toContainEqual(["app.users", "set", { name: "null" }, ["1"]]);
  expect(acts).toContainEqual(["app.posts", "delete", {}, ["1"]]);
  expect(acts.filter(([c]) => c === "app.items")).toEqual([]);
  expect(held.toSorted(byName)).toEqual([
    ["carts", 1],
    ["items", 1],
    ["users", 1],
  ]);
});

test("a row that others own too, one that tells of the person and one that is masked stay as they are", () => {
  const { acts } = planned("1", [holdOn("forum", "note")]);
  expect(acts.map(([c, act]) => [c, act])).toEqual([
    ["app.items", "delete"],
    ["app.carts", "delete"],
    ["app.users", "set"],
  ]);
});

test("another owner's erasure does not delete what is held for the person, and deletes what is not", () => {
  const own = inputOf("1", [holdOn("forum")]);
  const rows = rowsHeld(own, decideFates({ ...own, holds: [] }));
  expect([...(rows.get("app.posts") ?? [])]).toHaveLength(1);
  const { acts, held } = planned("2", [{ ...holdOn("forum"), rows }]);
  expect(acts).toEqual([["app.users", "set", { name: "null" }, ["2"]]]);
  expect(held.toSorted(byName)).toEqual([
    ["posts", 1],
    ["users", 1],
  ]);
  expect(planned("2", []).acts.map(([c, act]) => [c, act])).toEqual([
    ["app.posts", "delete"],
    ["app.users", "delete"],
  ]);
});

test("an owner who would only leave what is held for somebody else does not: it stays as it is, and so does what it leads to", () => {
  const cut = MAP.replace("    on_leave: delete\n", "    on_leave: { body: keep }\n");
  const own = inputOf("1", [holdOn("forum")], null, cut);
  const rows = rowsHeld(own, decideFates({ ...own, holds: [] }));
  const leaving = (...holds: readonly Hold[]) => actsOf(inputOf("2", holds, null, cut));
  expect(leaving({ ...holdOn("forum"), rows })).toEqual([["app.users", "set", { name: "null" }, ["2"]]]);
  expect(leaving()).toEqual([
    ["app.posts", "set", { body: "keep", other: "null" }, ["1"]],
    ["app.users", "delete", {}, ["2"]],
  ]);
  // The post leads to the account of the one who is held: it is needed, and of no class that is.
  expect(leaving({ ...holdOn("order"), rows })).toEqual(leaving());
});

test("a row that a held one points at, where no link says so, stays as far as that needs it", () => {
  const pointedAt = new Map([["app.users", new Set([tupleKey(["2"])])]]);
  const hold = { ...holdOn("order"), rows: new Map(), pointedAt };
  expect(planned("2", [hold]).acts).toEqual([
    ["app.posts", "delete", {}, ["1"]],
    ["app.users", "set", { name: "null" }, ["2"]],
  ]);
  expect(planned("2", [hold]).held).toEqual([["users", 1]]);
});

test("an erasure of a part lists what it would have touched, and leaves it", () => {
  const scope = { categories: ["user.content"], products: [], since: null, until: null };
  const { acts, held } = planned("1", [holdOn("order")], scope);
  expect(acts.some(([c]) => c === "app.items")).toBe(false);
  expect(held.toSorted(byName)).toEqual([
    ["carts", 1],
    ["items", 1],
  ]);
});

test("what an erasure of a part does not touch is not listed as held", () => {
  const scope = { categories: ["user.content"], products: [], since: null, until: null };
  expect(planned("1", [holdOn("account")], scope).held).toEqual([]);
});

test("nothing that is gone already is kept", () => {
  const input = inputOf("1", [holdOn("order")]);
  for (const row of input.capture.collections.get("app.items")?.rows.values() ?? []) row.current = null;
  const { lines } = planErase(input);
  expect(lines.filter((l) => l.why === "hold")).toEqual([]);
});

/** What lies between a held row and the person, by the `code` of their account. */
const chainOf = (carts: string): string => `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id, code: user.unique_id, name: user.name }
    erase: { mask: { code: 'null', name: 'null' } }
  carts:
    class: shopping
    key: [id]
${carts}
  items:
    class: order
    key: [id]
    owner: cart -> carts.id
    fields: { id: system, cart: system, text: user.content }
`;

test.each([
  {
    ...{ where: "a field", cart: { user: "c" } },
    carts: `    owner: user -> users.code
    fields: { id: system, user: user.unique_id, note: user.content }
    erase: { mask: { user: 'null', note: 'null' } }`,
  },
  {
    ...{ where: "a document", cart: { doc: '{"user":"c"}', "doc.user": "c" } },
    carts: `    owner: doc.user -> users.code
    fields: { id: system, doc: { category: user.content, paths: { user: user.unique_id } }, note: user.content }
    erase: { mask: { doc: 'null', note: 'null' } }`,
  },
])(
  "a row that is masked anyway keeps what leads from a held row to the person: $where",
  ({ carts, cart }) => {
    const { graph, keys } = groundOf(chainOf(carts));
    const rows: Rows = {
      "app.users": [{ id: "1", code: "c", name: "Ann" }],
      "app.carts": [{ id: "1", note: "n", ...cart }],
      "app.items": [{ id: "1", cart: "1", text: "t" }],
    };
    const capture = ask(new Capture(graph, keys, [{ namespace: "user_id", value: "1" }]), rows);
    const input = {
      ...{ graph, capture, shared: sharedIn(graph, capture, rows), foreignKeys: [], keepRules: new Map() },
      ...{ now: new Date("2026-07-01T00:00:00Z"), lives: LIVES, holds: [holdOn("order")] },
    };
    const acts = planErase(input)
      .steps.flatMap((s) => s.changes)
      .map((c) => [c.collection, c.act, c.set]);
    expect(acts).toEqual([
      ["app.carts", "set", { note: "null" }],
      ["app.users", "set", { name: "null" }],
    ]);
  },
);

test("a hold on somebody else matters only where it may keep a row that others reach", () => {
  const { graph, capture } = inputOf("1", []);
  expect([...othersAmong(graph, capture)]).toEqual(["app.posts"]);
  expect([...keepableUnder(graph, ["order"])].toSorted()).toEqual(["app.carts", "app.items", "app.users"]);
  expect([...keepableUnder(graph, ["forum", "note"])].toSorted()).toEqual([
    "app.masked",
    "app.posts",
    "app.tips",
    "app.users",
  ]);
  expect(keepableUnder(graph, ["all"])).toEqual(new Set(graph.collections.keys()));
});

const HOUSE = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, phone: user.contact.phone_number }
  pads:
    class: forum
    key: [id]
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [other], to: { collection: users, fields: [id] } }
    fields: { id: system, author: user.unique_id, other: user.unique_id, body: user.content }
    on_leave: { other: 'null' }
  plans:
    class: forum
    key: [id]
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [other], to: { collection: users, fields: [id] } }
    fields: { id: system, author: user.unique_id, other: user.unique_id, body: user.content }
    on_leave: delete
  bills:
    class: order
    key: [id]
    owner: plan -> plans.id
    fields: { id: system, plan: system, text: user.content }
  books:
    class: payment
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, made: system }
    anchors: { creation: made }
    erase: { keep: ten-years, mask: {} }
`;
const HOUSE_ROWS: Rows = {
  "app.users": [
    { id: "1", phone: "5" },
    { id: "2", phone: "5" },
  ],
  "app.pads": [{ id: "1", author: "1", other: "2", body: "b" }],
  "app.plans": [{ id: "1", author: "1", other: "2", body: "b" }],
  "app.bills": [{ id: "1", plan: "1", text: "t" }],
  "app.books": [{ id: "1", user: "1", made: "2026-01-01" }],
};
const HOUSE_LIVES = new Map([
  ["app.users", fieldsOf("id", "phone")],
  ["app.plans", fieldsOf("id", "author", "other", "body")],
]);
const TEN_YEARS: KeepRule = {
  ...{ commitment: "ten-years", why: "law", reason: "book-keeping", anchor: "creation" },
  ...{ period: parseDuration("P10Y"), classes: ["payment"] },
};

function inHouse(who: string, holds: readonly Hold[]) {
  const { graph, keys } = groundOf(HOUSE);
  const capture = ask(new Capture(graph, keys, [{ namespace: "user_id", value: who }]), HOUSE_ROWS);
  return {
    ...{ graph, capture, shared: sharedIn(graph, capture, HOUSE_ROWS), foreignKeys: [], holds },
    ...{ keepRules: new Map([["ten-years", TEN_YEARS]]), lives: HOUSE_LIVES },
    now: new Date("2026-07-01T00:00:00Z"),
  };
}

test("whoever leaves a row that is held for its other owner changes nothing of it", () => {
  const own = inHouse("1", [holdOn("forum")]);
  const rows = rowsHeld(own, decideFates({ ...own, holds: [] }));
  expect([...(rows.get("app.pads") ?? [])]).toHaveLength(1);
  const { steps } = planErase(inHouse("2", [{ ...holdOn("forum"), rows }]));
  expect(steps.flatMap((s) => s.changes).filter((c) => c.collection === "app.pads")).toEqual([]);
});

test("a row that others own too, and that leads from what is held, says what it said", () => {
  const acts = planErase(inHouse("1", [holdOn("order")])).steps.flatMap((s) => s.changes);
  expect(acts.filter((c) => c.collection === "app.plans")).toEqual([]);
});

test("what law keeps is not held for others", () => {
  const own = inHouse("1", [holdOn("order")]);
  const rows = rowsHeld(own, decideFates({ ...own, holds: [] }));
  expect([...rows].flatMap(([id, names]) => (names.size > 0 ? [id] : [])).toSorted()).toEqual([
    "app.bills",
    "app.plans",
    "app.users",
  ]);
});

test("a number that people share may lead to somebody else's held row", () => {
  const { graph, capture } = inHouse("1", []);
  expect([...othersAmong(graph, capture)]).toContain("app.users");
});
