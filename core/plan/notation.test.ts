/** Rows are whose the store says, in whatever notation they name whom; a field that takes one notation only says so by its text alone. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildGraph, type Graph } from "../datamap/graph.ts";
import { readDataMap } from "../datamap/read.ts";
import { must } from "../terms/assert.ts";
import { isReadAsOne, type Notations, oneNotation, spellingsOf } from "../terms/notations.ts";
import { Capture, type Cells, type Question } from "./capture.ts";
import { joinQuestions } from "./gather.ts";
import { inAnyLetters, UnmatchedRow, uuidTexts } from "./notation.ts";
import { Climb } from "./ownership.ts";

const MAP = `store: app
connector: postgres
collections:
  members:
    class: account
    key: [id]
    person: { member: id }
    fields: { id: user.unique_id }
  tags:
    class: content
    key: [id]
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id }
  likes:
    class: content
    key: [id]
    links:
      - { role: mention, from: [seen_by], to: { collection: members, fields: [id] } }
      - { role: owner, from: [tag], to: { collection: tags, fields: [id] } }
    fields: { id: system, seen_by: user.unique_id, tag: system }
    on_leave: { seen_by: 'null' }
`;
type Row = Readonly<Record<string, string | null>>;
type World = Readonly<Record<"members" | "tags" | "likes", readonly Row[]>>;
type Kinds = Readonly<Record<string, Notations | undefined>>;

const graphOf = (kinds: Kinds): Graph => {
  const notations = new Map<string, Map<string, Notations>>();
  for (const [name, kind] of Object.entries(kinds)) {
    const [collection = "", field = ""] = name.split(".");
    if (kind === undefined) continue;
    const id = `app.${collection}`;
    notations.set(id, (notations.get(id) ?? new Map<string, Notations>()).set(field, kind));
  }
  return buildGraph(
    must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound"),
    notations,
  );
};

/** As the store compares: what is asked, in the field's own way. */
function answer(world: World, graph: Graph, { collection, fields, anyOf }: Question): Cells[] {
  const rows =
    new Map<string, readonly Row[]>(Object.entries(world)).get(collection.slice("app.".length)) ?? [];
  const kinds = graph.notations.get(collection);
  return rows
    .filter((row) =>
      anyOf.some((m) =>
        m.tuples.some((t) =>
          m.fields.every((f, i) => {
            const cell = row[f] ?? null;
            const kind = kinds?.get(f);
            return cell !== null && oneNotation(kind, cell) === oneNotation(kind, t[i] ?? "");
          }),
        ),
      ),
    )
    .map((row) => fields.map((f) => row[f] ?? null));
}

function look(world: World, graph: Graph, member: string) {
  const keys = new Map([...graph.collections.keys()].map((c) => [c, ["id"]]));
  const capture = new Capture(graph, keys, [{ namespace: "member", value: member }]);
  const asked: Question[] = [];
  for (let q = capture.next(); q !== null; q = capture.next()) {
    asked.push(q);
    capture.take(q.collection, answer(world, graph, q));
  }
  const climb = new Climb(graph, capture);
  for (let q = climb.next(); q !== null; q = climb.next()) climb.take(q, answer(world, graph, q));
  const shared = climb.sharedRows(capture);
  const rows = new Map(
    [...capture.collections].flatMap(([id, { rows }]) =>
      [...rows.values()].map((r) => [`${id} ${r.key[0]}`, shared.has(r) ? "shared" : r.reach] as const),
    ),
  );
  return { rows, asked };
}

/** To a fixpoint, every row held against every row. */
function plain(world: World, graph: Graph, member: string): ReadonlySet<string> {
  const equal = (
    id: string,
    field: string,
    cell: string | null | undefined,
    other: string | null | undefined,
  ) => {
    const kind = graph.notations.get(`app.${id}`)?.get(field);
    return (
      typeof cell === "string" &&
      typeof other === "string" &&
      oneNotation(kind, cell) === oneNotation(kind, other)
    );
  };
  const named = [member];
  let members: readonly Row[] = [];
  // What a row of the person is called is a name of the person.
  for (let size = -1; size !== named.length; ) {
    size = named.length;
    members = world.members.filter((m) => named.some((n) => equal("members", "id", m.id, n)));
    for (const { id } of members) if (typeof id === "string" && !named.includes(id)) named.push(id);
  }
  const tags = world.tags.filter((t) => members.some((m) => equal("tags", "owner", t.owner, m.id)));
  const likes = world.likes.filter((l) => tags.some((t) => equal("likes", "tag", l.tag, t.id)));
  return new Set([
    ...members.map((m) => `app.members ${m.id}`),
    ...tags.map((t) => `app.tags ${t.id}`),
    ...likes.map((l) => `app.likes ${l.id}`),
  ]);
}

const text = fc.constantFrom("a", "A", "b", "B", "7", "07", "7.0", "8");
const cell = fc.option(text, { freq: 5 });
const kind = fc.constantFrom<Notations | undefined>(undefined, "case", "number", "integer", "other");
const kindsArb = fc.record({
  "members.id": kind,
  "tags.id": kind,
  "tags.owner": kind,
  "likes.seen_by": kind,
  "likes.tag": kind,
});
const keyed = (rows: fc.Arbitrary<Row>) => fc.array(rows, { maxLength: 6 });
const worldArb = fc
  .record({
    kinds: kindsArb,
    members: keyed(fc.record({ id: text })),
    tags: keyed(fc.record({ id: text, owner: cell })),
    likes: keyed(fc.record({ seen_by: cell, tag: cell })),
  })
  .map(({ kinds, ...drawn }) => {
    // What is read in one notation only stands there in that one.
    const held = (name: string, rows: readonly Row[]): readonly Row[] =>
      rows.map((row) =>
        Object.fromEntries(
          Object.entries(row).map(([field, value]) => {
            const kind = new Map(Object.entries(kinds)).get(`${name}.${field}`);
            return [field, value !== null && isReadAsOne(kind) ? oneNotation(kind, value) : value];
          }),
        ),
      );
    const unique = (kind: Notations | undefined, rows: readonly Row[]): readonly Row[] => [
      ...new Map(rows.map((r) => [oneNotation(kind, r.id ?? ""), r])).values(),
    ];
    const world: World = {
      members: unique(kinds["members.id"], held("members", drawn.members)),
      tags: unique(kinds["tags.id"], held("tags", drawn.tags)),
      likes: held("likes", drawn.likes).map((l, i) => ({ ...l, id: `like-${i}` })),
    };
    return { world, graph: graphOf(kinds) };
  });

describe("several notations", () => {
  test("a capture owns what the store says, no more and no less", () => {
    fc.assert(
      fc.property(worldArb, text, ({ world, graph }, member) => {
        const { rows } = look(world, graph, member);
        const owned = [...rows]
          .filter(([, how]) => how === "owned" || how === "shared")
          .map(([name]) => name);
        expect(new Set(owned)).toEqual(plain(world, graph, member));
      }),
      { numRuns: 1_000 },
    );
  });

  test("a row that names another member as it is, and the person in another notation only, is shared", () => {
    fc.assert(
      fc.property(worldArb, text, ({ world, graph }, member) => {
        const { rows } = look(world, graph, member);
        for (const { id, owner } of world.tags) {
          const others = world.members.some((m) => m.id === owner && !rows.has(`app.members ${m.id}`));
          if (others && rows.has(`app.tags ${id}`)) expect(rows.get(`app.tags ${id}`)).toBe("shared");
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("asked together, each gets what each would get alone", () => {
    fc.assert(
      fc.property(worldArb, text, text, ({ world, graph }, one, other) => {
        const people = [one, other].map((member) => look(world, graph, member).asked);
        const all = people.flatMap((asked, by) => asked.map((question) => ({ by, question })));
        for (const askings of Map.groupBy(all, (a) => a.question.collection).values()) {
          const joined = joinQuestions(graph, askings);
          const rows = answer(world, graph, joined.question);
          for (const by of [0, 1]) {
            const alone = askings.flatMap((a) => (a.by === by ? answer(world, graph, a.question) : []));
            const given = rows.filter((row) => joined.askersOf(row).includes(by));
            expect(new Set(given.map(String))).toEqual(new Set(alone.map(String)));
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test("a row that fits in no notation that the store tells of stops the request", () => {
    const graph = graphOf({});
    const keys = new Map([...graph.collections.keys()].map((c) => [c, ["id"]]));
    const capture = new Capture(graph, keys, [{ namespace: "member", value: "a" }]);
    const { collection } = must(capture.next(), "a member is asked for");
    expect(() => capture.take(collection, [["A"]])).toThrow(UnmatchedRow);
  });
});

test.each<[Notations, string, string]>([
  ["case", "ÉCOLE", "école"],
  ["case", "ΟΔΟΣ", "οδοσ"],
  ["ascii", "ADA É", "ada É"],
  ["blanks", "a  ", "a"],
  ["number", "-0.0", "0"],
  ["number", "+007.50", "7.5"],
  ["number", ".5", "0.5"],
  ["integer", " 7", "7"],
  ["uuid", "6F9619FF-8B86-D011-B42D-00C04FC964FF", "6f9619ff-8b86-d011-b42d-00c04fc964ff"],
])("%s: `%s` is `%s`", (kind, one, other) => {
  expect(oneNotation(kind, one)).toBe(oneNotation(kind, other));
});

test.each<[Notations, string, string]>([
  ["case", "a ", "a"],
  ["case", "07", "7"],
  ["ascii", "É", "é"],
  ["blanks", "A", "a"],
  ["number", "7", "-7"],
  ["number", "9007199254740993", "9007199254740992"],
  ["number", "", "0"],
  ["number", ".", "0"],
])("%s: `%s` is not `%s`", (kind, one, other) => {
  expect(oneNotation(kind, one)).not.toBe(oneNotation(kind, other));
});

test("a text that is a UUID is asked for in both cases; any other as it is", () => {
  const text = "6f9619ff-8b86-d011-b42d-00c04fc964ff";
  expect(spellingsOf(text)).toEqual([text, text.toUpperCase()]);
  expect(spellingsOf("abc")).toEqual(["abc"]);
  expect(oneNotation("uuid_text", text.toUpperCase())).toBe(text);
  expect(oneNotation("uuid_text", "Abc")).toBe("Abc");
});

const UUID = "a1b2c3d4-0000-4000-8000-00000000000a";
const MIXED = "A1b2c3d4-0000-4000-8000-00000000000a";

test.each([
  { readWhole: true, asked: [[UUID]], told: [] },
  { readWhole: false, asked: [], told: ["app.likes.tag"] },
])(
  "a UUID in a text in small letters and capitals is asked for where all rows may be read (`$readWhole`), and else told",
  ({ readWhole, asked, told }) => {
    const graph = buildGraph(
      must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map is sound"),
      new Map([["app.tags", new Map([["id", "uuid"]] as const)]]),
      () => false,
      () => readWhole,
    );
    const match = { fields: ["tag"], tuples: [[MIXED], ["Tea"], [UUID]] };
    expect(inAnyLetters(graph, "app.likes", match).map((m) => [m.normalisers, m.tuples])).toEqual(
      asked.length === 0 ? [] : [[["uuid"], asked]],
    );
    expect(uuidTexts(graph)).toEqual(told);
  },
);
