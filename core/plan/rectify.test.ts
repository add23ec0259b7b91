/** Which cells a correction changes (spec/rights.md, "Rectify and supplement"). */
import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import { Capture } from "./capture.ts";
import { resolveSets } from "./correction.ts";
import { fieldsToSee, planCorrection } from "./rectify.ts";
import { ask, groundOf, type Rows, sharedIn } from "./testing/in-rows.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id, name: user.name }
  orders:
    class: order
    key: [id]
    links:
      - { role: owner, from: [buyer], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [payer], to: { collection: users, fields: [id] } }
    fields: { id: system, buyer: user.unique_id, payer: user.unique_id, name: user.name }
    on_leave: { payer: 'null' }
  reviews:
    class: review
    key: [id]
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: about, from: [on], to: { collection: users, fields: [id] } }
      - { role: mention, from: [seen_by], to: { collection: users, fields: [id] } }
    fields: { id: system, author: user.unique_id, on: user.unique_id, seen_by: user.unique_id, name: user.name }
    on_leave: { on: 'null', seen_by: 'null' }
`;

const order = (id: string, buyer: string, payer: string | null, name: string | null = "An") => ({
  ...{ id, buyer, payer, name },
});
const review = (id: string, { author = "2", on = null, seen_by = null }: Partial<Review>) => ({
  ...{ id, author, on, seen_by, name: "An" },
});
interface Review {
  readonly author: string;
  readonly on: string | null;
  readonly seen_by: string | null;
}

function planned(field: string, mode: "replace" | "fill", rows: Rows) {
  const { graph, keys } = groundOf(MAP);
  const resolved = resolveSets({ graph, keys, lives: new Map() }, [{ field, value: "Ann" }], mode);
  if (!resolved.ok) throw new Error(resolved.issues.join());
  const { targets } = resolved;
  const identities = [{ namespace: "user_id", value: "1" }];
  const capture = ask(new Capture(graph, keys, identities, fieldsToSee(targets)), rows);
  const { changes, contradictions } = planCorrection({
    ...{ capture, shared: sharedIn(graph, capture, rows), targets, mode },
  });
  return {
    changes: changes.map((c) => [c.collection, must(c.values["name"], "it is set"), c.keys.flat()]),
    left: contradictions.map((c) => [c.collection, c.why, c.rows]),
  };
}

const ROWS: Rows = {
  "app.users": [
    { id: "1", name: "An" },
    { id: "2", name: "An" },
  ],
  "app.orders": [order("1", "1", "1"), order("2", "1", null), order("3", "1", "2"), order("4", "2", null)],
  "app.reviews": [
    review("1", { author: "1" }),
    review("2", { on: "1" }),
    review("3", { on: "1" }),
    review("4", { seen_by: "1" }),
    review("5", {}),
  ],
};

test("copies are put right in the person's own rows; what others own or wrote is told, and what only mentions them is not", () => {
  expect(planned("users.name", "replace", ROWS)).toEqual({
    changes: [
      ["app.users", "Ann", ["1"]],
      ["app.orders", "Ann", ["1", "2"]],
      ["app.reviews", "Ann", ["1"]],
    ],
    left: [
      ["orders", "shared", 1],
      ["reviews", "about", 2],
    ],
  });
});

test("where the value itself is in rows of others, too, it is set in the person's own", () => {
  expect(planned("orders.name", "replace", ROWS).changes).toContainEqual(["app.orders", "Ann", ["1", "2"]]);
  expect(planned("reviews.name", "replace", ROWS).changes).toContainEqual(["app.reviews", "Ann", ["1"]]);
});

test("what is filled in is filled in where nothing is, and nowhere else", () => {
  const rows = {
    ...ROWS,
    "app.orders": [order("1", "1", null, null), order("2", "1", null), order("3", "1", "2", null)],
  };
  expect(planned("orders.name", "fill", rows)).toEqual({
    changes: [["app.orders", "Ann", ["1"]]],
    left: [["orders", "differs", 1]],
  });
});

const STUCK = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: [email, "more[*]"] }
    fields:
      id: user.unique_id
      email: user.contact.email
      more: { category: system, paths: { "[*]": user.contact.email } }
  shares:
    class: content
    key: [id]
    owner: user -> users.id
    fields: { id: user.contact.email, user: user.unique_id, low: user.contact.email, tied: user.contact.email }
`;

test("where nothing can be set, the old value is told, and nothing else that stands there", () => {
  const { graph, keys } = groundOf(STUCK);
  const foreignKeys = [{ from: ["tied"], to: { collection: "elsewhere", fields: ["email"] } }];
  const fields = [{ name: "low", generated: true }];
  const lives = new Map([["app.shares", { uniques: [], fields, foreignKeys }]]);
  const resolved = resolveSets(
    { graph, keys, lives },
    [{ field: "users.email", value: "ann@new" }],
    "replace",
  );
  if (!resolved.ok) throw new Error(resolved.issues.join());
  const { targets } = resolved;
  const rows: Rows = {
    "app.users": [
      { id: "1", email: "an@old", "more[*]": '["x@y", " AN@old"]' },
      { id: "2", email: "an@old.er", "more[*]": '["z@y"]' },
    ],
    "app.shares": [
      { id: "an@old", user: "1", low: "an@old", tied: "an@old" },
      { id: "x@y", user: "1", low: null, tied: "x@y" },
      { id: "AN@old", user: "2", low: "an@old", tied: "an@old" },
    ],
  };
  const capture = ask(
    new Capture(graph, keys, [{ namespace: "user_id", value: "1" }], fieldsToSee(targets)),
    rows,
  );
  const plan = planCorrection({
    ...{ capture, shared: sharedIn(graph, capture, rows), targets, mode: "replace" },
  });
  expect(plan.changes).toEqual([{ collection: "app.users", values: { email: "ann@new" }, keys: [["1"]] }]);
  expect(plan.contradictions.map((c) => [c.collection, c.field, c.why, c.rows])).toEqual([
    ["shares", "id", "stuck", 1],
    ["shares", "low", "stuck", 1],
    ["shares", "tied", "stuck", 1],
    ["users", "more[*]", "stuck", 1],
  ]);
});

const LOGINS = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, login: login }
    fields: { id: user.unique_id, email: user.contact.email, login: user.social }
  tickets:
    class: ticket
    key: [id]
    owner: sender -> users.login
    fields: { id: system, sender: user.contact.email }
`;

test("what one value would leave and another sets is not left", () => {
  const { graph, keys } = groundOf(LOGINS);
  const left = (...fields: readonly string[]) => {
    const set = fields.map((field) => ({ field, value: "ann@new" }));
    const resolved = resolveSets({ graph, keys, lives: new Map() }, set, "replace");
    if (!resolved.ok) throw new Error(resolved.issues.join());
    const { targets } = resolved;
    const rows: Rows = {
      "app.users": [{ id: "1", email: "ann@old", login: "ann@old" }],
      "app.tickets": [{ id: "1", sender: "ann@old" }],
    };
    const capture = ask(
      new Capture(graph, keys, [{ namespace: "user_id", value: "1" }], fieldsToSee(targets)),
      rows,
    );
    const { contradictions } = planCorrection({
      ...{ capture, shared: sharedIn(graph, capture, rows), targets, mode: "replace" },
    });
    return contradictions.map((c) => [c.collection, c.field, c.why]);
  };
  expect(left("users.email")).toEqual([["tickets", "sender", "stuck"]]);
  expect(left("users.email", "users.login")).toEqual([]);
  expect(left("users.login", "users.email")).toEqual([]);
});
