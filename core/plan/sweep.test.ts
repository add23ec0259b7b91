/** What an earlier pass of a sweep came to, when only one of those who shared the rows is left in it. */
import { expect, test } from "vitest";
import { Capture, tupleKey } from "./capture.ts";
import { planSweep } from "./sweep.ts";
import { type DecidedRow, decidedName } from "./sweep-input.ts";
import { ask, groundOf, type Rows, sharedIn } from "./testing/in-rows.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  chats:
    class: content
    key: [id]
    links:
      - { role: owner, from: [a], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [b], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [c], to: { collection: users, fields: [id] } }
    fields: { id: system, a: user.unique_id, b: user.unique_id, c: user.unique_id }
`;
/** Whoever `b` was has left in the first pass. */
const ROWS: Rows = {
  "app.users": [{ id: "1" }, { id: "3" }],
  "app.chats": [{ id: "7", a: "1", b: "2", c: "3" }],
};

/** What becomes of the chat. */
function fateOfChat(was: DecidedRow | null) {
  const { graph, keys } = groundOf(MAP);
  const identities = [{ namespace: "user_id", value: "1" }];
  const capture = ask(new Capture(graph, keys, identities), ROWS);
  const shared = sharedIn(graph, capture, ROWS);
  const { people } = planSweep({
    ...{ graph, keys, keepRules: new Map(), foreignKeys: [], now: new Date("2026-01-01T00:00:00Z") },
    ...{ also: new Map(), outsiders: new Map() },
    people: [{ identities, capture, shared, candidates: [], earlier: [] }],
    decided: new Map(was === null ? [] : [[decidedName("app.chats", tupleKey(["7"])), was]]),
  });
  const [row] = capture.collections.get("app.chats")?.rows.values() ?? [];
  return row === undefined ? null : people[0]?.fates.get(row);
}

const both = { a: "null", b: "null" } as const;

test("what was decided of a row stands, as long as it is others' as it was", () => {
  expect(fateOfChat(null)).toHaveProperty("set", { a: "null" });
  expect(fateOfChat({ change: both, isOthers: true, isHeld: false })).toHaveProperty("set", both);
});

test("what was decided of a row that was nobody else's is decided again when it is", () => {
  expect(fateOfChat({ change: null, isOthers: false, isHeld: false })).toEqual(fateOfChat(null));
});

test("what was decided of a row before a hold came does not stand where a held row leads to it", () => {
  const { graph, keys } = groundOf(`store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: system, email: user.contact.email, name: user.name }
    erase: { mask: { email: 'null', name: 'null' } }
  bills:
    class: payment
    key: [id]
    owner: email -> users.email
    fields: { id: system, email: user.contact.email }
`);
  const rows: Rows = {
    "app.users": [{ id: "1", email: "ann@example.org", name: "Ann" }],
    "app.bills": [{ id: "1", email: "ann@example.org" }],
  };
  const identities = [{ namespace: "email", value: "ann@example.org" }];
  const capture = ask(new Capture(graph, keys, identities), rows);
  const [row] = capture.collections.get("app.users")?.rows.values() ?? [];
  const hold = {
    ...{ id: "h", commitment: "claims", reason: "a case", classes: ["payment"] },
    review: new Date("2026-06-01T00:00:00Z"),
  };
  const change = { email: "null", name: "null" } as const;
  const setWith = (holds: readonly (typeof hold)[]) => {
    const { people } = planSweep({
      ...{ graph, keys, keepRules: new Map(), foreignKeys: [], now: new Date("2026-01-01T00:00:00Z") },
      ...{ also: new Map(), outsiders: new Map() },
      people: [
        { identities, capture, shared: sharedIn(graph, capture, rows), candidates: [], earlier: [], holds },
      ],
      decided: new Map([
        [decidedName("app.users", tupleKey(["1"])), { change, isOthers: false, isHeld: false }],
      ]),
    });
    return row === undefined ? null : people[0]?.fates.get(row);
  };
  expect(setWith([])).toHaveProperty("set", change);
  expect(setWith([hold])).toMatchObject({ fate: "mask", set: { name: "null" }, needed: "h" });
  expect(setWith([hold])).not.toHaveProperty("set.email");
});
