/** Erasures with a scope, in cases that random worlds seldom have. */
import { expect, test } from "vitest";
import { STANDS } from "./account.ts";
import { Capture } from "./capture.ts";
import { planErase } from "./erase.ts";
import { fieldsToErase } from "./scope.ts";
import { ask, groundOf, type Rows, sharedIn } from "./testing/in-rows.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  orders:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, phone: user.contact }
  cards:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, phone: user.contact, code: user.content }
  parcels:
    class: team
    key: [id]
    links:
      - { role: owner, from: [order_id], to: { collection: orders, fields: [id] } }
      - { role: co_owner, from: [other], to: { collection: users, fields: [id] } }
    fields: { id: system, order_id: system, other: user.unique_id, note: user.content }
    on_leave: { note: 'null' }
`;

/** What person 1 would have done in each collection who asks for contact details to be erased. */
function planned(rows: Rows, categories = ["user.contact"]) {
  return asked(rows, categories).acts;
}

/** `since`: what the rows hold by the next look. */
function asked(first: Rows, categories: readonly string[], since?: Rows) {
  const { graph, keys } = groundOf(MAP);
  const also = new Map([
    ["app.orders", ["phone"]],
    ["app.cards", ["phone", "code"]],
    ["app.parcels", ["note"]],
  ]);
  const look = (): Capture => new Capture(graph, keys, [{ namespace: "user_id", value: "1" }], also);
  const before = ask(look(), first);
  const rows = since ?? first;
  const next = look();
  if (since !== undefined)
    next.remember(
      [...before.collections].map(([id, c]) => ({ id, fields: c.fields, rows: c.rows.values() })),
    );
  const capture = since === undefined ? before : ask(next, since);
  const field = (name: string) => ({
    ...{ name, type: name === "code" ? "integer" : "text", generated: false },
    nullable: !["phone", "code"].includes(name),
  });
  const live = (...names: string[]) => ({ fields: names.map(field), foreignKeys: [] });
  const { steps, lines } = planErase({
    ...{ graph, capture, shared: sharedIn(graph, capture, rows), foreignKeys: [], keepRules: new Map() },
    now: new Date("2026-01-01T00:00:00Z"),
    scope: { categories, products: [], since: null, until: null },
    lives: new Map([
      ["app.cards", live("id", "user", "phone", "code")],
      ["app.parcels", live("id", "order_id", "other", "note")],
    ]),
  });
  const acts = steps
    .flatMap((s) => s.changes)
    .map(({ collection, act, set, keys: k }) => [collection, act, set, k]);
  return { acts, said: lines.map((l) => [l.collection, l.action, l.why ?? "", l.blanked ?? []]) };
}

test("a row goes with its parent unless somebody else owns it too: then it lets go of the parent, and nobody leaves it", () => {
  const rows = (other: string | null): Rows => ({
    "app.users": [{ id: "1" }, { id: "2" }],
    "app.orders": [{ id: "7", user: "1", phone: "555" }],
    "app.parcels": [{ id: "8", order_id: "7", other, note: "ring twice" }],
  });
  expect(planned(rows(null))).toEqual([
    ["app.parcels", "delete", {}, [["8"]]],
    ["app.orders", "delete", {}, [["7"]]],
  ]);
  expect(planned(rows("2"))).toEqual([
    ["app.parcels", "set", { order_id: "null" }, [["8"]]],
    ["app.orders", "delete", {}, [["7"]]],
  ]);
});

test("of what somebody else owns too, what was asked for stays, and the plan says why", () => {
  const rows: Rows = {
    "app.users": [{ id: "1" }, { id: "2" }],
    "app.orders": [{ id: "7", user: "1", phone: "555" }],
    "app.parcels": [{ id: "8", order_id: "7", other: "2", note: "ring twice" }],
  };
  const first = asked(rows, ["user.content"]);
  // The parcel is of this category alone: she leaves it as its map says. Its order stays, so there is nothing to let go of but that.
  expect(first.said).toContainEqual(["parcels", "leave", "co_owner", ["note", "order_id"]]);
  const noted: Rows = { ...rows, "app.parcels": [{ id: "8", order_id: "7", other: "2", note: null }] };
  expect(asked(noted, ["user.unique_id"]).said).toContainEqual(["parcels", "leave", "co_owner", []]);
});

test("what was emptied before is not planned again, and what is new is", () => {
  const rows = (phone: string | null, code: string | null): Rows => ({
    "app.users": [{ id: "1" }],
    "app.cards": [{ id: "7", user: "1", phone, code }],
  });
  const acts = (phone: string | null, code: string | null) => planned(rows(phone, code));
  const set = { phone: "tombstone" };
  expect(acts("555", "c")).toEqual([["app.cards", "set", set, [["7"]]]]);
  expect(acts("erased", "c")).toEqual([]);
  expect(acts("erased-0123456789abcdef", "c")).toEqual([]);
  expect(acts("0", "c")).toHaveLength(1);
  expect(acts(null, "c")).toEqual([]);
  expect(acts("erased by hand", "c")).toEqual([["app.cards", "set", set, [["7"]]]]);
  expect(asked(rows("erased", "c"), ["user.contact"]).said).toEqual([]);
  const numbered = (code: string) => asked(rows("555", code), ["user.content"]).acts;
  expect(numbered("3")).toHaveLength(1);
  expect(numbered("0")).toEqual([]);
  // It came while the request was carried out.
  expect(asked(rows(null, "c"), ["user.contact"], rows("555", "c")).acts).toHaveLength(1);
});

const PLACES = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  orders:
    class: team
    key: [id]
    owner: user -> users.id
    fields:
      id: system
      user: user.unique_id
      phone: user.contact
      facts: { category: user.content, paths: { code: system, note: user.content } }
  labels:
    class: team
    key: [id]
    links:
      - { role: owner, from: [order_code], to: { collection: orders, fields: [facts.code] } }
    fields: { id: system, order_code: system, phone: user.contact }
`;

test("a document stays in which something is pointed at; the places beside it are emptied", () => {
  const { graph, keys } = groundOf(PLACES);
  const rows: Rows = {
    "app.users": [{ id: "1" }],
    "app.orders": [{ id: "7", user: "1", phone: "555", "facts.code": "c", "facts.note": "n" }],
    "app.labels": [{ id: "9", order_code: "c", phone: "555" }],
  };
  const capture = ask(new Capture(graph, keys, [{ namespace: "user_id", value: "1" }]), rows);
  expect(capture.collections.get("app.labels")?.rows.size).toBe(1);
  const { steps } = planErase({
    ...{ graph, capture, shared: sharedIn(graph, capture, rows), foreignKeys: [], keepRules: new Map() },
    now: new Date("2026-01-01T00:00:00Z"),
    scope: { categories: ["user.content"], products: [], since: null, until: null },
    lives: new Map([
      [
        "app.orders",
        {
          fields: ["id", "user", "phone", "facts"].map((name) => ({
            name,
            nullable: true,
            generated: false,
          })),
          foreignKeys: [],
        },
      ],
    ]),
  });
  expect(steps.flatMap((s) => s.changes)).toMatchObject([
    { collection: "app.orders", act: "set", set: { "facts.note": "null" }, keys: [["7"]] },
  ]);
});

const TEAMS = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id, made: system }
  tickets:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, made: system }
    anchors: { creation: made }
  boards:
    class: team
    key: [id]
    links:
      - { role: mention, from: ["pins[*].id"], to: { collection: tickets, fields: [id] } }
    fields: { id: system, made: system, pins: { category: system, paths: { "[*].id": user.unique_id } } }
    anchors: { creation: made }
    on_leave: { "pins[*].id": remove }
`;

test("of a list only what goes is taken out, whatever other rows in the scope let go of", () => {
  const { graph, keys } = groundOf(TEAMS);
  const made = ["made"];
  const rows: Rows = {
    "app.users": [{ id: "1", made: null }],
    "app.tickets": [
      { id: "5", user: "1", made: "2025-01-01" },
      { id: "6", user: "1", made: "2026-06-01" },
    ],
    "app.boards": [
      // In the scope: it lets go of the person.
      { id: "8", made: "2025-01-01", "pins[*].id": '["5","6"]' },
      // Out of it: it lets go of what goes.
      { id: "9", made: "2026-06-01", "pins[*].id": '["5","6"]' },
    ],
  };
  const also = new Map(["app.tickets", "app.boards"].map((id) => [id, made]));
  const capture = ask(new Capture(graph, keys, [{ namespace: "user_id", value: "1" }], also), rows);
  const { steps } = planErase({
    ...{ graph, capture, shared: sharedIn(graph, capture, rows), foreignKeys: [], keepRules: new Map() },
    now: new Date("2026-07-01T00:00:00Z"),
    scope: { categories: [], products: [], since: null, until: "2026-03-01" },
    lives: new Map(),
  });
  const boards = steps.flatMap((s) => s.changes).filter((c) => c.collection === "app.boards");
  expect(boards.map((c) => [c.keys, c.only?.["pins[*].id"]?.values])).toEqual([
    [[["8"]], ["5", "6"]],
    [[["9"]], ["5"]],
  ]);
});

const ACCOUNT = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, made: system }
    anchors: { creation: made }
  logins:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, provider: user.content, made: system }
    anchors: { creation: made }
  secrets:
    class: team
    key: [id]
    owner: login -> logins.id
    fields: { id: system, login: system, token: user.authorization.credentials, code: user.authorization }
  sessions:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: user.authorization.credentials, user: user.unique_id, ip: user.device.ip_address, made: system }
    anchors: { creation: made }
  answers:
    class: team
    key: [id]
    owner: user -> users.id
    consents: { purpose: purpose, given: given, at: made, by: way }
    fields:
      { id: system, user: user.unique_id, purpose: system, given: user.behavior, way: user.behavior, page: user.behavior, made: system }
    anchors: { creation: made }
  posts:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, body: user.content, made: system }
    anchors: { creation: made }
`;

/** Lines and acts of an erasure of person 1 in a scope. */
function inPart(scope: { readonly categories?: readonly string[]; readonly since?: string }) {
  const { graph, keys } = groundOf(ACCOUNT);
  const made = "2026-01-01";
  const rows: Rows = {
    "app.users": [{ id: "1", email: "ada@example.org", name: "Ada", made }],
    "app.logins": [{ id: "4", user: "1", provider: "acme", made }],
    "app.secrets": [{ id: "5", login: "4", token: "t", code: "c" }],
    "app.sessions": [{ id: "s", user: "1", ip: "::1", made }],
    "app.answers": [{ id: "6", user: "1", purpose: "mail", given: "no", way: "form", page: "/", made }],
    "app.posts": [{ id: "7", user: "1", body: "hello", made }],
  };
  const asked = { categories: [], products: [], since: null, until: null, ...scope };
  const capture = ask(
    new Capture(graph, keys, [{ namespace: "user_id", value: "1" }], fieldsToErase(graph, asked)),
    rows,
  );
  const fields = (id: string) =>
    Object.keys(rows[id]?.[0] ?? {}).map((name) => ({ name, nullable: true, generated: false }));
  const { lines, steps } = planErase({
    ...{ graph, capture, shared: sharedIn(graph, capture, rows), foreignKeys: [], keepRules: new Map() },
    now: new Date("2026-02-01T00:00:00Z"),
    scope: asked,
    lives: new Map(Object.keys(rows).map((id) => [id, { fields: fields(id), foreignKeys: [] }])),
  });
  return {
    said: lines.map((l) => [l.collection, l.action, l.why ?? "", l.reason ?? ""]),
    acts: steps
      .flatMap((s) => s.changes)
      .map((c) => [c.collection, c.act, ...Object.keys(c.set)])
      .toSorted(),
  };
}

test("a time takes what somebody did, and not how they sign in, what that hangs on, nor what they answered; the plan says so", () => {
  const { said, acts } = inPart({ since: "2025-06-01" });
  expect(acts).toEqual([["app.posts", "delete"]]);
  expect(said).toEqual([
    ["users", "leave", "account", STANDS.person],
    ["logins", "leave", "account", STANDS.needed],
    ["sessions", "leave", "account", STANDS.sign_in],
    ["answers", "leave", "account", STANDS.record],
    ["posts", "delete", "", ""],
  ]);
});

test("a category takes a way in only where it covers all of it; what else such a row says is emptied", () => {
  const acts = (...categories: string[]) => inPart({ categories }).acts;
  expect(acts("user.authorization.credentials")).toEqual([["app.secrets", "set", "token"]]);
  expect(acts("user.authorization")).toEqual([["app.secrets", "delete"]]);
  expect(acts("user.authorization", "user.device")).toEqual([
    ["app.secrets", "delete"],
    ["app.sessions", "delete"],
  ]);
  const device = inPart({ categories: ["user.device"] });
  expect(device.acts).toEqual([["app.sessions", "set", "ip"]]);
  expect(device.said).toEqual([["sessions", "mask", "", ""]]);
});

test("whatever the category, an answer stays an answer; what is left of what was asked for is told", () => {
  const { said, acts } = inPart({ categories: ["user.behavior", "user.contact"] });
  expect(acts).toEqual([["app.answers", "set", "page"]]);
  expect(said).toEqual([
    ["users", "leave", "account", STANDS.person],
    ["answers", "mask", "account", STANDS.record],
  ]);
});
