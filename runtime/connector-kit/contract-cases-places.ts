/** Places inside of columns: documents and lists (spec/connector.md, "Places"). */
import { readListCell } from "@avow/core/terms/path";
import { expect } from "vitest";
import type { Match, Mutation } from "./contract.ts";
import { answered, type ContractCase, failureIn, readAll, type Subject, using } from "./contract-subject.ts";
import { BIG_ID } from "./contract-world.ts";

const COLLECTION = "documents";
const COLUMNS = ["doc", "raw"] as const;

const matching = async (
  subject: Subject,
  ...anyOf: readonly Match[]
): Promise<readonly (string | null)[]> => {
  const rows = await using(subject.open({ access: "read" }), (c) =>
    readAll(c, { collection: COLLECTION, fields: ["id"], anyOf }),
  );
  return rows.map(([id]) => id ?? null).toSorted();
};

const cellsAt = async (subject: Subject, field: string): Promise<ReadonlyMap<string, string | null>> => {
  const rows = await using(subject.open({ access: "read" }), (c) =>
    readAll(c, { collection: COLLECTION, fields: ["id", field] }),
  );
  return new Map(rows.map(([id, cell]) => [id ?? "", cell ?? null]));
};

const documentOf = async (subject: Subject, id: string, column: string = "doc"): Promise<unknown> => {
  const cell = (await cellsAt(subject, column)).get(id) ?? null;
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

const act = async (subject: Subject, ...mutations: readonly Mutation[]): Promise<void> => {
  const answer = await using(subject.open(), (c) => c.mutate(mutations));
  expect(answer).toMatchObject({ ok: true });
};

export const placeCases: readonly ContractCase[] = [
  {
    name: "reads a place of a document: texts, numbers and truth values as text, all else as null",
    async run(subject) {
      for (const column of COLUMNS) {
        const ids = await cellsAt(subject, `${column}.user.id`);
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
        expect((await cellsAt(subject, `${column}.n`)).get("1")).toBe(BIG_ID);
        expect((await cellsAt(subject, `${column}."odd.key"."q""t"`)).get("7")).toBe("x");
      }
    },
  },
  {
    name: "reads a place that runs over a list as the list of what its elements have there",
    async run(subject) {
      for (const column of COLUMNS) {
        const names = await cellsAt(subject, `${column}.members[*].name`);
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
        const ids = await cellsAt(subject, `${column}.members[*].id`);
        expect(readListCell(ids.get("2") ?? null)).toEqual(["2", null]);
        expect(readListCell((await cellsAt(subject, `${column}.tags[*]`)).get("1") ?? null)).toEqual([
          "a",
          "1",
          "1",
          null,
        ]);
        expect(readListCell((await cellsAt(subject, `${column}[*].id`)).get("6") ?? null)).toEqual(["1"]);
        const great = await cellsAt(subject, `${column}.great[*]`);
        expect(readListCell(great.get("1") ?? null)).toEqual([BIG_ID]);
      }
    },
  },
  {
    name: "finds rows by a place: a number and its text are one key, and what is no value is none",
    async run(subject) {
      for (const column of COLUMNS) {
        const by = (...keys: readonly string[]): Match => ({
          fields: [`${column}.user.id`],
          tuples: keys.map((key) => [key]),
        });
        expect(await matching(subject, by("1"))).toEqual(["1", "2"]);
        expect(await matching(subject, by("7", "nothing", "", "null", "true"))).toEqual(["7", "8"]);
        expect(await matching(subject, by('{"x": 1}', "x"))).toEqual([]);
        expect(await matching(subject, { fields: [`${column}.n`], tuples: [[BIG_ID]] })).toEqual(["1"]);
        expect(await matching(subject, { fields: [`${column}.n`], tuples: [["9007199254740992"]] })).toEqual(
          [],
        );
        expect(await matching(subject, by("1"), { fields: ["id"], tuples: [["1"], ["9"]] })).toEqual([
          "1",
          "2",
          "9",
        ]);
        expect(
          await matching(subject, {
            fields: [`${column}.user.id`, "org"],
            tuples: [
              ["1", "2"],
              ["7", "2"],
            ],
          }),
        ).toEqual(["2"]);
      }
    },
  },
  {
    name: "finds rows by what any element of a list has, once each",
    async run(subject) {
      for (const column of COLUMNS) {
        const by = (...keys: readonly string[]): Match => ({
          fields: [`${column}.members[*].id`],
          tuples: keys.map((key) => [key]),
        });
        expect(await matching(subject, by("2", "1"))).toEqual(["1", "2"]);
        expect(await matching(subject, by("3", "", "null"))).toEqual([]);
        expect(await matching(subject, { fields: [`${column}.tags[*]`], tuples: [["1"]] })).toEqual(["1"]);
        expect(await matching(subject, { fields: [`${column}[*].id`], tuples: [["1"]] })).toEqual(["6"]);
        const many = Array.from({ length: 300 }, (_, i) => String(i + 2));
        expect(await matching(subject, by(...many))).toEqual(["1", "2"]);
        expect(
          await matching(subject, {
            fields: ["org", `${column}.members[*].id`],
            tuples: [
              ["2", "2"],
              ["2", "1"],
            ],
          }),
        ).toEqual(["2"]);
      }
    },
  },
  {
    name: "compares places in their normal form",
    async run(subject) {
      for (const column of COLUMNS) {
        const tuples = [["ANN@example.org "]];
        expect(
          await matching(subject, { fields: [`${column}.user.email`], tuples, normalisers: ["email"] }),
        ).toEqual(["1"]);
        expect(await matching(subject, { fields: [`${column}.user.email`], tuples })).toEqual([]);
        // Beside a column that is compared as ever.
        for (const [org, found] of [
          ["1", ["1"]],
          ["2", []],
        ] as const)
          expect(
            await matching(subject, {
              fields: ["org", `${column}.user.email`],
              tuples: [[org, "ANN@example.org"]],
              normalisers: ["exact", "email"],
            }),
          ).toEqual(found);
        expect(
          await matching(subject, {
            fields: [`${column}.members[*].name`],
            tuples: [["BOB"]],
            normalisers: ["email"],
          }),
        ).toEqual(["1", "2"]);
      }
    },
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

const mutates = (name: string, run: ContractCase["run"]): ContractCase => ({ name, mutates: true, run });

export const placeMutateCases: readonly ContractCase[] = [
  mutates("masks places of a document, and leaves the rest of it as it is", async (subject) => {
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
      await act(subject, mutation);
      const first = await documentOf(subject, "1");
      expect(first).toEqual({
        user: { id: null, email: "erased" },
        n: Number(BIG_ID),
        great: [Number(BIG_ID)],
        members: [
          { id: 1, name: "Ann" },
          { id: 2, name: "Bob" },
        ],
      });
      expect((await cellsAt(subject, "doc.n")).get("1")).toBe(BIG_ID);
      expect(await documentOf(subject, "3")).toEqual({ user: { id: null }, members: "none" });
      expect(await documentOf(subject, "5")).toBe(null);
      expect(await documentOf(subject, "9")).toBe("text");
      expect((await cellsAt(subject, "raw.user.id")).get("1")).toBe("0");
      expect((await cellsAt(subject, "raw.user.id")).get("2")).toBe("erased");
      // What is no document is left as it is.
      expect((await cellsAt(subject, "raw")).get("5")).toBe("{no json");
      expect(await documentOf(subject, "7")).toMatchObject({ user: { id: 7 } });
    }
  }),
  mutates("takes the elements out of a list that have one of the values, and no others", async (subject) => {
    const only = (column: string) => ({ by: `${column}.members[*].id`, values: ["2"] });
    const mutation = set(["1", "2", "3", "6"], {
      set: { "doc.members[*].id": "remove", "raw.members[*].id": "remove" },
      only: { "doc.members[*].id": only("doc"), "raw.members[*].id": only("raw") },
    });
    for (let time = 1; time <= 2; time += 1) {
      await act(subject, mutation);
      for (const column of COLUMNS) {
        expect(await documentOf(subject, "1", column)).toMatchObject({ members: [{ id: 1, name: "Ann" }] });
        expect(await documentOf(subject, "2", column)).toMatchObject({ members: [{ name: "nobody" }] });
        expect(await documentOf(subject, "3", column)).toMatchObject({ members: "none" });
        expect(await documentOf(subject, "6", column)).toEqual([{ id: 1 }]);
      }
      expect((await cellsAt(subject, "doc.n")).get("1")).toBe(BIG_ID);
    }
  }),
  mutates("masks what the elements have that are meant, the value that tells them last", async (subject) => {
    const only = { by: "doc.members[*].id", values: ["2"] };
    await act(
      subject,
      set(["1", "2"], {
        set: { "doc.members[*].id": "null", "doc.members[*].name": "tombstone", "doc.tags[*]": "tombstone" },
        only: { "doc.members[*].id": only, "doc.members[*].name": only },
      }),
    );
    expect(await documentOf(subject, "1")).toMatchObject({
      members: [
        { id: 1, name: "Ann" },
        { id: null, name: "erased" },
      ],
      tags: ["erased", 0, "erased", null],
    });
    expect(await documentOf(subject, "2")).toMatchObject({
      members: [{ id: null, name: "erased" }, { name: "nobody" }],
      tags: ["erased"],
    });
    await act(subject, set(["1", "2"], { set: { "doc.members[*].name": "remove" } }));
    expect(await documentOf(subject, "1")).toMatchObject({ members: [] });
  }),
  mutates("gives a place a value: a number stays one, and objects on the way are made", async (subject) => {
    const text = `O'Brien "x" \\ $1 ? 日本`;
    await act(
      subject,
      set(["1", "2", "3", "5", "6"], {
        set: { org: "keep" },
        values: { "doc.user.id": "42", "doc.profile.name.first": text, "raw.user.id": "43" },
      }),
    );
    const made = { profile: { name: { first: text } } };
    expect(await documentOf(subject, "1")).toMatchObject({
      ...made,
      user: { id: 42 },
      tags: ["a", 1, "1", null],
    });
    expect(await documentOf(subject, "2")).toMatchObject({ ...made, user: { id: "42" } });
    expect(await documentOf(subject, "3")).toMatchObject({ ...made, user: { id: "42" } });
    expect(await documentOf(subject, "5")).toEqual({ ...made, user: { id: "42" } });
    expect(await documentOf(subject, "6")).toEqual([{ id: 1 }]);
    expect((await cellsAt(subject, "raw")).get("5")).toBe("{no json");
    expect(await documentOf(subject, "1", "raw")).toMatchObject({ user: { id: 43 } });
    expect((await cellsAt(subject, "doc.n")).get("1")).toBe(BIG_ID);
  }),
];
