import { expect, test } from "vitest";
import { isPseudoKey, pseudoKey } from "../terms/pseudo-key.ts";
import { readDataMap } from "./read.ts";
import { keyKindOf, type LivePeople, pseudoIssues } from "./stand-in-store.ts";

const map = (users: string, posts: string): string => `store: app
connector: postgres
collections:
  users:
    class: account
    person: { id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
    ${users}
  posts:
    class: content
    fields: { id: system, thread: system, author: user.unique_id, editor: user.unique_id, body: user.content.public }
    ${posts}
`;
const PEOPLE = "stand_in: { email: tombstone, name: former member }";
const OWNED = "owner: author -> users.id\n    ";
const read = (users: string, posts: string) => readDataMap([{ file: "app.yaml", text: map(users, posts) }]);

test("a map whose rows go on under pseudo-people is read", () => {
  const { value, issues } = read(PEOPLE, `${OWNED}erase: { stand_in: [thread], mask: { body: tombstone } }`);
  expect(issues).toEqual([]);
  expect(value?.stores[0]?.collections).toMatchObject([
    { standIn: { email: "tombstone", name: "former member" } },
    { erase: { rule: "mask", mask: { body: "tombstone" }, standIn: { per: ["thread"] } } },
  ]);
  expect(read(PEOPLE, `${OWNED}erase: { stand_in: each }`).value?.stores[0]?.collections[1]?.erase).toEqual({
    rule: "mask",
    mask: {},
    standIn: { per: [] },
  });
});

const BAD: readonly (readonly [string, string, string, string])[] = [
  [
    "people who say nothing",
    "",
    `${OWNED}erase: { stand_in: each }`,
    "bad-stand-in: `posts`: `stand_in`, and `users` does not say what a pseudo-person's row holds",
  ],
  [
    "several owners",
    PEOPLE,
    "links: [{ role: owner, from: [author], to: { collection: users, fields: [id] } }, { role: co_owner, from: [editor], to: { collection: users, fields: [id] } }]\n    erase: { stand_in: each }",
    "bad-stand-in: `posts`: rows with `stand_in` have one owner, and the map gives them several owner links",
  ],
  [
    "one value for an address",
    "stand_in: { email: nobody@x.example }",
    `${OWNED}erase: { stand_in: each }`,
    "stand-in-names-somebody: `users`: `stand_in` gives `email` a value, and the field says who somebody is: all pseudo-people would be one person",
  ],
  [
    "a field that is not there",
    "stand_in: { nick: x }",
    `${OWNED}erase: { stand_in: each }`,
    "unknown-field: `users`: `stand_in` names `nick`, which is not among its fields",
  ],
  [
    "a key that is given",
    `key: [id]\n    stand_in: { id: 5 }`,
    `${OWNED}erase: { stand_in: each }`,
    "changed-key: `users`: `stand_in` sets `id`, which is the key: it is drawn for each pseudo-person",
  ],
  [
    "a link that is masked, too",
    PEOPLE,
    `${OWNED}erase: { stand_in: each, mask: { author: 'null' } }`,
    "bad-stand-in: `posts`: `mask` sets `author`, which `stand_in` turns to a pseudo-person",
  ],
  [
    "groups by what goes",
    PEOPLE,
    `${OWNED}erase: { stand_in: [author] }`,
    "bad-stand-in: `posts`: `stand_in` groups by `author`, which is no field of its own that stays",
  ],
  [
    "groups by nothing that is there",
    PEOPLE,
    `${OWNED}erase: { stand_in: [topic] }`,
    "bad-stand-in: `posts`: `stand_in` groups by `topic`, which is no field of its own that stays",
  ],
  [
    "a key as the link",
    PEOPLE,
    `key: [author, thread]\n    ${OWNED}erase: { stand_in: each }`,
    "bad-stand-in: `posts`: `stand_in` changes `author`, which is part of the key",
  ],
  [
    "a row of nobody's",
    PEOPLE,
    `stand_in: { body: x }\n    ${OWNED}erase: delete`,
    "bad-stand-in: `posts`: `stand_in` says what a pseudo-person's row holds, and the collection holds no people",
  ],
];
test.each(BAD)("refused: %s", (_, users, posts, said) => {
  const { value, issues } = read(users, posts);
  expect(value).toBeNull();
  expect(issues.filter((i) => i.severity === "error").map((i) => `${i.code}: ${i.message}`)).toEqual([said]);
  expect(issues.every((i) => i.severity !== "error" || i.fix !== undefined)).toBe(true);
});

test("refused: a tombstone for a phone number, of which only digits count", () => {
  const text = map(PEOPLE, `${OWNED}erase: { stand_in: each }`).replace("email: email }", "phone: email }");
  const { value, issues } = readDataMap([{ file: "app.yaml", text }]);
  expect(value).toBeNull();
  expect(issues.map((i) => `${i.code}: ${i.message}`)).toEqual([
    "stand-in-names-somebody: `users`: `stand_in` gives `email` a tombstone, and the digits of one are a phone number like any other",
  ]);
});

const field = (name: string, type: string, rest: Partial<LivePeople["fields"][number]> = {}) => ({
  ...{ name, type, nullable: false, generated: false },
  ...rest,
});
const users = (
  more: LivePeople["fields"],
  uniques: LivePeople["uniques"] = [["email"]],
  key = "integer",
): LivePeople => ({
  key: ["id"],
  uniques,
  fields: [
    field("id", key, { generated: true, identity: true }),
    field("email", "text"),
    field("name", "character varying(30)"),
    ...more,
  ],
});
const met = (people: string, live: LivePeople): string[] => {
  const collections = read(people, `${OWNED}erase: { stand_in: each }`).value?.stores[0]?.collections ?? [];
  const all = new Map(collections.map((c) => [`app.${c.name}`, c]));
  const posts = { key: ["id"], uniques: [], fields: [field("id", "integer"), field("author", "integer")] };
  const lives = new Map<string, LivePeople>([
    ["app.users", live],
    ["app.posts", posts],
  ]);
  return collections
    .flatMap((c) => pseudoIssues(c, all, lives))
    .map((i) => `${i.code}: ${i.message} (${i.fix ?? ""})`);
};

test("what the store must let be made is told by field", () => {
  expect(met(PEOPLE, users([]))).toEqual([]);
  expect(met(PEOPLE, users([field("role", "text")]))).toEqual([
    "stand-in-misses-field: `users`: a pseudo-person's `role` must hold something: the store does not let it be null, and `stand_in` does not say what (add `role: …` to `stand_in` of `users`: a value, `tombstone` or `now`)",
  ]);
  expect(met(PEOPLE, users([field("role", "text", { nullable: true })]))).toEqual([]);
  expect(met(PEOPLE, users([], [["name"]]))).toEqual([
    "stand-in-not-unique: `users`: all pseudo-people would have the same `name`, which the store keeps unique (write `name: tombstone` in `stand_in`)",
  ]);
  expect(met(PEOPLE, users([], [["name", "email"]]))).toEqual([]);
  for (const key of ["smallint", "int unsigned", "bigint(20) unsigned", "numeric", "varchar(10)", "bytea"])
    expect(met(PEOPLE, users([], [], key))).toEqual([
      expect.stringContaining("no key for pseudo-people can be drawn"),
    ]);
});

test("drawn keys tell by themselves that they name nobody, and no other value does", () => {
  for (const digits of [
    "0".repeat(30),
    "f".repeat(30),
    "3fffffff".padEnd(30, "a"),
    "40000000".padEnd(30, "0"),
  ])
    for (const kind of ["number", "uuid", "text"] as const)
      expect(isPseudoKey(pseudoKey(kind, digits))).toBe(true);
  for (const value of [
    "-1",
    "-1073741824",
    "-2147483649",
    "1500000000",
    "erased",
    "00000000-0000-0000-0000-000000000001",
    "ann",
  ])
    expect(isPseudoKey(value)).toBe(false);
  expect(["integer", "int(11)", "bigint", "UUID", "varchar(40)", "text"].map(keyKindOf)).toEqual([
    "number",
    "number",
    "number",
    "uuid",
    "text",
    "text",
  ]);
});
