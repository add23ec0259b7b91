import { expect } from "vitest";
import type { Cell, Mutation } from "./contract.ts";
import {
  answered,
  type ContractCase,
  failureIn,
  readAll,
  type Subject,
  sorted,
  using,
  written,
} from "./contract-subject.ts";
import { AWKWARD, BIG_ID, CHAIN_ROWS } from "./contract-world.ts";

const remove = (
  collection: string,
  fields: readonly string[],
  tuples: readonly (readonly string[])[],
): Mutation => ({
  act: "delete",
  collection,
  where: { fields, tuples },
});
const byId = (collection: string, ...ids: readonly string[]): Mutation =>
  remove(
    collection,
    ["id"],
    ids.map((id) => [id]),
  );

const rowsOf = (subject: Subject, collection: string, fields: readonly string[]) =>
  using(subject.open({ access: "read" }), (connector) => readAll(connector, { collection, fields }));

const mutates = (name: string, run: ContractCase["run"]): ContractCase => ({ name, mutates: true, run });

export const mutateCases: readonly ContractCase[] = [
  mutates("deletes the rows named, counts them, and finds none the second time", async (subject) => {
    const mutations = [
      remove(
        "memberships",
        ["org", "user_id"],
        [
          ["a,b", "1"],
          ['{"x"}', "1"],
          ["a", "1"],
        ],
      ),
      remove(AWKWARD, ["order"], [["2"], ["not a number"]]),
    ];
    const [first, second] = await using(subject.open(), async (c) => [
      await c.mutate(mutations),
      await c.mutate(mutations),
    ]);
    expect(first).toEqual({ ok: true, value: [2, 1] });
    expect(second).toEqual({ ok: true, value: [0, 0] });
    expect(sorted(await rowsOf(subject, "memberships", ["org", "user_id"]))).toEqual(
      sorted([
        ["a", "2"],
        ["a", BIG_ID],
      ]),
    );
    expect(await rowsOf(subject, AWKWARD, ["order"])).toEqual([["1"], ["1"]]);
  }),
  mutates("masks only the fields and rows named; a second time nothing changes", async (subject) => {
    const mutation: Mutation = {
      act: "set",
      collection: "users",
      where: { fields: ["id"], tuples: [["1"], [BIG_ID]] },
      set: {
        email: "tombstone",
        phone: "null",
        name: "tombstone",
        born: "tombstone",
        credit: "tombstone",
        active: "tombstone",
        ref: "null",
        extra: "tombstone",
        id: "keep",
      },
    };
    const fields = ["id", "email", "phone", "name", "born", "credit", "active", "ref", "extra", "seen_at"];
    const untouched = (rows: readonly (readonly (string | null)[])[]) =>
      sorted(rows.filter(([id]) => id !== "1" && id !== BIG_ID));
    const before = await rowsOf(subject, "users", fields);
    expect(await using(subject.open(), (c) => c.mutate([mutation]))).toEqual({ ok: true, value: [2] });
    const once = await rowsOf(subject, "users", fields);
    expect(untouched(once)).toEqual(untouched(before));
    const ann = once.find(([id]) => id === "1");
    expect(ann?.slice(2)).toEqual([
      null,
      "erased",
      "1970-01-01",
      written(subject, "decimal", "0.00"),
      written(subject, "boolean", "false"),
      null,
      "{}",
      written(subject, "timestamp", "2024-01-01 00:00:00"),
    ]);
    expect(ann?.[1]).toMatch(/^erased-[0-9a-f]+$/);
    expect(once.find(([id]) => id === BIG_ID)?.[1]).not.toBe(ann?.[1]);
    expect(await using(subject.open(), (c) => c.mutate([mutation]))).toEqual({ ok: true, value: [2] });
    expect(sorted(await rowsOf(subject, "users", fields))).toEqual(sorted(once));
  }),
  mutates("gives fields a value, in the store's own notation, beside masks", async (subject) => {
    const fields = ["id", "email", "name", "phone", "credit", "born"];
    const before = await rowsOf(subject, "users", fields);
    const mutation: Mutation = {
      act: "set",
      collection: "users",
      where: { fields: ["id"], tuples: [["1"], [BIG_ID]] },
      set: { phone: "null" },
      values: {
        name: `O'Brien "x" \\ $1 ? 日本`,
        credit: written(subject, "decimal", "12.50"),
        born: "1999-12-31",
      },
    };
    expect(await using(subject.open(), (c) => c.mutate([mutation]))).toEqual({ ok: true, value: [2] });
    const after = await rowsOf(subject, "users", fields);
    const [, email, ...rest] = after.find(([id]) => id === "1") ?? [];
    expect(rest).toEqual([
      `O'Brien "x" \\ $1 ? 日本`,
      null,
      written(subject, "decimal", "12.50"),
      "1999-12-31",
    ]);
    expect(email).toBe(before.find(([id]) => id === "1")?.[1]);
    const others = (rows: typeof before) => sorted(rows.filter(([id]) => id !== "1" && id !== BIG_ID));
    expect(others(after)).toEqual(others(before));
  }),
  mutates(
    "a value that the field can't hold, or that must be unique, changes nothing and is not told",
    async (subject) => {
      const before = sorted(await rowsOf(subject, "users", ["id", "email", "credit"]));
      const give = (values: Readonly<Record<string, string>>, ...ids: string[]) =>
        using(subject.open(), (c) =>
          c.mutate([
            {
              act: "set",
              collection: "users",
              where: { fields: ["id"], tuples: ids.map((id) => [id]) },
              set: {},
              values,
            },
          ]),
        );
      const number = failureIn(await give({ credit: "secret-word" }, "1"));
      expect(number).toMatchObject({ ok: false, retryable: false });
      expect(number.reason).not.toContain("secret-word");
      const twice = failureIn(await give({ email: "secret@example.org" }, "1", BIG_ID));
      expect(twice).toMatchObject({ ok: false, error: "blocked" });
      expect(twice.reason).not.toContain("secret@example.org");
      expect(failureIn(await give({ nothing_like_it: "x" }, "1"))).toMatchObject({ error: "malformed" });
      expect(sorted(await rowsOf(subject, "users", ["id", "email", "credit"]))).toEqual(before);
    },
  ),
  mutates("stamps the present time", async (subject) => {
    const set = { seen_at: "now", born: "now" } as const;
    const where = { fields: ["id"], tuples: [["1"]] };
    answered(await using(subject.open(), (c) => c.mutate([{ act: "set", collection: "users", where, set }])));
    const rows = await rowsOf(subject, "users", ["id", "seen_at", "born"]);
    const [, seen, born] = rows.find(([id]) => id === "1") ?? [];
    const at = Date.parse(`${seen?.replace(" ", "T")}Z`);
    expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
    expect(Math.abs(Date.now() - Date.parse(`${born}T00:00:00Z`))).toBeLessThan(2 * 86_400_000);
  }),
  mutates(
    "cuts before it deletes, and deletes referring rows before the rows they refer to",
    async (subject) => {
      const cut: Mutation = {
        act: "set",
        collection: "referrals",
        where: { fields: ["id"], tuples: [["2"]] },
        set: { parent_id: "null" },
      };
      const mutations = [
        byId("users", "1", "2"),
        byId("referrals", "1"),
        remove("memberships", ["user_id"], [["1"], ["2"]]),
        cut,
      ];
      expect(await using(subject.open(), (c) => c.mutate(mutations))).toEqual({
        ok: true,
        value: [2, 1, 3, 1],
      });
      expect(sorted(await rowsOf(subject, "referrals", ["id", "parent_id"]))).toEqual(
        sorted([
          ["2", null],
          ["3", "2"],
        ]),
      );
    },
  ),
  mutates("deletes through a cycle of foreign keys and through a self-reference", async (subject) => {
    const mutations = [byId("carts", "1"), byId("orders", "10"), byId("referrals", "1", "2", "3")];
    expect(await using(subject.open(), (c) => c.mutate(mutations))).toEqual({ ok: true, value: [1, 1, 3] });
    expect(await rowsOf(subject, "carts", ["id"])).toEqual([["2"]]);
    expect(await rowsOf(subject, "orders", ["id"])).toEqual([["20"]]);
    expect(await rowsOf(subject, "referrals", ["id"])).toEqual([]);
  }),
  mutates("a foreign key that still holds blocks all of it", async (subject) => {
    const answer = await using(subject.open(), (c) =>
      c.mutate([byId("orders", "20"), byId("carts", "2"), byId("users", "1")]),
    );
    expect(failureIn(answer)).toMatchObject({ error: "blocked", retryable: false });
    expect(failureIn(answer).reason).toContain("memberships");
    // Nothing of it is done, and no time will bring it: that is for systems that say so of themselves.
    expect(failureIn(answer).until ?? failureIn(answer).left).toBeUndefined();
    expect(await using(subject.open(), async (c) => c.inParts)).toBeUndefined();
    expect(await rowsOf(subject, "carts", ["id"])).toHaveLength(2);
    expect(await rowsOf(subject, "orders", ["id"])).toHaveLength(2);
  }),
  mutates("a row that stays and refers to a part of a ring blocks all of it", async (subject) => {
    const answer = await using(subject.open(), (c) => c.mutate([byId("orders", "10"), byId("carts", "2")]));
    expect(failureIn(answer)).toMatchObject({ error: "blocked", retryable: false });
    const chained = await using(subject.open(), (c) => c.mutate([byId("referrals", "1", "3")]));
    expect(failureIn(chained)).toMatchObject({ error: "blocked", retryable: false });
    expect(sorted(await rowsOf(subject, "referrals", ["id", "parent_id"]))).toEqual(
      sorted([
        ["1", null],
        ["2", "1"],
        ["3", "2"],
      ]),
    );
    expect(sorted(await rowsOf(subject, "carts", ["id", "last_order_id"]))).toEqual(
      sorted([
        ["1", "10"],
        ["2", "20"],
      ]),
    );
  }),
  mutates("empties a chain of rows that refer to each other, in a few statements", async (subject) => {
    const sent: string[] = [];
    const connector = subject.open({ onStatement: (collection) => sent.push(collection) });
    const ids = Array.from({ length: CHAIN_ROWS }, (_, i) => String(i + 1));
    const answer = await using(connector, (c) => c.mutate([byId("chain", ...ids)]));
    expect(answer).toEqual({ ok: true, value: [CHAIN_ROWS] });
    expect(sent.length).toBeLessThanOrEqual(4);
    expect(await rowsOf(subject, "chain", ["id"])).toEqual([]);
  }),
  mutates("what the store does by itself on deletion still happens", async (subject) => {
    expect(await using(subject.open(), (c) => c.mutate([byId("threads", "1")]))).toEqual({
      ok: true,
      value: [1],
    });
    expect(await rowsOf(subject, "posts", ["id", "thread_id", "reply_to"])).toEqual([["3", "2", null]]);
  }),
  mutates(
    "masks an id that begins with zeros, as somebody may have written one, and keeps what it made of it",
    async (subject) => {
      const of = { act: "set", collection: "users", where: { fields: ["id"], tuples: [["1"]] } } as const;
      const masked = async (): Promise<Cell | undefined> => {
        const answer = await using(subject.open(), (c) => c.mutate([{ ...of, set: { ref: "tombstone" } }]));
        expect(answer).toEqual({ ok: true, value: [1] });
        return (await rowsOf(subject, "users", ["id", "ref"])).find(([id]) => id === "1")?.[1];
      };
      for (const ref of ["00000000-0000-4000-8000-000000000001", "00000000-0000-1000-8000-000000000001"]) {
        const given = await using(subject.open(), (c) => c.mutate([{ ...of, set: {}, values: { ref } }]));
        expect(given).toEqual({ ok: true, value: [1] });
        const mask = await masked();
        expect(mask).toMatch(/^00000000-0000-4e4a-a[0-9a-f]{3}-[0-9a-f]{12}$/);
        expect(await masked()).toBe(mask);
      }
    },
  ),
  mutates("deletes and masks by keys of bytes", async (subject) => {
    const text = (hex: string) => written(subject, "bytes", hex);
    const mutations: readonly Mutation[] = [
      remove("tokens", ["token"], [[text("4142")], ["61626"]]),
      {
        act: "set",
        collection: "tokens",
        where: { fields: ["token"], tuples: [[text("6162")]] },
        set: { secret: "tombstone", note: "tombstone" },
      },
    ];
    expect(await using(subject.open(), (c) => c.mutate(mutations))).toEqual({ ok: true, value: [1, 1] });
    expect(sorted(await rowsOf(subject, "tokens", ["token", "secret", "note"]))).toEqual(
      sorted([
        [text("6162"), text(""), "erased"],
        [text("616200"), null, "ab and zero"],
      ]),
    );
  }),
  {
    name: "deletes and masks 120,000 rows in chunks: the statements do not grow with the rows",
    mutates: true,
    bigRows: 130_000,
    run: async (subject) => {
      const sent: string[] = [];
      const connector = subject.open({ onStatement: (collection) => sent.push(collection) });
      const tuples = Array.from({ length: 120_000 }, (_, i) => [String(i)]);
      const where = { fields: ["id"], tuples };
      await using(connector, async (c) => {
        const set = { note: "tombstone" } as const;
        expect(await c.mutate([{ act: "set", collection: "big", where, set }])).toEqual({
          ok: true,
          value: [120_000],
        });
        expect(sent.length).toBeLessThanOrEqual(3 + 3);
        expect(await c.mutate([{ act: "delete", collection: "big", where }])).toEqual({
          ok: true,
          value: [120_000],
        });
        expect(sent.length).toBeLessThanOrEqual(2 * (3 + 3));
        expect(await c.count({ collection: "big" })).toEqual({ ok: true, value: 10_000 });
      });
    },
  },
  mutates("a guard of the store blocks all of it, and its message stays inside", async (subject) => {
    await subject.guard("memberships", { message: "ann@example.org must not go" });
    const answer = await using(subject.open(), (c) =>
      c.mutate([byId("referrals", "3"), remove("memberships", ["user_id"], [["1"]])]),
    );
    expect(failureIn(answer)).toMatchObject({ error: "blocked", retryable: false });
    expect(JSON.stringify(answer)).not.toContain("ann@");
    expect(failureIn(answer).reason).not.toBe("");
    expect(await rowsOf(subject, "referrals", ["id"])).toHaveLength(3);
    expect(await rowsOf(subject, "memberships", ["org"])).toHaveLength(4);
  }),
  mutates("a value that the store refuses blocks, without the value", async (subject) => {
    const where = { fields: ["order"], tuples: [["1"]] };
    const answer = await using(subject.open(), (c) =>
      c.mutate([{ act: "set", collection: AWKWARD, where, set: { Case: "tombstone" } }]),
    );
    expect(failureIn(answer)).toMatchObject({ error: "blocked", retryable: false });
    expect(JSON.stringify(answer)).not.toContain("first");
  }),
  mutates(
    "null for a field that can't be null, and the time for a field without one, are malformed",
    async (subject) => {
      const where = { fields: ["id"], tuples: [["1"]] };
      for (const set of [{ name: "null" }, { credit: "now" }, { nope: "null" }] as const) {
        const answer = await using(subject.open(), (c) =>
          c.mutate([{ act: "set", collection: "users", where, set }]),
        );
        expect(failureIn(answer)).toMatchObject({ error: "malformed", retryable: false });
      }
    },
  ),
  mutates("a reader's connection refuses to change anything", async (subject) => {
    const answer = await using(subject.open({ access: "read" }), (c) => c.mutate([byId("referrals", "3")]));
    // Before the store is asked: what it would say itself is a second lock.
    const reason = "this connection was opened for reading only";
    expect(failureIn(answer)).toMatchObject({ error: "denied", retryable: false, reason });
    expect(await rowsOf(subject, "referrals", ["id"])).toHaveLength(3);
  }),
  mutates("an empty list of keys changes nothing", async (subject) => {
    const sent: string[] = [];
    const connector = subject.open({ onStatement: (collection) => sent.push(collection) });
    const answer = await using(connector, (c) => c.mutate([byId("referrals"), remove("users", ["id"], [])]));
    expect(answer).toEqual({ ok: true, value: [0, 0] });
    expect(sent).toEqual([]);
    expect(failureIn(await using(subject.open(), (c) => c.mutate([remove("users", [], [[]])]))).error).toBe(
      "malformed",
    );
  }),
  mutates("two changes of the same rows at once both come to an end", async (subject) => {
    await using(subject.open(), async (c) => {
      const one = [byId("referrals", "3"), byId("orders", "10"), byId("carts", "1")];
      const two = [byId("carts", "1"), byId("orders", "10"), byId("referrals", "3")];
      const answers = await Promise.all([one, two, one, two].map((mutations) => c.mutate(mutations)));
      const total = answers.flatMap(answered).reduce((sum, n) => sum + n, 0);
      expect(total).toBe(3);
    });
  }),
];
