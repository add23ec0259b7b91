import { expect, test } from "vitest";
import { components } from "./graph.ts";
import { readDataMap } from "./read.ts";

const GOOD = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number }
    erase: { mask: { email: tombstone, phone: null } }
  lines:
    class: payment
    owner: (user, "no") -> users.(id, email)
    fields: { user: user.unique_id, '"no"': system, made: system }
    anchors: { creation: made }
    erase: { keep: seven-years, mask: { user: 'null' } }
    on_leave: delete
`;

const read = (text: string) => readDataMap([{ file: "app.yaml", text }]);
const said = (text: string): string[] =>
  read(text).issues.map((i) => `${i.line}:${i.column} ${i.severity} ${i.code}: ${i.message}`);

test("a map with short forms is written out", () => {
  const { value, issues } = read(GOOD);
  // Lines name their person by an address, too.
  expect(issues.map((i) => i.code)).toEqual([]);
  expect(value?.stores[0]?.collections[0]).toMatchObject({
    erase: { rule: "mask", mask: { email: "tombstone", phone: "null" } },
    identities: [
      { namespace: "user_id", shared: false },
      { namespace: "email" },
      { namespace: "phone", field: "phone", shared: true },
    ],
  });
  expect(value?.stores[0]?.collections[1]).toMatchObject({
    leave: "delete",
    links: [
      {
        role: "owner",
        from: ["user", '"no"'],
        to: { store: "app", collection: "users", fields: ["id", "email"] },
      },
    ],
    erase: { rule: "keep", commitment: "seven-years" },
  });
});

test("places and the order of keys do not change the hash; meaning does", () => {
  const moved = `# a remark\n\n${GOOD.replace("class: account\n    person", "class: account\n\n    person")}`;
  expect(read(moved).value?.hash).toBe(read(GOOD).value?.hash);
  expect(read(GOOD.replace("delete", "{}")).value?.hash).not.toBe(read(GOOD).value?.hash);
});

const users = (rest: string): string =>
  `store: app\nconnector: postgres\ncollections:\n  users:\n    class: account\n    person: { id: id }\n    fields: { id: user.unique_id }\n${rest}`;

const BAD: readonly (readonly [string, string, string])[] = [
  ["nothing", "", "1:1 error empty-map: the file says nothing"],
  ["no YAML", "store: [", "1:9 error yaml:"],
  ["a key twice", "store: a\nstore: b\n", "2:1 error yaml:"],
  ["a missing key", "store: app\ncollections: {}\n", "1:1 error missing-key: `connector` is missing"],
  ["an unknown key", users("    colour: red\n"), "8:5 error unknown-key: `colour` is no key here"],
  ["an unknown act", users("    erase: { mask: { id: hide } }\n"), "8:5 error bad-value:"],
  [
    "a field that is not there",
    users("    anchors: { creation: made }\n"),
    "4:3 error unknown-field: `users`: `anchors` names `made`",
  ],
  [
    "an end of fields that are not there",
    users("    anchors: { closure: id }\n    ended: { state: over }\n"),
    "4:3 error unknown-field: `users`: `ended` names `state`",
  ],
  [
    "an end without a field for its day",
    users("    ended: { id: [gone] }\n"),
    "4:3 error bad-ended: `users`: `ended` needs a `closure` anchor",
  ],
  ["an end by nothing", users("    anchors: { closure: id }\n    ended: {}\n"), "9:5 error bad-value:"],
  [
    "an approval that is not there",
    users(
      "  a: { class: x, owner: f -> users.id, fields: { f: system }, disclosures: { to: f, given: f, before: { ok: [ok_at] }, conditions: { ok: [f] } } }\n",
    ),
    "8:3 error unknown-field: `a`: `disclosures` names `ok_at`",
  ],
  [
    "an approval that no condition asks for",
    users(
      "  a: { class: x, owner: f -> users.id, fields: { f: system }, disclosures: { to: f, given: f, before: { toString: [f] }, conditions: { ok: [f] } } }\n",
    ),
    "8:3 error unknown-condition: `a`: `before` of `disclosures` names the condition `toString`, which is not among its `conditions`",
  ],
  ...["[f]", "{}", "f"].map(
    (before) =>
      [
        `an approval that belongs to no condition: ${before}`,
        users(
          `  a: { class: x, owner: f -> users.id, fields: { f: system }, disclosures: { to: f, given: f, before: ${before}, conditions: { ok: [f] } } }\n`,
        ),
        "8:95 error bad-value: `collections.a.disclosures.before`: say which condition waits for which fields, such as `{ approved: [approved_at] }`",
      ] as const,
  ),
  [
    "no link",
    users("  a: { class: x, owner: nobody, fields: { f: system } }\n"),
    "8:18 error bad-link: `nobody` is no link",
  ],
  [
    "a link into nowhere",
    users("  a: { class: x, owner: f -> b.c, fields: { f: system } }\n"),
    "8:3 error unknown-collection:",
  ],
  [
    "a link to an unknown field",
    users("  a: { class: x, owner: f -> users.c, fields: { f: system } }\n"),
    "8:3 error unknown-field:",
  ],
  [
    "an uneven link",
    users("  a: { class: x, owner: '(f, g) -> users.id', fields: { f: system, g: system } }\n"),
    "8:3 error uneven-link:",
  ],
  [
    "personal data in system",
    users("  a: { class: system, fields: { f: user.name } }\n"),
    "8:3 error system-with-personal:",
  ],
  ["an owner of a person", users("    owner: id -> users.id\n"), "4:3 error person-with-owner:"],
  [
    "a masked key",
    users("    key: [id]\n    erase: { mask: { id: tombstone } }\n"),
    "4:3 error changed-key: `users`: `erase` changes `id`, which is part of the key",
  ],
  [
    "a key that changes when an owner leaves",
    users(
      "  a: { class: x, key: [f], owner: f -> users.id, fields: { f: system }, on_leave: { f: 'null' } }\n",
    ),
    "8:3 error changed-key: `a`: `on_leave` changes `f`",
  ],
  [
    "a mention that only the key holds",
    users(
      "  a: { class: x, key: [f], links: [{ role: mention, from: [f], to: { collection: users, fields: [id] } }], fields: { f: system } }\n",
    ),
    "8:3 error uncuttable-link: `a`: erasure may have to cut the link `f -> app.users`, and all its fields are part of the key",
  ],
  [
    "co-owners that are the key, in a row that stays",
    users(
      "  a: { class: x, key: [f, g], owner: f -> users.id, links: [{ role: co_owner, from: [g], to: { collection: users, fields: [id] } }], fields: { f: system, g: system } }\n",
    ),
    "8:3 error uncuttable-link: `a`: erasure may have to cut the link `f -> app.users`",
  ],
  [
    "data that nobody reaches",
    users("  a: { class: x, fields: { f: user.name } }\n"),
    "8:3 error unreachable:",
  ],
];

for (const [name, text, message] of BAD) {
  test(`bad input: ${name}`, () => {
    expect(said(text).join("\n")).toContain(message);
  });
}

test("an alias bomb is refused", () => {
  const lines = [
    "a: &a [x,x,x,x,x,x,x,x,x]",
    ...[..."bcdefgh"].map((c, i) => `${c}: &${c} [${Array(9).fill(`*${"abcdefg"[i]}`).join(",")}]`),
  ];
  expect(read(lines.join("\n")).value).toBeNull();
});

test("components: what is pointed at comes first, cycles stand together", () => {
  const edges = new Map([
    ["a", ["b"]],
    ["b", ["c", "d"]],
    ["c", ["b"]],
    ["d", []],
    ["e", ["e", "gone"]],
  ]);
  expect(components(edges).map((c) => [...c].sort())).toEqual([["d"], ["b", "c"], ["a"], ["e"]]);
});

test("components of a chain of 20,000 do not overflow the stack", () => {
  const edges = new Map(Array.from({ length: 20_000 }, (_, i) => [String(i), [String(i + 1)]] as const));
  expect(components(edges)).toHaveLength(20_000);
});

test("a field that is no category, or that nobody has decided on, is told of where it stands", () => {
  const text = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id }
    fields:
      id: user.unique_id
      mail: user.contact.emial
      born: undecided
      extra: { category: system, paths: { phone: { category: user.fone } } }
`;
  expect(said(text)).toEqual([
    "9:7 error unknown-category: `users.mail`: `user.contact.emial` is no data category",
    "10:7 error unknown-category: `users.born`: nobody has decided what this is",
    "11:43 error unknown-category: `users.extra.phone`: `user.fone` is no data category",
  ]);
});
