/** The model against the rules of spec/data-map.md, one by one and by hand: it is the measure, so nothing else measures it. */

import { idOf } from "@avow/core/datamap/model";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { expect, test } from "vitest";
import { access } from "./access.ts";
import { erase } from "./erase.ts";
import type { Cell, World } from "./world.ts";

const NOW = new Date("2026-01-01T00:00:00Z");

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: email, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact, closed_at: system }
    anchors: { closure: closed_at }
    erase: { keep: year-after, mask: { email: tombstone, phone: 'null', closed_at: now } }
  leads:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: system, email: user.contact.email }
  talks:
    class: content
    key: [id]
    links:
      - { role: owner, from: [a], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [b], to: { collection: users, fields: [id] } }
    fields: { id: system, a: user.unique_id, b: user.unique_id, title: user.content }
    on_leave: { title: tombstone, b: tombstone }
  lines:
    class: content
    key: [id]
    owner: talk -> talks.id
    links: [{ role: mention, from: [about], to: { collection: users, fields: [id] } }]
    fields: { id: system, talk: system, about: user.unique_id }
  ties:
    class: content
    key: [x, y]
    links:
      - { role: owner, from: [x], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [y], to: { collection: users, fields: [id] } }
    fields: { x: user.unique_id, y: user.unique_id }
    on_leave: delete
  reviews:
    class: content
    key: [id]
    links: [{ role: about, from: [user], to: { collection: users, fields: [id] } }]
    fields: { id: system, user: user.unique_id }
`;

const ROWS: Readonly<Record<string, readonly Readonly<Record<string, Cell>>[]>> = {
  users: [
    { id: "1", email: "Ann@example.org", phone: "+1", closed_at: null },
    { id: "2", email: "bob@example.org", phone: "+1", closed_at: "2024-06-01" },
    { id: "3", email: "cem@example.org", phone: null, closed_at: "2025-06-01" },
  ],
  leads: [
    { id: "1", email: "ANN@example.org" },
    { id: "2", email: null },
  ],
  talks: [
    { id: "1", a: "1", b: "2", title: "ours" },
    { id: "2", a: "1", b: null, title: "mine" },
    { id: "3", a: "1", b: "99", title: "with somebody who is gone" },
  ],
  lines: [
    { id: "1", talk: "1", about: "1" },
    { id: "2", talk: "2", about: null },
    { id: "3", talk: null, about: "1" },
  ],
  ties: [
    { x: "1", y: "2" },
    { x: "2", y: "3" },
  ],
  reviews: [
    { id: "1", user: "1" },
    { id: "2", user: "2" },
  ],
};

const read = readDataMap([{ file: "app.yaml", text: MAP }]);
const world: World = {
  tables: must(read.value?.stores[0], "the map is valid").collections.map((collection) => ({
    collection,
    key: collection.key ?? [],
    rows: (ROWS[collection.name] ?? []).map((r) => new Map(Object.entries(r))),
  })),
  keepRules: new Map([
    [
      "year-after",
      {
        commitment: "year-after",
        why: "law",
        reason: "claims",
        period: parseDuration("P1Y"),
        anchor: "closure",
        classes: ["account"],
      },
    ],
  ]),
};

const ann = [{ namespace: "email", value: "ann@EXAMPLE.org" }];
const keys = (rows: readonly ReadonlyMap<string, unknown>[]): unknown[] =>
  rows.map((r) => r.get("id") ?? r.get("x"));

test("access gives what is the person's, alone or with others, and what is about them", () => {
  const seen = access(world, ann);
  if (seen.state !== "closed") throw new Error(seen.state);
  expect(Object.fromEntries([...seen.rows].map(([id, rows]) => [id, keys(rows)]))).toEqual({
    "app.users": ["1"],
    "app.leads": ["1"],
    "app.talks": ["1", "2", "3"],
    "app.lines": ["1", "2"],
    "app.ties": ["1"],
    "app.reviews": ["1"],
  });
});

test("erasure deletes, masks, keeps, leaves and cuts", () => {
  const done = erase(world, ann, NOW);
  if (done.state !== "closed") throw new Error(done.state);
  const rows = (name: string) => (done.after.get(`app.${name}`) ?? []).map((r) => Object.fromEntries(r));
  expect(rows("users")[0]).toEqual({
    id: { is: "1" },
    email: { act: "tombstone", before: "Ann@example.org" },
    phone: { is: null },
    closed_at: { act: "now", before: null },
  });
  expect(rows("leads")).toEqual([{ id: { is: "2" }, email: { is: null } }]);
  expect(rows("talks")).toEqual([
    { id: { is: "1" }, a: { is: null }, b: { is: "2" }, title: { act: "tombstone", before: "ours" } },
  ]);
  expect(rows("lines")).toEqual([
    { id: { is: "1" }, talk: { is: "1" }, about: { is: null } },
    { id: { is: "3" }, talk: { is: null }, about: { is: null } },
  ]);
  expect(rows("ties")).toEqual([{ x: { is: "2" }, y: { is: "3" } }]);
  expect(rows("reviews")).toEqual([
    { id: { is: "1" }, user: { is: null } },
    { id: { is: "2" }, user: { is: "2" } },
  ]);
  expect(done.kept).toEqual([
    {
      collection: "app.users",
      rows: 1,
      why: "law",
      commitment: "year-after",
      until: "2027-01-01T00:00:00.000Z",
    },
    { collection: "app.talks", rows: 1, why: "co_owner", commitment: null, until: null },
    { collection: "app.lines", rows: 1, why: "co_owner", commitment: null, until: null },
  ]);
});

test("a keep that has run out deletes, and one that runs counts from its anchor", () => {
  const left = (value: string) => {
    const done = erase(world, [{ namespace: "user_id", value }], NOW);
    if (done.state !== "closed") throw new Error(done.state);
    return {
      users: done.after.get("app.users")?.length,
      until: done.kept.find((k) => k.commitment !== null)?.until,
    };
  };
  expect(left("2")).toEqual({ users: 2, until: undefined });
  expect(left("3")).toEqual({ users: 3, until: "2026-06-01T00:00:00.000Z" });
});

test("a shared phone finds both and stops; it leads no further when only one is named; nobody is nobody", () => {
  expect(access(world, [{ namespace: "phone", value: "+1" }]).state).toBe("ambiguous_identity");
  expect(erase(world, [...ann, { namespace: "user_id", value: "3" }], NOW).state).toBe("ambiguous_identity");
  expect(access(world, ann).state).toBe("closed");
  expect(access(world, [{ namespace: "email", value: "nobody@example.org" }]).state).toBe("not_found");
});

test("the map of these tests has no issue", () => {
  expect(read.issues).toEqual([]);
  expect(world.tables.map((t) => idOf(t.collection))).toHaveLength(6);
});
