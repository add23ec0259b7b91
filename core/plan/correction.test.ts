/** What can be corrected, and what is refused in words (spec/rights.md, "Rectify and supplement"). */
import { expect, test } from "vitest";
import type { Correction } from "./asked.ts";
import { type CorrectionMode, type Declared, resolveSets } from "./correction.ts";
import { groundOf } from "./testing/in-rows.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: email, phone: { field: phone, shared: true } }
    fields:
      id: user.unique_id
      email: user.contact.email
      phone: user.contact.phone_number
      name: user.name
      nick: user.social
      code: user.unique_id
      greeting: user.content
      plan: system
  orders:
    class: order
    key: [id]
    owner: user -> users.id
    fields: { id: system, user: user.unique_id, name: user.name }
  tickets:
    class: ticket
    key: [id]
    owner: sender -> users.email
    fields: { id: system, sender: user.contact.email }
  fans:
    class: ticket
    key: [id]
    owner: idol -> users.nick
    fields: { id: system, idol: user.content }
`;

const declared = (more: Partial<Declared> = {}): Declared => ({
  ...{ uniques: [], fields: [], foreignKeys: [] },
  ...more,
});

/** What is said of it; nothing: it can be done. */
function said(
  set: readonly Correction[],
  lives: Readonly<Record<string, Declared>> = {},
  map = MAP,
  mode: CorrectionMode = "replace",
): readonly string[] {
  const resolved = resolveSets({ ...groundOf(map), lives: new Map(Object.entries(lives)) }, set, mode);
  return resolved.ok ? [] : resolved.issues;
}
const one = (field: string, value = "Ada"): readonly Correction[] => [{ field, value }];

test("a field of a person: its copies, and the links that name it", () => {
  const resolved = resolveSets(
    { ...groundOf(MAP), lives: new Map() },
    one("users.email", "ada@example.org"),
    "replace",
  );
  expect(resolved).toMatchObject({
    ok: true,
    targets: [
      {
        origin: [{ collection: "app.users", field: "email" }],
        follow: [{ place: { collection: "app.tickets", field: "sender" } }],
      },
    ],
  });
  expect(said(one("users.name"))).toEqual([]);
});

test("what says which row it is, or whose, is not corrected", () => {
  expect(said(one("users.id"))).toEqual([
    "`users.id`: it is part of the key: the row could not be found again",
  ]);
  expect(said(one("orders.user"))).toEqual([
    "`orders.user`: it says whose the row is: correct what it points at",
  ]);
});

test("what the store makes, or ties to something else, is not corrected", () => {
  const made = { fields: [{ name: "greeting", generated: true }] };
  expect(said(one("users.greeting"))).toEqual([]);
  expect(said(one("users.greeting"), { "app.users": declared(made) })).toEqual([
    "`users.greeting`: the store makes it itself: correct what it is made from",
  ]);
  const tied =
    "`users.code`: a foreign key of the store ties it to another field: change both in the application";
  const away = { foreignKeys: [{ from: ["code"], to: { collection: "codes", fields: ["id"] } }] };
  expect(said(one("users.code"), { "app.users": declared(away) })).toEqual([tied]);
  const here = { foreignKeys: [{ from: ["name"], to: { collection: "users", fields: ["code"] } }] };
  expect(said(one("users.code"), { "app.orders": declared(here) })).toEqual([tied]);
  expect(said(one("users.code"))).toEqual([]);
});

const WAY =
  "a correction would leave rows of `fans` without their owner: change both in the application, or link them by the key of `users`";

test("a name that rows go by is corrected only where nobody else can have it", () => {
  expect(said(one("users.nick"))).toEqual([
    `\`fans\` names its row of \`users\` by \`nick\`, which several people may share; ${WAY}`,
  ]);
  expect(said(one("users.nick"), { "app.users": declared({ uniques: [["nick"]] }) })).toEqual([]);
  const held = declared({ foreignKeys: [{ from: ["idol"], to: { collection: "x", fields: ["y"] } }] });
  expect(
    said(one("users.nick"), { "app.users": declared({ uniques: [["nick"]] }), "app.fans": held }),
  ).toEqual([
    `\`fans\` names its row of \`users\` by \`nick\`, and a foreign key of the store holds it (\`idol\`); ${WAY}`,
  ]);
});

test("a name that rows go by in a list is not corrected: it says what to do", () => {
  const lists = `${MAP}  teams:
    class: ticket
    key: [id]
    links: [{ role: owner, from: ["members[*]"], to: { collection: users, fields: [email] } }]
    fields: { id: system, members: { category: system, paths: { "[*]": user.contact.email } } }
`;
  expect(said(one("users.email", "ada@example.org"), {}, lists)).toEqual([
    `\`teams\` names its row of \`users\` by \`email\`, and holds it in a list (\`members[*]\`); ${WAY.replace("fans", "teams")}`,
  ]);
  // Nothing is named by what is empty.
  expect(said(one("users.email", "ada@example.org"), {}, lists, "fill")).toEqual([]);
});

test("what is filled in takes no name from anybody: refused is only what may be somebody else's name already", () => {
  const unique = { "app.users": declared({ uniques: [["nick"]] }) };
  const held = declared({ foreignKeys: [{ from: ["idol"], to: { collection: "x", fields: ["y"] } }] });
  expect(said(one("users.nick"), { ...unique, "app.fans": held }, MAP, "fill")).toEqual([]);
  expect(said(one("users.nick"), {}, MAP, "fill")).toEqual([
    "`fans` names its row of `users` by `nick`, which several people may share; what is filled in could make rows of somebody else the person's, too: fill it in in the application, or link them by the key of `users`",
  ]);
  // No copies are touched, so that these are two fields.
  const two = [...one("users.name"), ...one("orders.name")];
  expect(said(two, {}, MAP, "fill")).toEqual([]);
  expect(said([...two, ...one("users.name")], {}, MAP, "fill")).toHaveLength(1);
});

test("an identity must name somebody, and a value something", () => {
  expect(said(one("users.email", " "))).toEqual([
    "`users.email` is an identity: the value must name somebody; an identity goes only with the whole account, by `avow request erase` without a scope",
  ]);
  expect(said(one("users.email", ""))).toHaveLength(1);
  expect(said(one("users.name", ""))).toEqual([
    "`users.name`: the value is empty, and a correction puts the right value where a wrong one is: give that, or have what it says erased with `avow request erase --scope category=user.name`",
  ]);
  expect(said([])).toHaveLength(1);
});

test("two values are not for one field", () => {
  expect(said([...one("users.name"), ...one("orders.name")])).toEqual([
    "two of the values are for the same kind of field: make it two requests",
  ]);
  expect(said([...one("users.name"), ...one("users.greeting")])).toEqual([]);
});

test("what is no field of a person's data is said", () => {
  expect(said(one("users.plan"))).toEqual([
    "`users.plan` is of category `system`: it says nothing about a person",
  ]);
  expect(said(one("users.nose"))).toEqual([
    "`users.nose` is neither a field of the map nor a category: did you mean `users.name`?",
  ]);
  expect(said(one("app/users.emial"))).toEqual([
    "`app/users.emial` is neither a field of the map nor a category: did you mean `app/users.email`?",
  ]);
  expect(said(one("user.contact.emial"))).toEqual([
    "`user.contact.emial` is neither a field of the map nor a category: did you mean `user.contact.email`?",
  ]);
  expect(said(one("shoe_size"))).toEqual([
    "`shoe_size` is neither a field of the map nor a category: write `collection.field`",
  ]);
  expect(said(one("user.financial"))).toEqual([
    "no collection of persons has a field of the category `user.financial`: name the field, as in `collection.field`",
  ]);
});

const BADGES = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, badge: badge }
    fields: { id: user.unique_id, badge: user.unique_id, token: user.unique_id }
  orders:
    class: order
    key: [id]
    owner: user -> users.id
    fields: { id: user.unique_id, user: user.unique_id, taken_by: user.unique_id }
  doors:
    class: access
    key: [badge]
    person: { badge: badge }
    fields: { badge: user.unique_id }
`;

test("a number in a key or a link is another number, but for the same identity", () => {
  const stuck = (field: string) => {
    const foreignKeys = [{ from: ["taken_by"], to: { collection: "staff", fields: ["id"] } }];
    const lives = new Map([["app.orders", declared({ foreignKeys })]]);
    const { graph, keys } = groundOf(BADGES);
    const own = new Map([...keys, ["app.doors", ["badge"]]]);
    const resolved = resolveSets({ graph, keys: own, lives }, one(field, "4"), "replace");
    if (!resolved.ok) throw new Error(resolved.issues.join());
    return resolved.targets.flatMap((t) => t.stuck.map((s) => `${s.collection}.${s.field}`));
  };
  expect(stuck("users.badge")).toEqual(["app.orders.taken_by", "app.doors.badge"]);
  expect(stuck("users.token")).toEqual(["app.orders.taken_by"]);
});
