import { expect, test } from "vitest";
import { must } from "../../terms/assert.ts";
import { UNDECIDED } from "../../terms/category.ts";
import { readDataMap } from "../read.ts";
import { draftMap, markedFields } from "./draft.ts";
import { driftOf, snapshotOf } from "./drift.ts";
import type { Found, FoundCollection, FoundField } from "./model.ts";
import { proposeMap } from "./propose.ts";

const field = (
  name: string,
  category: string | null,
  confidence = 0.9,
  reason = "it is named so",
): FoundField => ({ name, type: "text", category, confidence, reason });

const USERS: FoundCollection = {
  name: "users",
  rows: 10,
  examined: 10,
  about: "person",
  key: ["id"],
  keyFrom: "declared",
  fields: [
    field("id", "user.unique_id", 0.92, "names a person's row"),
    field("email", "user.contact.email"),
    field("phone", "user.contact.phone_number"),
    field("zz", null, 0.3, "nothing says it"),
  ],
  links: [],
  suspected: [],
};
const ORDERS: FoundCollection = {
  name: "order items",
  rows: 10,
  examined: 10,
  about: "owned",
  key: ["id"],
  keyFrom: "guessed",
  fields: [
    field("id", "system", 0.85),
    field("user_id", "user.unique_id"),
    { ...field("created_at", "system", 0.8), type: "timestamp" },
    field("total", "user.financial", 0.55),
  ],
  links: [
    {
      role: "owner",
      from: ["user_id"],
      to: { collection: "users", fields: ["id"] },
      source: "name",
      confidence: 0.9,
      reason: "named after `users`",
    },
    {
      role: null,
      from: ["product_id"],
      to: { collection: "products", fields: ["id"] },
      source: "name",
      confidence: 0.9,
      reason: "x",
    },
  ],
  suspected: [],
};
const TAGS: FoundCollection = {
  ...USERS,
  name: "tags",
  about: "other",
  fields: [field("id", "system"), field("name", "system")],
};
const FOUND: Found = { store: "app", collections: [USERS, ORDERS, TAGS], combinations: [] };

const draft = (found: Found, existing: string | null = null, reviewed: readonly string[] = []) =>
  draftMap(
    {
      store: "app",
      connector: "postgres",
      collections: proposeMap(found, {
        classes: { payment: ["user.financial"] },
        reviewed: new Set(reviewed),
      }),
    },
    existing,
  );
const read = (text: string) => readDataMap([{ file: "app.yaml", text }]);

test("a draft stops its reader only where a human has to decide", () => {
  const { text } = draft(FOUND);
  expect(read(text).issues.map((i) => [i.code, i.message.includes("zz")])).toEqual([
    ["unreviewed", false],
    ["unknown-category", true],
  ]);
  const { value, issues } = read(text.replaceAll(`zz: ${UNDECIDED}`, "zz: system"));
  expect(issues.map((i) => [i.code, i.severity])).toEqual([["unreviewed", "warning"]]);
  expect(read(text.replaceAll(/ # \? .*/g, "")).issues.map((i) => i.code)).toEqual(["unknown-category"]);
  const [users, orders, tags] = must(value, "readable").stores[0]?.collections ?? [];
  expect(users).toMatchObject({
    class: "account",
    identities: [
      { namespace: "user_id", field: "id" },
      { namespace: "email" },
      { namespace: "phone", shared: true },
    ],
  });
  expect(orders).toMatchObject({
    class: "payment",
    anchors: { creation: "created_at" },
    links: [{ role: "owner", to: { collection: "users", fields: ["id"] } }],
  });
  expect(tags).toMatchObject({ class: "system", erase: { rule: "none" } });
  expect([...markedFields(text)].sort()).toEqual([
    "order items.total",
    "order items.user_id",
    "users.email",
    "users.id",
    "users.phone",
    "users.zz",
  ]);
});

test("what somebody has reviewed stays, comments and all; what is new is added", () => {
  const mine = `# ours\nstore: app\nconnector: postgres\ncollections:\n  users:\n    class: account # as the lawyers say\n    person: { user_id: id }\n    fields:\n      id: user.unique_id\n      email: user.contact # on purpose\n      phone: system # ? 0.30 who knows\n    erase: delete\n`;
  const { text, added, changed } = draft(FOUND, mine);
  expect(text).toContain("# ours");
  expect(text).toContain("email: user.contact # on purpose");
  expect(text).toContain("class: account # as the lawyers say");
  expect(text).toContain("phone: user.contact.phone_number # ? 0.90 it is named so");
  expect([added, changed]).toEqual([1 + 4 + 2, 1]);
  expect(draft(FOUND, text)).toMatchObject({ added: 0, changed: 0 });
  expect(draft(FOUND, text).text).toBe(text);
});

test("a decision of the review carries no mark", () => {
  const { text } = draft(FOUND, null, ["users.email"]);
  expect(text).toMatch(/email: user\.contact\.email\n/);
});

test("a link that holds for some rows is drafted with what they say, and the map can be read", () => {
  const typed = {
    role: "owner" as const,
    ...{ from: ["id"], to: { collection: "users", fields: ["id"] }, when: { field: "total", value: "user" } },
    ...{ source: "polymorphic" as const, confidence: 0.9, reason: "`total` says so" },
  };
  const { text } = draft({ ...FOUND, collections: [USERS, { ...ORDERS, links: [typed] }, TAGS] });
  const { value, issues } = read(text.replaceAll(`zz: ${UNDECIDED}`, "zz: system"));
  expect(issues.filter((i) => i.severity === "error")).toEqual([]);
  const map = must(value?.stores[0], "the draft can be read");
  expect(map.collections.find((c) => c.name === "order items")?.links).toMatchObject([
    { role: "owner", when: { total: ["user"] } },
  ]);
});

test("drift: what is new, gone, changed; nothing when nothing has changed", () => {
  const map = must(
    read(draft(FOUND).text.replaceAll(`zz: ${UNDECIDED}`, "zz: system")).value?.stores[0],
    "readable",
  );
  const last = snapshotOf(FOUND);
  expect(driftOf(FOUND, { map, last })).toEqual([]);
  expect(driftOf(FOUND, { map: null, last: null })).toEqual([]);
  const fromFiles = {
    ...FOUND,
    collections: FOUND.collections.map((c) => ({
      ...c,
      examined: 0,
      fields: c.fields.map((f) => ({ ...f, type: "other", category: "user" })),
    })),
  };
  expect(driftOf(fromFiles, { map, last })).toEqual([]);
  const now: Found = {
    ...FOUND,
    collections: [
      {
        ...USERS,
        fields: [
          ...USERS.fields.slice(0, 2),
          { ...field("phone", "user.contact.phone_number"), type: "bigint" },
          field("zz", "user.health_and_medical", 0.9),
          field("ssn", "user.government_id", 0.9),
        ],
      },
      {
        ...ORDERS,
        links: [
          ...ORDERS.links,
          {
            role: "co_owner",
            from: ["total"],
            to: { collection: "users", fields: ["id"] },
            source: "declared",
            confidence: 1,
            reason: "a declared foreign key",
          },
        ],
      },
      { ...USERS, name: "patients" },
    ],
  };
  const drift = driftOf(now, { map, last });
  expect(drift.map((d) => d.id)).toEqual([
    "changed-type users.phone",
    "changed-category users.zz",
    "new-field users.ssn",
    "new-collection patients",
    "new-field patients.id",
    "new-field patients.email",
    "new-field patients.phone",
    "new-field patients.zz",
    "removed-collection tags",
    "new-link order items.total",
  ]);
  expect(
    driftOf(
      { ...FOUND, collections: [{ ...USERS, fields: USERS.fields.slice(0, 2) }] },
      { map: { ...map, collections: map.collections.slice(0, 1) }, last: null },
    ).map((d) => d.id),
  ).toEqual(["removed-field users.phone", "removed-field users.zz"]);
});
