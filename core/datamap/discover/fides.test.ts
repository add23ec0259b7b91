import { expect, test } from "vitest";
import { must } from "../../terms/assert.ts";
import { readDataMap } from "../read.ts";
import { draftMap } from "./draft.ts";
import { readFides } from "./fides-read.ts";
import { fidesDataset } from "./fides-write.ts";

const DATASET = `dataset:
  - fides_key: shop_db
    name: Shop
    collections:
      - name: customers
        fields:
          - { name: id, data_categories: [user.unique_id], fides_meta: { primary_key: true } }
          - { name: email, data_categories: [user.contact.email], fides_meta: { identity: email, data_type: string } }
          - { name: address_id, data_categories: [system.operations], fides_meta: { references: [{ dataset: shop_db, field: addresses.id, direction: to }] } }
          - name: profile
            fides_meta: { data_type: object }
            fields:
              - { name: age, data_categories: [user.demographic.age_range] }
              - { name: gender, data_categories: [user.demographic.gender] }
      - name: addresses
        fields:
          - { name: id, data_categories: [system.operations], fides_meta: { primary_key: true } }
          - { name: street, data_categories: [user.contact.address.street] }
      - name: orders
        fides_meta: { after: [shop_db.customers] }
        fields:
          - { name: id, data_categories: [system.operations], fides_meta: { primary_key: true } }
          - { name: customer_id, data_categories: [user.unique_id], fides_meta: { references: [{ dataset: shop_db, field: customers.id, direction: from }] } }
          - { name: odd, data_categories: [user.our.own], fides_meta: { masking_strategy_override: { strategy: random } } }
`;

const mapOf = (text: string) => {
  const { value, issues } = readFides("shop.yml", text);
  const [store] = must(value, "readable");
  const s = must(store, "one dataset");
  return {
    text: draftMap({ store: s.store, connector: "postgres", collections: s.collections }, null).text,
    issues,
  };
};

test("keys, identities, references in both directions and categories are carried over", () => {
  const { text, issues } = mapOf(DATASET);
  const map = readDataMap([{ file: "shop_db.yaml", text: text.replace("odd: undecided", "odd: user") }]);
  expect(map.issues.map((i) => i.code)).toEqual(["unreviewed"]);
  const [customers, addresses, orders] = must(map.value, "readable").stores[0]?.collections ?? [];
  expect(customers).toMatchObject({
    key: ["id"],
    identities: [{ namespace: "email", field: "email", shared: false }],
    links: [],
  });
  expect(
    customers?.fields.filter((f) => f.name.startsWith("profile")).map((f) => [f.name, f.category]),
  ).toEqual([
    ["profile", "system"],
    ["profile.age", "user.demographic.age_range"],
    ["profile.gender", "user.demographic.gender"],
  ]);
  expect(addresses?.links).toEqual([
    {
      role: "owner",
      from: ["id"],
      to: { store: "shop_db", collection: "customers", fields: ["address_id"] },
    },
  ]);
  expect(orders?.links).toEqual([
    {
      role: "owner",
      from: ["customer_id"],
      to: { store: "shop_db", collection: "customers", fields: ["id"] },
    },
  ]);
  expect(issues.map((i) => `${i.line} ${i.code}: ${i.message}`)).toEqual([
    "24 unknown-category: `orders.odd`: `user.our.own` is no data category",
    "24 not-carried: `orders.odd`: `masking_strategy_override` has no place in a data map",
    "19 not-carried: `orders`: `after` has no place in a data map",
  ]);
});

const NESTED = `dataset:
  - fides_key: shop_db
    fides_meta: { after: [other_db], namespace: { name: x } }
    collections:
      - name: customers
        fields:
          - { name: id, data_categories: [system.operations], fides_meta: { primary_key: true } }
          - name: profile
            fides_meta: { data_type: object }
            fields:
              - { name: mail, data_categories: [user.contact.email], fides_meta: { identity: email, masking_strategy_override: { strategy: hash } } }
              - { name: nr, data_categories: [user.unique_id] }
              - { name: own, data_categories: [user.our.own] }
      - name: teams
        fields:
          - { name: id, data_categories: [system.operations], fides_meta: { primary_key: true } }
          - name: members
            fides_meta: { data_type: "object[]" }
            fields:
              - { name: a.b, data_categories: [user.name] }
              - { name: nr, data_categories: [user.unique_id], fides_meta: { references: [{ dataset: shop_db, field: customers.profile.nr, direction: from }] } }
              - name: tags
                fides_meta: { data_type: "object[]" }
                fields: [{ name: t, data_categories: [user.behavior] }]
`;

test("fields inside of fields are places in the column, with identities and references; what is beyond is told", () => {
  const { text, issues } = mapOf(NESTED);
  const map = readDataMap([{ file: "shop_db.yaml", text: text.replace("own: undecided", "own: user") }]);
  const [customers, teams] = must(map.value, JSON.stringify(map.issues)).stores[0]?.collections ?? [];
  expect(customers?.identities).toMatchObject([{ namespace: "email", field: "profile.mail" }]);
  expect(teams?.links).toMatchObject([
    {
      from: ["members[*].nr"],
      each: "members[*].nr",
      to: { collection: "customers", fields: ["profile.nr"] },
    },
  ]);
  expect(teams?.fields.map((f) => f.name)).toEqual(["id", "members", 'members[*]."a.b"', "members[*].nr"]);
  expect(text).toContain("# ? `own`: `user.our.own` in Fides");
  expect(issues.map((i) => `${i.line} ${i.code}: ${i.message}`)).toEqual([
    "2 not-carried: `shop_db`: `after` has no place in a data map",
    "2 not-carried: `shop_db`: `namespace` has no place in a data map",
    "13 unknown-category: `customers.profile.own`: `user.our.own` is no data category",
    "11 not-carried: `customers.profile.mail`: `masking_strategy_override` has no place in a data map",
    "24 nested-list: `teams.members`: `[*].tags[*].t` stands in a list within a list: a map's paths run over one",
  ]);
});

test("what is no dataset is told with its place", () => {
  expect(readFides("x.yml", "dataset:\n  - name: x\n").issues[0]).toMatchObject({
    code: "no-fides",
    line: 2,
  });
  expect(readFides("x.yml", "").issues[0]).toMatchObject({ code: "no-fides" });
  expect(readFides("x.yml", "a: [").value).toBeNull();
});

test("what is written as Fides is read back as the same map", () => {
  const field = { type: "text", confidence: 0.9, reason: "names a person's row" };
  const text = fidesDataset({
    store: "app",
    combinations: [],
    collections: [
      {
        name: "users",
        rows: 1,
        examined: 1,
        about: "person",
        key: ["id"],
        keyFrom: "declared",
        suspected: [],
        links: [],
        fields: [
          { ...field, name: "id", category: "user.unique_id" },
          { ...field, name: "email", category: "user.contact.email", reason: "x" },
        ],
      },
      {
        name: "logs",
        rows: 1,
        examined: 1,
        about: "owned",
        key: [],
        keyFrom: "none",
        suspected: [],
        fields: [{ ...field, name: "uid", category: "user.unique_id", reason: "x" }],
        links: [
          {
            role: "owner",
            from: ["uid"],
            to: { collection: "users", fields: ["id"] },
            source: "name",
            confidence: 1,
            reason: "x",
          },
        ],
      },
    ],
  });
  const [store] = must(readFides("app.yml", text).value, "readable");
  expect(
    store?.collections.map((c) => [c.name, c.key, c.person.map((p) => p.field), c.links.map((l) => l.from)]),
  ).toEqual([
    ["users", ["id"], ["email"], []],
    ["logs", null, [], [["uid"]]],
  ]);
});

test("a reference to a collection that is missing is told at its own line, in either form of its metadata", () => {
  const dataset = (meta: string): string => `dataset:
  - fides_key: shop_db
    collections:
      - name: customers
        fields:
          - name: id
            ${meta}:
              primary_key: true
              references:
                - { dataset: shop_db, field: customers.id, direction: from }
                - { dataset: shop_db, field: gone.customer_id, direction: to }
`;
  for (const meta of ["fides_meta", "fidesops_meta"])
    for (const direction of ["to", "from"]) {
      const { text, issues } = mapOf(dataset(meta).replace("direction: to", `direction: ${direction}`));
      expect(issues.map((i) => `${i.line} ${i.code}`)).toEqual(["11 unknown-reference"]);
      expect(text).not.toContain("gone");
    }
});

test("what a dataset writes another way is told by its place, in YAML's words, with what to do", () => {
  const said = (text: string) =>
    readFides("shop.yml", text).issues.map(({ line, message, fix }) => ({ line, message, fix }));
  const field = (rest: string) =>
    `dataset:\n  - fides_key: shop\n    collections:\n      - name: notes\n        fields:\n          - ${rest}\n`;
  expect(said(field("{ name: body, data_categories: user.content }"))).toEqual([
    {
      line: 6,
      message: "`dataset.0.collections.0.fields.0.data_categories` is no list",
      fix: "write the categories as a list: `data_categories: [user.content]`",
    },
  ]);
  expect(said(field("{ data_categories: [user.content] }"))).toMatchObject([
    { message: "`dataset.0.collections.0.fields.0.name` is missing" },
  ]);
  expect(said("name: shop\n")).toMatchObject([
    { message: "`dataset` is missing", fix: expect.stringContaining("name a file with `dataset:`") },
  ]);
});
