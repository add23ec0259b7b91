import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { expect, test } from "vitest";
import type { CollectionDescription } from "../connector-kit/contract.ts";
import { accessNeeds } from "./access-needs.ts";

const MAP = `store: app
connector: postgres
collections:
  people:
    class: account
    person: { email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  notes:
    class: content
    links:
      - { role: owner, from: [author], to: { collection: people, fields: [id] } }
      - { role: mention, from: [about], to: { collection: people, fields: [id] } }
    fields: { author: user.unique_id, about: user.unique_id, body: user.content }
    erase: { mask: { body: tombstone, author: keep } }
  cards:
    class: payment
    owner: person -> people.id
    fields: { person: user.unique_id, number: user.financial }
  countries:
    class: system
    fields: { code: system }
`;

const described = (
  name: string,
  fields: string,
  more: Partial<CollectionDescription> = {},
): CollectionDescription => ({
  name,
  rowsEstimate: null,
  fields: fields.split(" ").map((field) => ({ name: field, type: "int", nullable: true, generated: false })),
  primaryKey: ["id"],
  uniques: [],
  foreignKeys: [],
  indexes: [],
  ...more,
});
const cascade = {
  name: "fk",
  from: ["owner"],
  to: { collection: "people", fields: ["code"] },
  onDelete: "cascade",
} as const;

const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound");
const needs = accessNeeds(map, must(map.stores[0], "one store"), {
  collections: [
    described("people", "id email code"),
    described("notes", "id author about body"),
    described("cards", "id person number"),
    described("countries", "code"),
    described("pets", "id owner", { foreignKeys: [cascade] }),
  ],
});
const of = (list: typeof needs.read) =>
  Object.fromEntries(
    list.map(({ collection, read, set, remove }) => [
      collection.name,
      { read: [...read].sort(), set: [...set].sort(), remove },
    ]),
  );

test("the reader reads what the map names, the keys, and what a deletion would take along; nothing of what holds nothing personal", () => {
  expect(of(needs.read)).toEqual({
    people: { read: ["code", "email", "id"], set: [], remove: false },
    notes: { read: ["about", "author", "body", "id"], set: [], remove: false },
    cards: { read: ["id", "number", "person"], set: [], remove: false },
    pets: { read: ["owner"], set: [], remove: false },
  });
});

test("the eraser deletes where rows go, sets what is masked or cut, and reads no more than what says whose a row is and which", () => {
  expect(of(needs.erase)).toEqual({
    people: { read: ["email", "id"], set: [], remove: true },
    notes: { read: ["about", "author", "body", "id"], set: ["about", "author", "body"], remove: false },
    cards: { read: ["id", "person"], set: [], remove: true },
  });
});

test("an erasure that can be taken back needs more, and says so only then", () => {
  const loosened = { ...cascade, onDelete: "set null" } as const;
  const live = {
    collections: [
      described("people", "id email code"),
      described("cards", "id person number", {
        foreignKeys: [
          {
            ...cascade,
            from: ["person"],
            to: { collection: "people", fields: ["id"] },
            onDelete: "no action",
          },
        ],
      }),
      described("pets", "id owner", { foreignKeys: [loosened] }),
    ],
  };
  const of = (
    access: "read" | "erase",
    name: string,
    extras = { grace: true, clean: true, correct: false },
  ) =>
    accessNeeds(map, must(map.stores[0], "one store"), live, extras)[access].find(
      (n) => n.collection.name === name,
    );
  expect(of("erase", "cards")).toMatchObject({
    insert: ["id", "person", "number"],
    remove: true,
    clean: true,
  });
  expect(of("read", "people")?.read).toEqual(expect.arrayContaining(["id", "email", "code"]));
  expect(of("erase", "pets")).toMatchObject({ read: ["id", "owner"], set: ["owner"], remove: false });
  const plain = of("erase", "cards", { grace: false, clean: false, correct: false });
  expect(plain?.insert).toBeUndefined();
  expect(plain?.clean).toBeUndefined();
  expect(of("erase", "pets", { grace: false, clean: false, correct: false })).toBeUndefined();
});

test("rows are put in only where pseudo-people are made", () => {
  const text = `store: app
connector: postgres
collections:
  people:
    class: account
    person: { email: email }
    fields: { id: system, email: user.contact.email, code: system }
    stand_in: { email: tombstone, code: 'null' }
  notes:
    class: note
    owner: author -> people.id
    fields: { id: system, author: user.unique_id, body: user.content }
    erase: { stand_in: each, mask: { body: tombstone } }
`;
  const pseudo = must(readDataMap([{ file: "a.yaml", text }]).value, "the map is sound");
  const live = { collections: [described("people", "id email code"), described("notes", "id author body")] };
  const { read, erase } = accessNeeds(pseudo, must(pseudo.stores[0], "one store"), live);
  expect(read.every((n) => n.insert === undefined)).toBe(true);
  expect(erase.map((n) => [n.collection.name, n.insert, [...n.set].sort()])).toEqual([
    ["people", ["id", "email", "code"], []],
    ["notes", undefined, ["author", "body"]],
  ]);
});

test("where corrections are promised the eraser may set what says something about a person, and no key, link or field of the store", () => {
  const map = must(
    readDataMap([
      {
        file: "app.yaml",
        text: `store: app
connector: postgres
collections:
  people:
    class: account
    person: { email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, sound: user.name, role: system, prefs: { category: system, paths: { nick: user.name, 'tags[*]': user.name } } }
  notes:
    class: content
    owner: mail -> people.email
    fields: { id: system, mail: user.contact.email, body: user.content }
`,
      },
    ]).value,
    "the map is sound",
  );
  const live = {
    collections: [
      {
        ...described("people", "id email name role prefs"),
        fields: [
          ...described("people", "id email name role prefs").fields,
          { name: "sound", type: "text", nullable: true, generated: true },
        ],
      },
      described("notes", "id mail body"),
    ],
  };
  const set = (correct: boolean) =>
    Object.fromEntries(
      accessNeeds(map, must(map.stores[0], "one store"), live, {
        grace: false,
        clean: false,
        correct,
      }).erase.map((need) => [need.collection.name, [...need.set].sort()]),
    );
  expect(set(false)).toEqual({ people: [], notes: [] });
  expect(set(true)).toEqual({ people: ["email", "name", "prefs"], notes: ["body", "mail"] });
});
