/** Places inside of columns: how a map says them, what is refused and where. */
import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import { cutOf } from "./cut.ts";
import { readDataMap } from "./read.ts";

const HEAD = `store: app
connector: postgres
collections:
  users:
    class: account
    key: [id]
    person: { user_id: id, email: [email, 'profile.emails[*]'] }
    fields:
      id: user.unique_id
      email: user.contact.email
      profile: { category: system, paths: { 'emails[*]': user.contact.email, code: system } }
`;
const EVENTS = `  events:
    class: content
    key: [id]
    owner: payload.user.id -> users.id
    links:
      - { role: co_owner, from: [tenant, 'team.members[*].id'], to: { collection: users, fields: [email, id] } }
    fields:
      id: system
      tenant: system
      payload:
        category: system
        paths: { user.id: user.unique_id, user.name: { category: user.name, origin: derived } }
      team: { category: system, paths: { 'members[*].id': user.unique_id, 'members[*].name': user.name } }
    on_leave: { 'team.members[*].name': tombstone }
`;
const read = (text: string) => readDataMap([{ file: "app.yaml", text }]);
const said = (text: string): string[] =>
  read(text).issues.map((i) => `${i.line}:${i.column} ${i.code}: ${i.message}`);

test("paths are fields of their own", () => {
  const { value, issues } = read(`${HEAD}${EVENTS}`);
  // Documents may lack what says whose they are.
  expect(issues.map((i) => i.code)).toEqual(["maybe-nobodys"]);
  const [users, events] = must(value, "the map is valid").stores[0]?.collections ?? [];
  expect(users?.identities).toEqual([
    { namespace: "user_id", field: "id", shared: false },
    { namespace: "email", field: "email", shared: false },
    { namespace: "email", field: "profile.emails[*]", shared: false, each: true },
  ]);
  expect(events?.links.map((l) => [l.from, l.each])).toEqual([
    [["payload.user.id"], undefined],
    [["tenant", "team.members[*].id"], "team.members[*].id"],
  ]);
  expect(events?.fields.find((f) => f.name === "payload")).toMatchObject({
    opened: true,
    category: "system",
  });
  expect(events?.fields.find((f) => f.name === "payload.user.name")).toEqual({
    name: "payload.user.name",
    category: "user.name",
    derived: true,
    path: { column: "payload", head: ["user", "name"], each: null },
  });
});

test("a list lets go of its element, and of nothing beside the list", () => {
  const [, events] = must(read(`${HEAD}${EVENTS}`).value, "valid").stores[0]?.collections ?? [];
  const c = must(events, "events");
  expect(c.links.map((l) => [...cutOf(c, l, ["id"])])).toEqual([
    [["payload.user.id", "null"]],
    [["team.members[*].id", "remove"]],
  ]);
});

test.each([
  ["user.id: user", "a..b: user", "23:18 bad-path: `events`: `a..b` is no path inside of `payload`"],
  [
    "'members[*].name': user.name }",
    "'members[*].tags[*]': user.name }",
    "24:75 bad-path: `events.team.members[*].tags[*]`: a path runs over one list at most, and this one over 2",
  ],
  [
    "    key: [id]\n    owner",
    "    key: [payload.user.id]\n    owner",
    "14:11 path-not-here: `events`: `key` takes a field of the store, and `payload.user.id` is a place inside of `payload`",
  ],
  [
    "from: [tenant, 'team",
    "from: ['team.members[*].name', 'team",
    "17:9 two-lists: `events`: a link runs over one list, and this one over `team.members[*].name` and `team.members[*].id`",
  ],
  [
    "payload.user.id -> users.id",
    "payload.user.id -> users.(profile.emails[*])",
    "12:3 path-not-here: `events`: the link `payload.user.id -> app.users` leads to `profile.emails[*]`, which runs over a list: it names no one row",
  ],
  [
    "name': tombstone",
    "name': now",
    "25:17 bad-act: `events`: `now` stamps a field of the store, and `team.members[*].name` is a place inside of `team`",
  ],
  [
    "{ 'team.members[*].name': tombstone }",
    "{ tenant: remove }",
    "25:17 bad-act: `events`: `remove` takes something out of a document or a list, and `tenant` is a field",
  ],
  [
    "{ 'team.members[*].name': tombstone }",
    "{ payload: tombstone }",
    "25:17 masked-twice: `events`: `payload` is changed as a whole when an owner leaves, and the link `payload.user.id` is cut in it",
  ],
  [
    "on_leave: { 'team.members[*].name': tombstone }",
    "erase: { mask: { payload: null, payload.user.name: null } }",
    "25:37 masked-twice: `events`: `payload` is changed as a whole, and `payload.user.name` in it once more",
  ],
  [
    "links:\n      - { role: co_owner,",
    "links:\n      - { role: mention, when: { 'team.members[*].name': x },",
    "17:9 path-not-here: `events`: `when` looks at one value, and `team.members[*].name` runs over a list",
  ],
])("%s, as %s, is refused", (good, bad, message) => {
  const text = `${HEAD}${EVENTS}`;
  expect(text).toContain(good);
  expect(said(text.replace(good, bad))).toContain(message);
});
