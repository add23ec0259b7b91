/** Which links are left to a store. */
import { expect, test } from "vitest";
import { buildGraph } from "../datamap/graph.ts";
import { readDataMap } from "../datamap/read.ts";
import { must } from "../terms/assert.ts";
import type { Notations } from "../terms/notations.ts";
import { ringsOf, type Told, type Way } from "./ring.ts";

const map = (more: string): string => `store: app
connector: arrays
collections:
  members:
    class: account
    person: { member: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  boards:
    class: content
    links:
      - { role: owner, from: [member], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [card], to: { collection: cards, fields: [id] } }
    fields: { id: system, member: system, card: system }
  cards:
    class: content
    links:
      - ${more}
    fields: { id: system, board: system, kind: system, org: system, email: system }
`;
const PLAIN = map("{ role: owner, from: [board], to: { collection: boards, fields: [id] } }");
const WHEN = map(
  "{ role: owner, from: [board], to: { collection: boards, fields: [id] }, when: { kind: [a, b] } }",
);

interface World {
  readonly text?: string;
  readonly way?: Way;
  /** Of \`boards.id\`, \`cards.board\` and so on; left out: \`integer\`. */
  readonly types?: Readonly<Record<string, string>>;
  readonly notations?: Readonly<Record<string, Notations>>;
  readonly indexes?: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly entriesMax?: number;
}
const INDEXES: NonNullable<World["indexes"]> = { "app.boards": [["card"]], "app.cards": [["board"]] };

function said({ text = PLAIN, way = "down", ...world }: World = {}): readonly string[] {
  const read = readDataMap([{ file: "app.yaml", text }]);
  const notations: Readonly<Record<string, Notations>> = world.notations ?? {};
  const known = must(read.value, JSON.stringify(read.issues));
  const kinds = new Map(
    [...Map.groupBy(Object.entries(notations), ([name]) => name.slice(0, name.lastIndexOf(".")))].map(
      ([id, all]) => [id, new Map(all.map(([name, kind]) => [name.slice(id.length + 1), kind]))] as const,
    ),
  );
  const graph = buildGraph(known, kinds);
  const told = (id: string): Told => ({
    live: {
      fields: must(graph.collections.get(id), "it is there").fields.map(({ name }) => ({
        name,
        type: world.types?.[`${id}.${name}`] ?? "text",
      })),
      primaryKey: ["id"],
      uniques: [],
      indexes: (world.indexes ?? INDEXES)[id] ?? [],
    },
    follows: ["text", "integer"],
    entriesMax: world.entriesMax ?? 10,
  });
  return ringsOf(graph, way, told).flatMap(({ arms, entries }) =>
    arms.map(({ id, from, when, entry }) => {
      const to = must(entries[entry], "it leads there");
      const only = [when, to.when].flatMap((w) =>
        w === null ? [] : [` when ${w.fields} ${w.tuples.join("|")}`],
      );
      return `${id}.${from} -> ${to.id}.${to.to}${only.join("")}${to.last ? " last" : ""}`;
    }),
  );
}

const DOWN = ["app.cards.id -> app.boards.card", "app.boards.id -> app.cards.board"];

test("a ring of two, down and up", () => {
  expect([...said()].sort()).toEqual([...DOWN].sort());
  expect([...said({ way: "up" })].sort()).toEqual([
    "app.boards.card -> app.cards.id",
    "app.cards.board -> app.boards.id",
  ]);
});

test("a link that holds for some rows: what hangs by it, and where it starts", () => {
  const indexes = { ...INDEXES, "app.cards": [["kind", "board"]] };
  expect(said({ text: WHEN, indexes })).toContain("app.boards.id -> app.cards.board when kind a|b");
  expect(said({ text: WHEN, way: "up" })).toContain("app.cards.board -> app.boards.id when kind a|b");
  for (const kind of ["number", "other", "collation", "case"] as const)
    expect(said({ text: WHEN, notations: { "app.cards.kind": kind } }), kind).toEqual([]);
  expect(said({ text: WHEN, notations: { "app.cards.kind": "padded" } })).toHaveLength(2);
});

test("a link is left to be asked where one of several conditions is compared as nobody here knows", () => {
  const text = map(
    "{ role: owner, from: [board], to: { collection: boards, fields: [id] }, when: { kind: a, org: x } }",
  );
  expect(said({ text })).toContain("app.boards.id -> app.cards.board when kind,org a,x");
  for (const field of ["kind", "org"])
    expect(said({ text, notations: { [`app.cards.${field}`]: "case" } }), field).toEqual([]);
});

test("what is not led by an index, or not of one type and one notation, is asked for", () => {
  expect(said({ indexes: { "app.boards": [["card"]] } })).toEqual([]);
  expect(said({ indexes: { ...INDEXES, "app.cards": [["kind", "board"]] } })).toEqual([]);
  expect(said({ types: { "app.boards.id": "varchar(20)" } })).toEqual([]);
  const both = (kind: Notations) => ({ "app.boards.id": kind, "app.cards.board": kind });
  expect(said({ notations: both("case") })).toEqual([]);
  expect(said({ notations: both("blanks") })).toEqual([]);
  expect(said({ notations: both("integer") })).toHaveLength(2);
  expect(said({ notations: both("padded") })).toHaveLength(2);
  expect(said({ notations: both("uuid") })).toEqual([]);
  expect(said({ entriesMax: 1 })).toEqual([]);
});

test("a mention is the last of its way, and nobody climbs by it", () => {
  const text = map(
    "{ role: mention, from: [board], to: { collection: boards, fields: [id] } }\n    on_leave: { board: 'null' }",
  );
  expect(said({ text })).toContain("app.boards.id -> app.cards.board last");
  expect(said({ text, way: "up" })).toEqual([]);
});

test("through several fields, with an index for all of them", () => {
  const text = map("{ role: owner, from: [org, board], to: { collection: boards, fields: [member, id] } }");
  const cards = (...indexes: string[][]) => ({ ...INDEXES, "app.cards": indexes });
  expect(said({ text, indexes: cards(["board", "org"]) })).toContain(
    "app.boards.member,id -> app.cards.org,board",
  );
  for (const field of ["org", "board"]) {
    const types = { [`app.cards.${field}`]: "varchar(20)" };
    expect(said({ text, types, indexes: cards(["board", "org"]) }), field).toEqual([]);
  }
  expect(said({ text, indexes: cards(["org"]) })).toEqual([]);
  expect(said({ text, indexes: cards(["org", "kind", "board"]) })).toEqual([]);
});

const PEOPLE = `store: app
connector: arrays
collections:
  members:
    class: account
    person: { member: id, email: email }
    links:
      - { role: mention, from: [team], to: { collection: teams, fields: [id] } }
    fields: { id: user.unique_id, email: user.contact.email, team: system }
    on_leave: { team: 'null' }
  teams:
    class: content
    links:
      - { role: owner, from: [lead], to: { collection: members, fields: [id] } }
    fields: { id: system, lead: system }
`;

test("what people mention is no part of a ring: their identities say what is theirs", () => {
  const indexes = { "app.members": [["team"]], "app.teams": [["lead"]] };
  expect(said({ text: PEOPLE, indexes })).toEqual([]);
});
