/** Places inside of columns: documents and lists (spec/connector.md, "Places"). */
import { readListCell } from "@avow/core/terms/path";
import { expect } from "vitest";
import type { Connector, Match, Mutation } from "./contract.ts";
import { answered, type ContractCase, failureIn, readAll, using } from "./contract-subject.ts";
import { BIG_ID } from "./contract-world.ts";

const COLLECTION = "documents";
const COLUMNS = ["doc", "raw"] as const;

const matching = async (
  reader: Connector,
  ...anyOf: readonly Match[]
): Promise<readonly (string | null)[]> => {
  const rows = await readAll(reader, { collection: COLLECTION, fields: ["id"], anyOf });
  return rows.map(([id]) => id ?? null).toSorted();
};

const cellsAt = async (reader: Connector, field: string): Promise<ReadonlyMap<string, string | null>> => {
  const rows = await readAll(reader, { collection: COLLECTION, fields: ["id", field] });
  return new Map(rows.map(([id, cell]) => [id ?? "", cell ?? null]));
};

const documentOf = async (reader: Connector, id: string, column: string = "doc"): Promise<unknown> => {
  const cell = (await cellsAt(reader, column)).get(id) ?? null;
  return cell === null ? null : JSON.parse(cell);
};

const set = (
  ids: readonly string[],
  more: Omit<Extract<Mutation, { act: "set" }>, "act" | "collection" | "where">,
) =>
  ({
    act: "set",
    collection: COLLECTION,
    where: { fields: ["id"], tuples: ids.map((id) => [id]) },
    ...more,
  }) as const;

type Reads = (reader: Connector) => Promise<void>;
/** For all questions of a case one connection: it is what they are about, and to open one takes longer than they do. */
const reading =
  (run: Reads): ContractCase["run"] =>
  (subject) =>
    using(subject.open({ access: "read" }), run);

export const placeCases: readonly ContractCase[] = [
  {
    name: "reads a place of a document: texts, numbers and truth values as text, all else as null",
    run: reading(async (reader) => {
      for (const column of COLUMNS) {
        const ids = await cellsAt(reader, `${column}.user.id`);
        expect([...ids].toSorted()).toEqual([
          ["1", "1"],
          ["2", "1"],
          ["3", null],
          ["4", null],
          ["5", null],
          ["6", null],
          ["7", "7"],
          ["8", "true"],
          ["9", null],
        ]);
        expect((await cellsAt(reader, `${column}.n`)).get("1")).toBe(BIG_ID);
        expect((await cellsAt(reader, `${column}."odd.key"."q""t"`)).get("7")).toBe("x");
      }
    }),
  },
  {
    name: "reads a place that runs over a list as the list of what its elements have there",
    run: reading(async (reader) => {
      for (const column of COLUMNS) {
        const names = await cellsAt(reader, `${column}.members[*].name`);
        const lists = [...names]
          .toSorted()
          .map(([id, cell]) => [id, cell === null ? null : readListCell(cell)]);
        expect(lists).toEqual([
          ["1", ["Ann", "Bob"]],
          ["2", ["Bob", "nobody"]],
          ["3", null],
          ["4", []],
          ["5", null],
          ["6", null],
          ["7", [null]],
          ["8", null],
          ["9", null],
        ]);
        const ids = await cellsAt(reader, `${column}.members[*].id`);
        expect(readListCell(ids.get("2") ?? null)).toEqual(["2", null]);
        expect(readListCell((await cellsAt(reader, `${column}.tags[*]`)).get("1") ?? null)).toEqual([
          "a",
          "1",
          "1",
          null,
        ]);
        expect(readListCell((await cellsAt(reader, `${column}[*].id`)).get("6") ?? null)).toEqual(["1"]);
        const great = await cellsAt(reader, `${column}.great[*]`);
        expect(readListCell(great.get("1") ?? null)).toEqual([BIG_ID]);
      }
    }),
  },
  {
    name: "finds rows by a place: a number and its text are one key, and what is no value is none",
    run: reading(async (reader) => {
      for (const column of COLUMNS) {
        const by = (...keys: readonly string[]): Match => ({
          fields: [`${column}.user.id`],
          tuples: keys.map((key) => [key]),
        });
        expect(await matching(reader, by("1"))).toEqual(["1", "2"]);
        expect(await matching(reader, by("7", "nothing", "", "null", "true"))).toEqual(["7", "8"]);
        expect(await matching(reader, by('{"x": 1}', "x"))).toEqual([]);
        expect(await matching(reader, { fields: [`${column}.n`], tuples: [[BIG_ID]] })).toEqual(["1"]);
        expect(await matching(reader, { fields: [`${column}.n`], tuples: [["9007199254740992"]] })).toEqual(
          [],
        );
        expect(await matching(reader, by("1"), { fields: ["id"], tuples: [["1"], ["9"]] })).toEqual([
          "1",
          "2",
          "9",
        ]);
        expect(
          await matching(reader, {
            fields: [`${column}.user.id`, "org"],
            tuples: [
              ["1", "2"],
              ["7", "2"],
            ],
          }),
        ).toEqual(["2"]);
      }
    }),
  },
  {
    name: "finds rows by what any element of a list has, once each",
    run: reading(async (reader) => {
      for (const column of COLUMNS) {
        const by = (...keys: readonly string[]): Match => ({
          fields: [`${column}.members[*].id`],
          tuples: keys.map((key) => [key]),
        });
        expect(await matching(reader, by("2", "1"))).toEqual(["1", "2"]);
        expect(await matching(reader, by("3", "", "null"))).toEqual([]);
        expect(await matching(reader, { fields: [`${column}.tags[*]`], tuples: [["1"]] })).toEqual(["1"]);
        expect(await matching(reader, { fields: [`${column}[*].id`], tuples: [["1"]] })).toEqual(["6"]);
        const many = Array.from({ length: 300 }, (_, i) => String(i + 2));
        expect(await matching(reader, by(...many))).toEqual(["1", "2"]);
        expect(
          await matching(reader, {
            fields: ["org", `${column}.members[*].id`],
            tuples: [
              ["2", "2"],
              ["2", "1"],
            ],
          }),
        ).toEqual(["2"]);
      }
    }),
  },
  {
    name: "compares places in their normal form",
    run: reading(async (reader) => {
      for (const column of COLUMNS) {
        const tuples = [["ANN@example.org "]];
        expect(
          await matching(reader, { fields: [`${column}.user.email`], tuples, normalisers: ["email"] }),
        ).toEqual(["1"]);
        expect(await matching(reader, { fields: [`${column}.user.email`], tuples })).toEqual([]);
        // Beside a column that is compared as ever.
        for (const [org, found] of [
          ["1", ["1"]],
          ["2", []],
        ] as const)
          expect(
            await matching(reader, {
              fields: ["org", `${column}.user.email`],
              tuples: [[org, "ANN@example.org"]],
              normalisers: ["exact", "email"],
            }),
          ).toEqual(found);
        expect(
          await matching(reader, {
            fields: [`${column}.members[*].name`],
            tuples: [["BOB"]],
            normalisers: ["email"],
          }),
        ).toEqual(["1", "2"]);
      }
    }),
  },
  {
    name: "counts rows that hold something at a place which can name nobody",
    async run(subject) {
      const report = await using(subject.open({ access: "read" }), async (c) =>
        answered(
          (await c.misfits?.({
            collection: COLLECTION,
            fields: ["id", "doc.user.id", "doc.members[*].id", "raw.user.id", "raw.members[*].id"],
          })) ?? { ok: true, value: [] },
        ),
      );
      expect(report).toEqual([
        { field: "doc.user.id", rows: 1 },
        { field: "doc.members[*].id", rows: 2 },
        { field: "raw.user.id", rows: 2 },
        { field: "raw.members[*].id", rows: 3 },
      ]);
    },
  },
  {
    name: "a place in a field that holds no documents is malformed",
    async run(subject) {
      await using(subject.open({ access: "read" }), async (c) => {
        for (const field of ["org.a", "org[*]", "nothing.a"]) {
          const answers = [];
          for await (const batch of c.read({ collection: COLLECTION, fields: [field] })) answers.push(batch);
          expect(answers.map((a) => failureIn(a).error)).toEqual(["malformed"]);
        }
      });
    },
  },
];

type Act = (...mutations: readonly Mutation[]) => Promise<void>;
const mutates = (name: string, run: (reader: Connector, act: Act) => Promise<void>): ContractCase => ({
  name,
  mutates: true,
  run: (subject) =>
    using(subject.open(), (writer) =>
      reading((reader) =>
        run(reader, async (...mutations) =>
          expect(await writer.mutate(mutations)).toMatchObject({ ok: true }),
        ),
      )(subject),
    ),
});

export const placeMutateCases: readonly ContractCase[] = [
  mutates("masks places of a document, and leaves the rest of it as it is", async (reader, act) => {
    const mutation = set(["1", "2", "3", "5", "9"], {
      set: {
        "doc.user.email": "tombstone",
        "doc.user.id": "null",
        "doc.tags": "remove",
        "doc.nothing.there": "tombstone",
        "raw.user.id": "tombstone",
      },
    });
    for (let time = 1; time <= 2; time += 1) {
      await act(mutation);
      const first = await documentOf(reader, "1");
      expect(first).toEqual({
        user: { id: null, email: "erased" },
        n: Number(BIG_ID),
        great: [Number(BIG_ID)],
        members: [
          { id: 1, name: "Ann" },
          { id: 2, name: "Bob" },
        ],
      });
      expect((await cellsAt(reader, "doc.n")).get("1")).toBe(BIG_ID);
      expect(await documentOf(reader, "3")).toEqual({ user: { id: null }, members: "none" });
      expect(await documentOf(reader, "5")).toBe(null);
      expect(await documentOf(reader, "9")).toBe("text");
      expect((await cellsAt(reader, "raw.user.id")).get("1")).toBe("0");
      expect((await cellsAt(reader, "raw.user.id")).get("2")).toBe("erased");
      // What is no document is left as it is.
      expect((await cellsAt(reader, "raw")).get("5")).toBe("{no json");
      expect(await documentOf(reader, "7")).toMatchObject({ user: { id: 7 } });
    }
  }),
  mutates(
    "takes the elements out of a list that have one of the values, and no others",
    async (reader, act) => {
      const only = (column: string) => ({ by: `${column}.members[*].id`, values: ["2"] });
      const mutation = set(["1", "2", "3", "6"], {
        set: { "doc.members[*].id": "remove", "raw.members[*].id": "remove" },
        only: { "doc.members[*].id": only("doc"), "raw.members[*].id": only("raw") },
      });
      for (let time = 1; time <= 2; time += 1) {
        await act(mutation);
        for (const column of COLUMNS) {
          expect(await documentOf(reader, "1", column)).toMatchObject({ members: [{ id: 1, name: "Ann" }] });
          expect(await documentOf(reader, "2", column)).toMatchObject({ members: [{ name: "nobody" }] });
          expect(await documentOf(reader, "3", column)).toMatchObject({ members: "none" });
          expect(await documentOf(reader, "6", column)).toEqual([{ id: 1 }]);
        }
        expect((await cellsAt(reader, "doc.n")).get("1")).toBe(BIG_ID);
      }
    },
  ),
  mutates(
    "masks what the elements have that are meant, the value that tells them last",
    async (reader, act) => {
      const only = { by: "doc.members[*].id", values: ["2"] };
      await act(
        set(["1", "2"], {
          set: {
            "doc.members[*].id": "null",
            "doc.members[*].name": "tombstone",
            "doc.tags[*]": "tombstone",
          },
          only: { "doc.members[*].id": only, "doc.members[*].name": only },
        }),
      );
      expect(await documentOf(reader, "1")).toMatchObject({
        members: [
          { id: 1, name: "Ann" },
          { id: null, name: "erased" },
        ],
        tags: ["erased", 0, "erased", null],
      });
      expect(await documentOf(reader, "2")).toMatchObject({
        members: [{ id: null, name: "erased" }, { name: "nobody" }],
        tags: ["erased"],
      });
      await act(set(["1", "2"], { set: { "doc.members[*].name": "remove" } }));
      expect(await documentOf(reader, "1")).toMatchObject({ members: [] });
    },
  ),
  mutates(
    "gives a place a value: a number stays one, and objects on the way are made",
    async (reader, act) => {
      const text = `O'Brien "x" \\ $1 ? 日本`;
      await act(
        set(["1", "2", "3", "5", "6"], {
          set: { org: "keep" },
          values: { "doc.user.id": "42", "doc.profile.name.first": text, "raw.user.id": "43" },
        }),
      );
      const made = { profile: { name: { first: text } } };
      expect(await documentOf(reader, "1")).toMatchObject({
        ...made,
        user: { id: 42 },
        tags: ["a", 1, "1", null],
      });
      expect(await documentOf(reader, "2")).toMatchObject({ ...made, user: { id: "42" } });
      expect(await documentOf(reader, "3")).toMatchObject({ ...made, user: { id: "42" } });
      expect(await documentOf(reader, "5")).toEqual({ ...made, user: { id: "42" } });
      expect(await documentOf(reader, "6")).toEqual([{ id: 1 }]);
      expect((await cellsAt(reader, "raw")).get("5")).toBe("{no json");
      expect(await documentOf(reader, "1", "raw")).toMatchObject({ user: { id: 43 } });
      expect((await cellsAt(reader, "doc.n")).get("1")).toBe(BIG_ID);
    },
  ),
];
