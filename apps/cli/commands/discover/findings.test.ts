import { kinds } from "@avow/core/commitments/index";
import type { Drift } from "@avow/core/datamap/discover/drift";
import type { Combination } from "@avow/core/datamap/discover/model";
import { readStoreMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import { findingsOf } from "./findings.ts";

const combination: Combination = {
  ...{ collection: "users", fields: ["city", "credits"], examined: 100, whole: true, singledOut: 0.4, k: 5 },
};
const mapOf = (credits: string) =>
  must(
    readStoreMap({
      file: "app.yaml",
      text: `store: app\nconnector: postgres\ncollections:\n  users:\n    class: account\n    person: { user_id: id }\n    fields: { id: user.unique_id, city: user.location.imprecise, credits: ${credits} }\n    erase: delete\n`,
    }).value,
    "readable",
  );
const found = (map: ReturnType<typeof mapOf> | null) =>
  findingsOf([], [combination], { map, policy: null }).map((f) => f.id);

test("fields that single people out are a finding as long as the map takes one of them for harmless", () => {
  expect(found(mapOf("system"))).toEqual(["single-out users.city+credits"]);
  expect(found(mapOf("user.account"))).toEqual([]);
  expect(found(null)).toEqual([]);
});

const POLICY = `---
service: shop
version: 1
effective: 2026-01-01
locale: en
controller: { name: Shop, country: DE, contact: { rights: privacy@shop.example } }
jurisdictions: [EU]
classes:
  account: [user.contact, user.unique_id]
  order: [user.financial, user.unique_id]
---
## What {#what}

We take your address, and what you pay.

\`\`\`commit
- id: takes-all
  collect: [account, order]
\`\`\`
`;
const policy = must(compilePolicy({ file: "p.md", text: POLICY, lock: null, kinds }).value, "it compiles");
const orders = (fields: string) =>
  must(
    readStoreMap({
      file: "app.yaml",
      text: `store: app\nconnector: postgres\ncollections:\n  users:\n    class: account\n    person: { user_id: id }\n    fields: { id: user.unique_id, phone: user.contact.phone_number }\n    erase: delete\n  orders:\n    class: order\n    owner: user_id -> users.id\n    fields: { user_id: user.unique_id, paid: user.financial, ${fields} }\n    erase: delete\n`,
    }).value,
    "readable",
  );
const drifted = (kind: Drift["kind"], collection: string, field: string): Drift => ({
  ...{ kind, collection, field, category: "user.contact.phone_number", confidence: 1, message: "" },
  id: `${kind} ${collection}.${field}`,
});
const against = (fields: string, drift: readonly Drift[] = []) =>
  findingsOf(drift, [], { map: orders(fields), policy });

test("what another class of the policy may hold, an order may not", () => {
  expect(against("delivery_phone: user.contact.phone_number")).toMatchObject([
    {
      id: "uncovered orders.delivery_phone user.contact.phone_number",
      clause:
        "the collection is of class `order`, which does not cover `user.contact.phone_number` (`account` does): the policy lacks it in `order`, or the field belongs in another collection",
    },
  ]);
  expect(against("tip: user.financial")).toEqual([]);
  const clauses = (collection: string) =>
    against("tip: system", [drifted("new-field", collection, "phone_2")]).map((f) => f.clause);
  expect(clauses("orders")).toEqual([expect.stringContaining("the collection is of class `order`, which")]);
  expect(clauses("users")).toEqual([expect.stringContaining("the policy has it (class `account`)")]);
  // Of a collection that the map does not have nobody has said the class yet.
  expect(clauses("parcels")).toEqual([expect.stringContaining("the policy has it (class `account`)")]);
});

test("places inside of a column are covered or not as fields are, those in lists among them", () => {
  const ids = (paths: string, drift: readonly Drift[] = []) =>
    against(`notes: { category: system, paths: ${paths} }`, drift).map((f) => f.id);
  expect(
    ids("{ 'to.phone': user.contact.phone_number, 'to.sum': user.financial, 'calls[*].at': system }"),
  ).toEqual(["uncovered orders.notes.to.phone user.contact.phone_number"]);
  expect(ids("{ 'calls[*].phone': user.contact.phone_number }")).toEqual([
    "uncovered orders.notes.calls[*].phone user.contact.phone_number",
  ]);
  expect(ids("{ '[*]': user.contact.phone_number }")).toEqual([
    "uncovered orders.notes[*] user.contact.phone_number",
  ]);
  // What is gone with its column is told once.
  expect(ids("{ '[*]': user.contact.phone_number }", [drifted("removed-field", "orders", "notes")])).toEqual([
    "removed-field orders.notes",
  ]);
});

test("another type of a field is one thing, and that nothing covers it another: a baseline may accept the first", () => {
  const ids = against("delivery_phone: user.contact.phone_number", [
    drifted("changed-type", "orders", "delivery_phone"),
  ]).map((f) => f.id);
  expect(ids).toEqual([
    "changed-type orders.delivery_phone",
    "uncovered orders.delivery_phone user.contact.phone_number",
  ]);
});
