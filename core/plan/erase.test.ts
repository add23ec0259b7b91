/** What becomes of rows in cases that random worlds seldom have. */
import { expect, test } from "vitest";
import { parseDuration } from "../terms/duration.ts";
import { Capture } from "./capture.ts";
import { planErase } from "./erase.ts";
import type { KeepRule } from "./keep.ts";
import { ask, groundOf, type Rows, sharedIn } from "./testing/in-rows.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id, name: user.name, closed_at: system }
    anchors: { closure: closed_at }
    erase: { keep: year-after, mask: { name: 'null', closed_at: now } }
  teams:
    class: team
    key: [id]
    links:
      - { role: owner, from: [user], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [other], to: { collection: users, fields: [id] } }
      - { role: mention, from: [seen_by], to: { collection: users, fields: [id] } }
    fields: { id: system, user: user.unique_id, other: user.unique_id, number: system, seen_by: user.unique_id }
  orders:
    class: team
    key: [id]
    links:
      - { role: owner, from: [user], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [other], to: { collection: users, fields: [id] } }
      - { role: mention, from: [team], to: { collection: teams, fields: [number] } }
    fields: { id: system, user: user.unique_id, other: user.unique_id, team: system }
`;

/** What is to be done in each collection, in words. */
function planned(rows: Rows, map = MAP) {
  const { graph, keys } = groundOf(map);
  const capture = ask(new Capture(graph, keys, [{ namespace: "user_id", value: "1" }]), rows);
  const rule: KeepRule = {
    why: "law",
    ...{ commitment: "year-after", reason: "accounts", anchor: "closure", classes: ["account"] },
    period: parseDuration("P1Y"),
  };
  const { steps } = planErase({
    ...{ graph, capture, shared: sharedIn(graph, capture, rows), foreignKeys: [] },
    keepRules: new Map([[rule.commitment, rule]]),
    now: new Date("2026-01-01T00:00:00Z"),
  });
  return steps
    .flatMap((s) => s.changes)
    .map(({ collection, act, set, keys: k }) => [collection, act, set, k]);
}

const user = (id: string, closed: string | null) => ({ id, name: "Ann", closed_at: closed });

test("an account is stamped as closed once: a date that is there stays", () => {
  const open = planned({ "app.users": [user("1", null)] });
  expect(open).toEqual([["app.users", "set", { name: "null", closed_at: "now" }, [["1"]]]]);
  const closed = planned({ "app.users": [user("1", "2025-06-01")] });
  expect(closed).toEqual([["app.users", "set", { name: "null" }, [["1"]]]]);
  const over = planned({ "app.users": [user("1", "2024-12-31")] });
  expect(over).toEqual([["app.users", "delete", {}, [["1"]]]]);
});

test("a period that ends now has ended", () => {
  const over = planned({ "app.users": [user("1", "2025-01-01")] });
  expect(over).toEqual([["app.users", "delete", {}, [["1"]]]]);
});

test("a link by a number is cut as soon as one of the rows that it leads to goes", () => {
  const teams = (...others: readonly (string | null)[]) =>
    others.map((other, i) => ({ id: String(i + 1), user: "1", other, number: "7" }));
  const orders = [{ id: "1", user: "1", other: "2", team: "7" }];
  const users = [user("1", null), user("2", null)];
  const orderActs = (...others: readonly (string | null)[]) =>
    planned({ "app.users": users, "app.teams": teams(...others), "app.orders": orders }).filter(
      ([collection]) => collection === "app.orders",
    );
  expect(orderActs("2", null)).toEqual([["app.orders", "set", { user: "null", team: "null" }, [["1"]]]]);
  const stays = [["app.orders", "set", { user: "null" }, [["1"]]]];
  expect(orderActs("2", "2")).toEqual(stays);
  // A row of that number that only mentions the person is not one that goes.
  const mentions = { id: "9", user: null, other: "2", number: "7", seen_by: "1" };
  const beside = planned({
    "app.users": users,
    "app.teams": [...teams("2"), mentions],
    "app.orders": orders,
  });
  expect(beside.filter(([collection]) => collection === "app.orders")).toEqual(stays);
});

test("accounts go last, and what points goes before what is pointed at", () => {
  const rows = {
    "app.users": [user("1", "2024-12-31")],
    "app.teams": [{ id: "1", user: "1", other: null, number: "7" }],
    "app.orders": [{ id: "1", user: "1", other: null, team: "7" }],
  };
  expect(planned(rows).map(([collection, act]) => `${act} ${collection}`)).toEqual([
    "delete app.orders",
    "delete app.teams",
    "delete app.users",
  ]);
});

test("a post that goes on under a pseudo-person takes nobody's answer along, even where that goes with the first owner", () => {
  const map = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id, name: user.name }
    stand_in: { name: former member }
  posts:
    class: content
    key: [id]
    owner: author -> users.id
    fields: { id: system, author: user.unique_id }
    erase: { stand_in: each }
  likes:
    class: content
    key: [id]
    links:
      - { role: owner, from: [user], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [post], to: { collection: posts, fields: [id] } }
    fields: { id: system, user: user.unique_id, post: system }
    on_leave: delete
`;
  const rows = {
    "app.users": [
      { id: "1", name: "Ann" },
      { id: "2", name: "Bob" },
    ],
    "app.posts": [
      { id: "p", author: "1" },
      { id: "q", author: "2" },
    ],
    // a: Bob's, on Ann's post. b: Ann's, on Bob's. c: her own on her own.
    "app.likes": [
      { id: "a", user: "2", post: "p" },
      { id: "b", user: "1", post: "q" },
      { id: "c", user: "1", post: "p" },
    ],
  };
  const changes = planned(rows, map);
  expect(changes).toContainEqual(["app.likes", "delete", {}, [["b"], ["c"]]]);
  expect(changes).toContainEqual(["app.posts", "set", {}, [["p"]]]);
  expect(changes.map(([collection]) => collection).sort()).toEqual(["app.likes", "app.posts", "app.users"]);
});
