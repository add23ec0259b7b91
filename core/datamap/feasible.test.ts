import { expect, test } from "vitest";
import { must } from "../terms/assert.ts";
import { type LiveCollection, storeIssues } from "./feasible.ts";
import { idOf } from "./model.ts";
import { readDataMap } from "./read.ts";

type Live = Partial<Omit<LiveCollection, "fields">> & { readonly fields: string };

/** Fields as a word each: `id` may not be null, `note?` may, `full=` is made by the store, `hash#` holds bytes. */
const liveOf = ({ fields, ...rest }: Live): LiveCollection => ({
  key: ["id"],
  uniques: [],
  foreignKeys: [],
  fields: fields.split(" ").map((f) => ({
    name: f.replace(/[?=#]$/, ""),
    ...(f.endsWith("#") ? { bytes: true as const } : {}),
    nullable: f.endsWith("?"),
    generated: f.endsWith("="),
  })),
  ...rest,
});

const said = (collections: string, live: Readonly<Record<string, Live>>): string[] => {
  const text = `store: app\nconnector: postgres\ncollections:\n${collections}`;
  const read = readDataMap([{ file: "app.yaml", text }]);
  const all = new Map(must(read.value?.stores[0], "the map is read").collections.map((c) => [idOf(c), c]));
  const stores = new Map(Object.entries(live).map(([name, l]) => [`app.${name}`, liveOf(l)]));
  return [...all.values()].flatMap((c) => storeIssues(c, all, stores)).map((i) => `${i.code}: ${i.message}`);
};

const users = (erase: string): string =>
  `  users: { class: account, person: { user_id: id, phone: { field: phone, shared: true } }, fields: { id: user.unique_id, phone: user.contact, name: user.name }, erase: ${erase} }\n`;
const USERS: Live = { fields: "id phone? name" };
const gifts = (rest: string): string =>
  `  gifts: { class: gift, links: [{ role: owner, from: [a], to: { collection: users, fields: [id] } }, { role: co_owner, from: [b], to: { collection: users, fields: [id] } }], fields: { id: system, a: system, b: system, note: user.content }${rest} }\n`;
const notes = (to: string, rest = ""): string =>
  `  notes: { class: note, owner: f -> users.${to}, fields: { id: system, f: system }${rest} }\n`;

test("a link field that can not be null needs a tombstone", () => {
  const live = { users: USERS, gifts: { fields: "id a b? note" } };
  expect(said(users("delete") + gifts(""), live)).toEqual([
    "cannot-be-null: `gifts`: erasure may have to cut the link `a -> app.users`, and the store does not let `a` be null",
  ]);
  for (const rest of [", on_leave: { a: tombstone }", ", on_leave: { a: keep }", ", on_leave: delete"])
    expect(said(users("delete") + gifts(rest), live)).toEqual([]);
});

test("one owner alone is never cut, unless its field is one that people share", () => {
  const live = { users: USERS, notes: { fields: "id f" } };
  expect(said(users("delete") + notes("id"), live)).toEqual([]);
  expect(said(users("delete") + notes("phone"), live)).toEqual([
    "cannot-be-null: `notes`: erasure may have to cut the link `f -> app.users`, and the store does not let `f` be null",
  ]);
  const unique = { ...live, users: { ...USERS, uniques: [["phone"]] } };
  expect(said(users("delete") + notes("phone"), unique)).toEqual([]);
});

test("a mask must be one that the store takes", () => {
  const live = { users: { fields: "id phone? name full=" } };
  const full = users("{ mask: { name: 'null', full: tombstone, phone: 'null' } }").replace(
    "name: user.name",
    "name: user.name, full: user.name",
  );
  expect(said(full, live)).toEqual([
    "cannot-be-null: `users`: `erase` sets `name` to null, which the store does not allow",
    "generated-field: `users`: `erase` sets `full`, which the store makes itself",
  ]);
});

test("the store's own key is no more to be changed than one that the map names", () => {
  expect(said(users("{ mask: { id: tombstone } }"), { users: USERS })).toEqual([
    "changed-key: `users`: `erase` changes `id`, which is part of the key: the row could not be found again",
  ]);
});

test("rows that nobody can change one by one can not be erased; a collection without personal data may be such", () => {
  const live = (fixed?: string) => ({
    users: { fields: "id phone? name?", ...(fixed === undefined ? {} : { fixed }) },
  });
  expect(said(users("delete"), live("a materialised view"))).toEqual([
    "fixed-rows: `users` is a materialised view: its rows can not be erased one by one",
  ]);
  expect(said(users("delete"), live())).toEqual([]);
  const sums = "  sums: { class: system, fields: { id: system } }\n";
  expect(said(sums, { sums: { fields: "id", fixed: "a materialised view" } })).toEqual([]);
});

test("what stays can not be tied to what goes", () => {
  const fk = (onDelete: string, f = "f?") => ({
    users: USERS,
    notes: { fields: `id ${f}`, foreignKeys: [{ from: ["f"], to: { collection: "users" }, onDelete }] },
  });
  const kept = notes("id", ", erase: { mask: {} }");
  expect(said(users("delete") + kept, fk("no action"))).toEqual([
    "held-by-foreign-key: `notes` stays after an erasure, but a foreign key over `f` ties it to `users`, which is deleted",
  ]);
  expect(said(users("delete") + kept, fk("cascade"))).toHaveLength(1);
  expect(said(users("delete") + kept, fk("set null"))).toEqual([]);
  // SQLite and PostgreSQL take such a foreign key, and then refuse every deletion.
  expect(said(users("delete") + kept, fk("set null", "f"))).toEqual([
    "held-by-foreign-key: `notes` stays after an erasure, but a foreign key over `f` ties it to `users`, which is deleted",
  ]);
  expect(said(users("delete") + kept, fk("set default", "f"))).toEqual([]);
  expect(said(users("{ mask: {} }") + kept, fk("no action"))).toEqual([]);
  expect(said(users("delete") + notes("id", ", erase: { mask: { f: 'null' } }"), fk("no action"))).toEqual(
    [],
  );
});

test("nobody is found by an address or a name in bytes; ids in bytes are written as the store writes them", () => {
  const people = (person: string): string =>
    `  users: { class: account, person: ${person}, fields: { id: user.unique_id, mail: user.contact.email, nick: user.account.username, device: user.device }, erase: delete }\n`;
  const live = { users: { fields: "id# mail# nick# device#" } };
  expect(said(people("{ user_id: id, email: mail, nick: nick, device: device }"), live)).toEqual([
    "identity-of-bytes: `users`: people can not be found by `email`: `mail` holds bytes, which equal no text that somebody gives",
    "identity-of-bytes: `users`: people can not be found by `nick`: `nick` holds bytes, which equal no text that somebody gives",
  ]);
  expect(said(people("{ user_id: id, device: device }"), live)).toEqual([]);
  expect(said(people("{ user_id: id, email: mail }"), { users: { fields: "id# mail nick device" } })).toEqual(
    [],
  );
});
