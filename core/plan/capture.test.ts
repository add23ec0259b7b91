/** What ties rows to a person, and what must not tie strangers together. The stores are arrays here. */

import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import type { IdentityValue } from "../terms/person.ts";
import { Capture, type Captured, pointsAt, type RememberedRow } from "./capture.ts";
import { identitiesOf } from "./pointing.ts";
import { ask, groundOf, type Rows, sharedIn } from "./testing/in-rows.ts";

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

const USERS = [
  { id: "1", email: "erased" },
  { id: "2", email: "erased" },
  { id: "3", email: "cem@example.org" },
];

interface Ground {
  readonly map?: string;
  /** What an earlier pass found. */
  readonly earlier?: (collection: string, fields: readonly string[]) => readonly RememberedRow[];
}

function captured(rows: Rows, identity: IdentityValue, { map = MAP, earlier }: Ground = {}) {
  const { graph, keys } = groundOf(map);
  const capture = new Capture(graph, keys, [identity]);
  const remembered = ({ collection: { name }, fields }: Captured) => earlier?.(name, fields) ?? [];
  if (earlier !== undefined)
    capture.remember(
      [...capture.collections].map(([id, c]) => ({ id, fields: c.fields, rows: remembered(c) })),
    );
  ask(capture, rows);
  const shared = sharedIn(graph, capture, rows);
  return (collection: string) => {
    const found = must(capture.collections.get(`app.${collection}`), "the map has it").rows.values();
    return [...found].map((r) => ({ id: r.key[0], reach: r.reach, shared: shared.has(r) }));
  };
}
const found = (rows: Rows, id: string) => captured(rows, { namespace: "user_id", value: id })("orders");

test("what is known by a merge finds what is one's own, and nothing that people share", () => {
  const users = [
    { id: "1", email: null, phone: "+11" },
    { id: "2", email: null, phone: "+11" },
  ];
  const by = (identity: IdentityValue, collection: string) =>
    captured(
      { "app.users": users, "app.leads": [{ id: "9", phone: "+11" }] },
      identity,
    )(collection).map((r) => r.id);
  const phone = { namespace: "phone", value: "+11" };
  expect(by(phone, "users")).toEqual(["1", "2"]);
  expect(by({ ...phone, merged: true }, "users")).toEqual([]);
  // There it is one person's own.
  expect(by({ ...phone, merged: true }, "leads")).toEqual(["9"]);
  expect(by({ namespace: "user_id", value: "1", merged: true }, "users")).toEqual(["1"]);
});

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

const CALLS = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, phone: user.contact.phone_number }
  calls:
    class: order
    key: [id]
    links:
      - { role: owner, from: [number], to: { collection: users, fields: [phone] } }
    fields: { id: system, number: user.contact.phone_number }
`;

test("a number without a digit is nobody's: what strangers left so is not that of who left it so, too", () => {
  for (const empty of ["+", " + ", "00", "0-0", "n/a"]) {
    const rows = {
      "app.users": [
        { id: "1", phone: empty },
        { id: "2", phone: "+49 30 1" },
      ],
      "app.calls": ["00", "+", "(+)", "n/a", empty, "+49 30 1"].map((number, i) => ({
        ...{ id: String(i), number },
      })),
    };
    const ofUser = (id: string) =>
      captured(rows, { namespace: "user_id", value: id }, { map: CALLS })("calls").map((r) => r.id);
    expect([empty, ofUser("1")]).toEqual([empty, []]);
    expect([empty, ofUser("2")]).toEqual([empty, ["5"]]);
    const byPhone = captured(rows, { namespace: "phone", value: empty }, { map: CALLS });
    expect([empty, byPhone("users")]).toEqual([empty, []]);
  }
});

const REFERRALS = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: email, device: device, phone: { field: phone, shared: true } }
    links: [{ role: mention, from: [referrer], to: { collection: users, fields: [id] } }]
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number, device: user.device, referrer: user.unique_id }
  leads:
    class: lead
    key: [id]
    person: { email: email, phone: phone, device: device }
    fields: { id: system, email: user.contact.email, phone: user.contact.phone_number, device: user.device }
  notes:
    class: note
    key: [id]
    links:
      - { role: about, from: [subject], to: { collection: users, fields: [id] } }
      - { role: mention, from: [seen_by], to: { collection: users, fields: [id] } }
    fields: { id: system, subject: user.unique_id, seen_by: user.unique_id }
`;

test("a shared identity that was only met does not make a row the person's that mentions it", () => {
  const rows = {
    "app.users": [
      { id: "1", email: null, phone: null, device: "d1", referrer: null },
      { id: "2", email: "bob@example.org", phone: "+1", device: null, referrer: "1" },
    ],
    // By this one the number is met before anybody asks who was referred.
    "app.leads": [{ id: "5", email: "ada@example.org", phone: "+1", device: "d1" }],
  };
  const found = captured(rows, { namespace: "email", value: "ada@example.org" }, { map: REFERRALS });
  expect(found("leads")).toMatchObject([{ id: "5", reach: "owned" }]);
  expect(found("users").map(({ id, reach }) => [id, reach])).toEqual([
    ["1", "owned"],
    ["2", "mention"],
  ]);
});

test("what is about the person stays so where it mentions it, too", () => {
  const rows = {
    "app.users": [{ id: "1", email: "ada@example.org", phone: null, referrer: null }],
    "app.notes": [
      { id: "7", subject: "1", seen_by: "1" },
      { id: "8", subject: null, seen_by: "1" },
    ],
  };
  const found = captured(rows, { namespace: "user_id", value: "1" }, { map: REFERRALS });
  expect(found("notes").map(({ id, reach }) => [id, reach])).toEqual([
    ["7", "about"],
    ["8", "mention"],
  ]);
});

test("what hangs on a row that an earlier pass found is found, although the row is gone", () => {
  const cellsOf = (fields: readonly string[]) =>
    fields.map((f) => (f === "id" ? "1" : f === "email" ? "ada@example.org" : null));
  const found = captured(
    { "app.orders": [{ id: "7", buyer: null, giver: "1" }] },
    { namespace: "email", value: "ada@example.org" },
    {
      earlier: (name, fields) =>
        name === "users" ? [{ key: ["1"], cells: cellsOf(fields), reach: "owned" }] : [],
    },
  );
  expect(found("orders")).toEqual([{ id: "7", reach: "owned", shared: false }]);
});

const THREADS = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  comments:
    class: content
    key: [id]
    links:
      - { role: owner, from: [author], to: { collection: users, fields: [id] } }
      - { role: co_owner, from: [root], to: { collection: comments, fields: [id] } }
      - { role: mention, from: [parent], to: { collection: comments, fields: [id] } }
    fields: { id: system, author: user.unique_id, root: system, parent: system }
    on_leave: delete
  marks:
    class: content
    key: [id]
    links:
      - { role: owner, from: [target], when: { kind: [user, member], realm: app }, to: { collection: users, fields: [id] } }
    fields: { id: system, target: user.unique_id, kind: system, realm: system }
`;

test("what was mentioned first and is owned by a longer way is the person's", () => {
  const comment = (id: string, author: string | null, root: string | null, parent: string | null) => ({
    ...{ id, author, root, parent },
  });
  const rows = {
    "app.users": [{ id: "1" }],
    "app.comments": [
      comment("1", "1", null, null),
      comment("2", null, "4", "1"),
      comment("4", null, "1", null),
      comment("5", null, null, "2"),
    ],
  };
  const found = captured(rows, { namespace: "user_id", value: "1" }, { map: THREADS })("comments");
  expect(found.map(({ id, reach }) => `${id} ${reach}`).sort()).toEqual([
    "1 owned",
    "2 owned",
    "4 owned",
    "5 mention",
  ]);
});

test("a link with conditions holds for each of the values, and only where all conditions do", () => {
  const mark = (id: string, kind: string | null, realm: string | null) => ({ id, target: "1", kind, realm });
  const marks = [
    mark("1", "user", "app"),
    mark("2", "member", "app"),
    mark("3", "order", "app"),
    mark("4", "user", "shop"),
    mark("5", null, "app"),
  ];
  const rows = { "app.users": [{ id: "1" }], "app.marks": marks };
  const found = captured(rows, { namespace: "user_id", value: "1" }, { map: THREADS })("marks");
  expect(found.map(({ id }) => id)).toEqual(["1", "2"]);
  const { graph } = groundOf(THREADS);
  const { links } = must(graph.collections.get("app.marks"), "the map has it");
  const link = must(links[0], "it has one");
  const fields = ["id", "target", "kind", "realm"];
  const leads = marks.map((m) => pointsAt(fields, link, [m.id, m.target, m.kind, m.realm]).length);
  expect(leads).toEqual([1, 1, 0, 0, 0]);
});

const TEAMS = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id }
    fields: { id: user.unique_id }
  guests:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: system, email: user.contact.email }
  teams:
    class: team
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, number: system }
  orders:
    class: order
    key: [id]
    links:
      - { role: owner, from: [team], to: { collection: teams, fields: [number] } }
      - { role: co_owner, from: [guest], to: { collection: guests, fields: [id] } }
    fields: { id: system, team: system, guest: system }
    on_leave: delete
  lines:
    class: order
    key: [id]
    owner: order -> orders.id
    fields: { id: system, order: system }
`;

test("who owns a row too: by a number that is not only one's own, and as long as there is somebody with a name", () => {
  const rows = {
    "app.users": [{ id: "1" }, { id: "2" }],
    "app.guests": [
      { id: "1", email: "cem@example.org" },
      { id: "2", email: "erased" },
    ],
    "app.teams": [
      { id: "1", user: "1", number: "7" },
      { id: "2", user: "2", number: "7" },
      { id: "3", user: "1", number: "8" },
    ],
    "app.orders": [
      { id: "1", team: "7", guest: null },
      { id: "2", team: "8", guest: null },
      { id: "3", team: "8", guest: "1" },
      { id: "4", team: "8", guest: "2" },
      { id: "5", team: "8", guest: "99" },
    ],
    "app.lines": ["1", "2", "3", "4", "5"].map((id) => ({ id, order: id })),
  };
  const found = captured(rows, { namespace: "user_id", value: "1" }, { map: TEAMS });
  const wanted = [true, false, true, false, false];
  expect(found("orders").map((r) => r.shared)).toEqual(wanted);
  expect(found("lines").map((r) => r.shared)).toEqual(wanted);
});

test("what looks like a pseudo-person's key names somebody wherever no pseudo-people are made", () => {
  const plain = { namespace: "user_id", field: "id", shared: false };
  for (const id of ["-2000000000", "erased-0123456789abcdef", "00000000-0000-4000-8000-000000000000"]) {
    expect(identitiesOf(["id"], plain, [id])).toEqual([{ namespace: "user_id", value: id }]);
    expect(identitiesOf(["id"], { ...plain, pseudo: true }, [id])).toEqual([]);
  }
});
