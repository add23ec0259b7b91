import { expect } from "vitest";
import type { Cell, Connector, Mutation, Row } from "./contract.ts";
import {
  answered,
  type ContractCase,
  failureIn,
  readAll,
  type Subject,
  using,
  written,
} from "./contract-subject.ts";
import { AWKWARD, BIG_ID, CHAIN_ROWS } from "./contract-world.ts";

const restores = (name: string, run: ContractCase["run"]): ContractCase => ({ name, mutates: true, run });

interface Kept {
  readonly fields: readonly string[];
  readonly rows: readonly Row[];
}

/** Every row of a collection as `insert` takes it. */
async function keep(connector: Connector, collection: string): Promise<Kept> {
  const { collections } = answered(await connector.describe());
  const fields =
    collections
      .find((c) => c.name === collection)
      ?.fields.filter((f) => !f.generated)
      .map((f) => f.name) ?? [];
  return { fields, rows: await readAll(connector, { collection, fields: [], exact: fields }) };
}

const insertOf = (collection: string, { fields, rows }: Kept): Mutation => ({
  act: "insert",
  collection,
  fields,
  rows,
});

const removed = (collection: string, field: string, values: readonly string[]): Mutation => ({
  act: "delete",
  collection,
  where: { fields: [field], tuples: values.map((value) => [value]) },
});

const sortedRows = (rows: readonly Row[]): readonly string[] => rows.map((row) => JSON.stringify(row)).sort();

/** Deletes all rows of the collections together, puts them back together, and compares them cell by cell. */
async function thereAndBack(subject: Subject, keys: Readonly<Record<string, string>>): Promise<void> {
  await using(subject.open(), async (connector) => {
    const before = new Map<string, Kept>();
    const deletions: Mutation[] = [];
    for (const [collection, key] of Object.entries(keys)) {
      before.set(collection, await keep(connector, collection));
      const values = await readAll(connector, { collection, fields: [key] });
      deletions.push(
        removed(
          collection,
          key,
          values.flat().filter((v): v is string => v !== null),
        ),
      );
    }
    answered(await connector.mutate(deletions));
    const inserts = [...before].map(([collection, kept]) => insertOf(collection, kept));
    const counts = [...before.values()].map(({ rows }) => rows.length);
    expect(await connector.mutate(inserts)).toEqual({ ok: true, value: counts });
    for (const [collection, kept] of before)
      expect(sortedRows((await keep(connector, collection)).rows), collection).toEqual(sortedRows(kept.rows));
  });
}

const update = (
  rows: readonly { key: string; was: Row; to: Row }[],
  fields: readonly string[],
): Mutation => ({
  act: "update",
  collection: "users",
  key: ["id"],
  fields,
  rows: rows.map(({ key, was, to }) => ({ key: [key], was, to })),
});

/** The exact cells of users, by id as plain text. */
async function users(connector: Connector, fields: readonly string[]): Promise<ReadonlyMap<Cell, Row>> {
  const rows = await readAll(connector, { collection: "users", fields: ["id"], exact: fields });
  return new Map(rows.map(([id = null, ...cells]) => [id, cells]));
}

export const restoreCases: readonly ContractCase[] = [
  restores("puts rows back as they were, whatever their types, with those that refer to them", (subject) =>
    thereAndBack(subject, { memberships: "user_id", users: "id" }),
  ),
  restores(
    "puts back bytes, awkward names, and texts that differ in a blank or in case only",
    async (subject) => {
      await thereAndBack(subject, { tokens: "token", spellings: "id" });
      await thereAndBack(subject, { [AWKWARD]: "order" });
    },
  ),
  restores(
    "puts back rows that refer to each other in a ring, to themselves, and in a chain",
    async (subject) => {
      await thereAndBack(subject, { carts: "id", orders: "id" });
      await thereAndBack(subject, { referrals: "id" });
      await thereAndBack(subject, { threads: "id", posts: "id" });
      await thereAndBack(subject, { chain: "id" });
      const kept = await using(subject.open(), (c) => keep(c, "chain"));
      expect(kept.rows).toHaveLength(CHAIN_ROWS);
    },
  ),
  restores("exact cells follow the others, and null stays null", (subject) =>
    using(subject.open(), async (connector) => {
      const rows = await readAll(connector, {
        collection: "users",
        fields: ["email", "id"],
        exact: ["phone"],
      });
      const big = rows.find(([, id]) => id === BIG_ID);
      expect(big).toEqual(["ÉMILE@example.org", BIG_ID, null]);
    }),
  ),
  restores("a row that is there already, or whose unique value is taken, blocks all of it", (subject) =>
    using(subject.open(), async (connector) => {
      const { fields, rows } = await keep(connector, "users");
      const at = fields.indexOf("id");
      const other = rows.find((row) => row[fields.indexOf("email")] !== null) ?? [];
      const fresh = (await keep(connector, "empty")).fields;
      const id = subject.exactly("integer", "7");
      const row = other.map((cell, i) => (i === at ? subject.exactly("bigint", "4711") : cell));
      for (const mutation of [
        insertOf("users", { fields, rows: [other] }),
        insertOf("users", { fields, rows: [row] }),
      ]) {
        const answer = await connector.mutate([
          insertOf("empty", { fields: fresh, rows: [[id, null]] }),
          mutation,
        ]);
        expect(failureIn(answer)).toMatchObject({ error: "blocked", retryable: false });
        expect(JSON.stringify(answer)).not.toMatch(/example|4711/i);
      }
      expect(await connector.count({ collection: "empty" })).toEqual({ ok: true, value: 0 });
      expect(await connector.count({ collection: "users" })).toEqual({ ok: true, value: 4 });
    }),
  ),
  restores("a row that refers to one which is not there blocks all of it, in a ring too", (subject) =>
    using(subject.open(), async (connector) => {
      const n = (value: string) => subject.exactly("integer", value);
      const orphans: readonly Mutation[] = [
        insertOf("memberships", {
          fields: ["org", "user_id", "role"],
          rows: [
            [subject.exactly("text", "z"), subject.exactly("bigint", "4711"), subject.exactly("text", "x")],
          ],
        }),
        insertOf("referrals", {
          fields: ["id", "parent_id"],
          rows: [
            [n("4"), n("4")],
            [n("5"), n("99")],
          ],
        }),
        insertOf("carts", { fields: ["id", "last_order_id"], rows: [[n("3"), n("30")]] }),
      ];
      for (const orphan of orphans) {
        expect(failureIn(await connector.mutate([orphan]))).toMatchObject({
          error: "blocked",
          retryable: false,
        });
      }
      expect(await connector.count({ collection: "referrals" })).toEqual({ ok: true, value: 3 });
    }),
  ),
  restores("gives a field back what it was only where it still holds what it was left with", (subject) =>
    using(subject.open(), async (connector) => {
      const fields = ["email", "name", "credit", "extra", "active"];
      const before = await users(connector, fields);
      const set = {
        email: "tombstone",
        name: "tombstone",
        credit: "tombstone",
        extra: "null",
        active: "tombstone",
      } as const;
      const where = { fields: ["id"], tuples: [["1"], ["2"], [BIG_ID]] };
      answered(await connector.mutate([{ act: "set", collection: "users", where, set }]));
      const left = await users(connector, fields);
      // Somebody has written to one of them since.
      answered(
        await connector.mutate([
          {
            act: "set",
            collection: "users",
            where: { fields: ["id"], tuples: [["2"]] },
            set: {},
            values: { name: "New", credit: written(subject, "decimal", "7.00") },
          },
        ]),
      );
      const rows = ["1", "2", BIG_ID, "5"].map((id) => ({
        key: subject.exactly("bigint", id),
        was: left.get(id) ?? fields.map(() => null),
        to: before.get(id) ?? fields.map(() => null),
      }));
      const now = await users(connector, fields);
      expect(await connector.mutate([update(rows, fields)])).toEqual({ ok: true, value: [3] });
      const after = await users(connector, fields);
      expect(after.get("1")).toEqual(before.get("1"));
      expect(after.get(BIG_ID)).toEqual(before.get(BIG_ID));
      const [email, , , extra, active] = before.get("2") ?? [];
      const [, name, credit] = now.get("2") ?? [];
      expect(after.get("2")).toEqual([email, name, credit, extra, active]);
      // A second time nothing is as it was left.
      expect(await connector.mutate([update(rows.slice(0, 1), fields)])).toEqual({ ok: true, value: [0] });
      expect((await users(connector, fields)).get("1")).toEqual(before.get("1"));
    }),
  ),
  restores(
    "gives fields back to the row with the whole key, not to one that shares a part of it",
    (subject) =>
      using(subject.open(), async (connector) => {
        const [collection, key, fields] = ["memberships", ["org", "user_id"], ["role"]] as const;
        const member = subject.exactly("text", "member");
        const roles = () => readAll(connector, { collection, fields: key, exact: [...key, ...fields] });
        const before = await roles();
        const rows = before
          .filter(([org, user]) => (org === "a" && user === "2") || (org === "a,b" && user === "1"))
          .map(([, , org, user, ...was]) => ({ key: [org ?? "", user ?? ""], was, to: [member] }));
        expect(await connector.mutate([{ act: "update", collection, key, fields, rows }])).toEqual({
          ok: true,
          value: [2],
        });
        const changed = (await roles()).filter((row) => row.at(-1) === member);
        expect(changed.map(([org, user]) => `${org} ${user}`).sort()).toEqual(["a 2", "a,b 1"]);
        expect(await roles()).toHaveLength(before.length);
      }),
  ),
  restores("says how far deleted rows are gone, and claims no more than it shows", (subject) =>
    using(subject.open(), async (connector) => {
      if (connector.reached === undefined) return;
      const since = new Date().toISOString();
      answered(
        await connector.mutate([removed("tokens", "note", ["ab"]), removed("spellings", "id", ["1"])]),
      );
      const collections = ["tokens", "spellings"];
      for (const clean of [false, true]) {
        const report = answered(await connector.reached({ collections, clean }));
        expect(report.collections.map((c) => c.collection)).toEqual(collections);
        expect(report.beyond).toContain("backups");
        for (const said of report.collections)
          if (said.reached === "deleted") expect(said.why).not.toBe("");
          else expect(Date.parse(said.at)).toBeGreaterThan(Date.parse(since) - 60_000);
        expect(new Set(report.collections.map((c) => c.reached))).toEqual(new Set([subject.reaches(clean)]));
      }
      expect(failureIn(await connector.reached({ collections: ["no such"], clean: true }))).toMatchObject({
        error: "malformed",
      });
    }),
  ),
  restores(
    "makes new rows from plain text and turns others to them, each only where it still holds what it held",
    (subject) =>
      using(subject.open(), async (connector) => {
        const [key, fields] = [["id"], ["parent_id"]];
        const held = new Map(
          (
            await readAll(connector, { collection: "referrals", fields: key, exact: ["id", "parent_id"] })
          ).map(([id = null, exactId = null, parent = null]) => [
            id,
            { key: [exactId ?? ""], was: [parent] },
          ]),
        );
        const [second, third] = ["2", "3"].map((id) => held.get(id) ?? { key: [], was: [] });
        if (second === undefined || third === undefined) throw new Error("the world has these rows");
        const made = "-2000000001";
        const insert: Mutation = {
          ...{ act: "insert", collection: "referrals", fields: ["id", "parent_id"], fresh: true },
          rows: [[made, null]],
        };
        const turned: Mutation = {
          ...{ act: "update", collection: "referrals", key, fields, fresh: true },
          rows: [
            { ...second, to: [made] },
            // Somebody else has been given this one.
            { key: third.key, was: second.was, to: [made] },
          ],
        };
        expect(await connector.mutate([insert, turned])).toEqual({ ok: true, value: [1, 1] });
        const parents = async () =>
          (await readAll(connector, { collection: "referrals", fields: ["id", "parent_id"] }))
            .map(([id, parent]) => `${id} ${parent}`)
            .sort();
        const after = [`${made} null`, "1 null", `2 ${made}`, "3 2"];
        expect(await parents()).toEqual(after);
        // A second time the key is taken, and nothing is turned.
        const again: Mutation = { ...turned, rows: [{ key: third.key, was: third.was, to: [made] }] };
        expect(failureIn(await connector.mutate([again, insert]))).toMatchObject({
          ...{ error: "blocked", retryable: false },
        });
        expect(await parents()).toEqual(after);
      }),
  ),
  restores("rows that are turned to another owner do not go along with the first", (subject) =>
    using(subject.open(), async (connector) => {
      const [key, fields] = [["id"], ["thread_id"]];
      const held = await readAll(connector, { collection: "posts", fields, exact: ["id", "thread_id"] });
      const rows = held
        .filter(([thread]) => thread === "1")
        .map(([, id = null, was = null]) => ({ key: [id ?? ""], was: [was], to: ["3"] }));
      expect(rows.length).toBeGreaterThan(0);
      const answer = await connector.mutate([
        removed("threads", "id", ["1"]),
        { act: "insert", collection: "threads", fields: ["id"], rows: [["3"]], fresh: true },
        { act: "update", collection: "posts", key, fields, rows, fresh: true },
      ]);
      expect(answer).toEqual({ ok: true, value: [1, 1, rows.length] });
      const threads = await readAll(connector, { collection: "posts", fields });
      expect(threads.flat().sort()).toEqual(
        held.map(([thread = null]) => (thread === "1" ? "3" : (thread ?? ""))).sort(),
      );
    }),
  ),
  restores("a reader's connection puts nothing back", (subject) =>
    using(subject.open({ access: "read" }), async (connector) => {
      const answer = await connector.mutate([
        insertOf("empty", { fields: ["id"], rows: [[subject.exactly("integer", "1")]] }),
      ]);
      expect(failureIn(answer)).toMatchObject({ error: "denied", retryable: false });
    }),
  ),
  {
    name: "puts back 20,000 rows in one call, and in one statement or few",
    mutates: true,
    bigRows: 20_000,
    run: async (subject) => {
      const sent: string[] = [];
      await using(subject.open({ onStatement: (c) => sent.push(c) }), async (connector) => {
        const kept = await keep(connector, "big");
        const ids = Array.from({ length: 20_000 }, (_, i) => String(i));
        answered(await connector.mutate([removed("big", "id", ids)]));
        sent.length = 0;
        expect(await connector.mutate([insertOf("big", kept)])).toEqual({ ok: true, value: [20_000] });
        expect(sent.length).toBeLessThanOrEqual(3);
        expect(sortedRows((await keep(connector, "big")).rows)).toEqual(sortedRows(kept.rows));
      });
    },
  },
];
