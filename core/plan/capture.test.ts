/** What ties rows to a person, and what must not tie strangers together. The stores are arrays here. */
import { expect, test } from "vitest";
import { buildGraph } from "../datamap/graph.ts";
import { readDataMap } from "../datamap/read.ts";
import { must } from "../terms/assert.ts";
import type { IdentityValue } from "../terms/person.ts";
import { Capture, type Question } from "./capture.ts";
import { Climb } from "./ownership.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: email, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number }
    erase: { mask: { email: tombstone } }
  leads:
    class: lead
    key: [id]
    person: { phone: phone }
    fields: { id: system, phone: user.contact.phone_number }
  orders:
    class: order
    key: [id]
    links:
      - { role: owner, from: [buyer], to: { collection: users, fields: [email] } }
      - { role: co_owner, from: [giver], to: { collection: users, fields: [id] } }
    fields: { id: system, buyer: user.contact.email, giver: user.unique_id }
    on_leave: { buyer: tombstone }
`;

type Rows = Readonly<Record<string, readonly Readonly<Record<string, string | null>>[]>>;

const USERS = [
  { id: "1", email: "erased" },
  { id: "2", email: "erased" },
  { id: "3", email: "cem@example.org" },
];

function captured(rows: Rows, identity: IdentityValue) {
  const graph = buildGraph(must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is valid"));
  const keys = new Map([...graph.collections.keys()].map((c) => [c, ["id"]]));
  const answer = ({ collection, fields, anyOf }: Question) =>
    (rows[collection] ?? [])
      .filter((r) => anyOf.some((m) => m.tuples.some((t) => m.fields.every((f, i) => r[f] === t[i]))))
      .map((r) => fields.map((f) => r[f] ?? null));
  const capture = new Capture(graph, keys, [identity]);
  for (let q = capture.next(); q !== null; q = capture.next()) capture.take(q.collection, answer(q));
  const climb = new Climb(graph, capture);
  for (let q = climb.next(); q !== null; q = climb.next()) climb.take(q, answer(q));
  const shared = climb.sharedRows(capture);
  return (collection: string) => {
    const found = must(capture.collections.get(`app.${collection}`), "the map has it").rows.values();
    return [...found].map((r) => ({ id: r.key[0], reach: r.reach, shared: shared.has(r) }));
  };
}
const found = (rows: Rows, id: string) => captured(rows, { namespace: "user_id", value: id })("orders");

test("an order that somebody let go of is not everybody's whose address was masked", () => {
  const orders = [{ id: "7", buyer: "erased", giver: "3" }];
  expect(found({ "app.users": USERS, "app.orders": orders }, "1")).toEqual([]);
  expect(found({ "app.users": USERS, "app.orders": orders }, "3")).toEqual([
    { id: "7", reach: "owned", shared: false },
  ]);
});

test("an address that names somebody still counts", () => {
  const orders = [{ id: "7", buyer: "cem@example.org", giver: "1" }];
  expect(found({ "app.users": USERS, "app.orders": orders }, "1")).toEqual([
    { id: "7", reach: "owned", shared: true },
  ]);
});

test("a shared identity leads no further, not even to where it is somebody's own; named, it finds both", () => {
  const rows = {
    "app.users": [
      { id: "1", email: null, phone: "+1" },
      { id: "2", email: null, phone: "+2" },
    ],
    "app.leads": [{ id: "5", phone: "+1" }],
  };
  const byId = captured(rows, { namespace: "user_id", value: "1" });
  expect([byId("users").length, byId("leads").length]).toEqual([1, 0]);
  const byPhone = captured(rows, { namespace: "phone", value: "+1" });
  expect([byPhone("users").length, byPhone("leads").length]).toEqual([1, 1]);
});
