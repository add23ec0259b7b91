/** Several kinds of act on one collection (spec/connector.md, "`mutate`"): one statement does what one for each would. */
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
import { AWKWARD, BIG_ID, BIG_NEIGHBOUR, worldOf } from "./contract-world.ts";

type Setting = Omit<Extract<Mutation, { act: "set" }>, "act" | "collection" | "where">;

const setOf =
  (collection: string, fields: readonly string[]) =>
  (tuples: readonly (readonly string[])[], more: Setting): Mutation => ({
    ...{ act: "set", collection, where: { fields, tuples } },
    ...more,
  });

interface Told {
  readonly rows: readonly (readonly Cell[])[];
  readonly changed: readonly number[];
  readonly statements: number;
}

async function told(
  subject: Subject,
  mutations: readonly Mutation[],
  { fields, apart }: { readonly fields: readonly string[]; readonly apart: boolean },
): Promise<Told> {
  await subject.prepare(worldOf({ bigRows: 0 }));
  const collection = mutations[0]?.collection ?? "";
  let statements = 0;
  const onStatement = (name: string): void => {
    if (name === collection) statements += 1;
  };
  return using(subject.open({ onStatement }), async (c) => {
    const changed: number[] = [];
    for (const some of apart ? mutations.map((m) => [m]) : [mutations])
      changed.push(...answered(await c.mutate(some)));
    const sent = statements;
    return { rows: await readAll(c, { collection, fields }), changed, statements: sent };
  });
}

/** What a random tail hides is the same. */
const plain = ({ rows }: Told): readonly string[] =>
  sorted(rows)
    .map((row) => row.replaceAll(/"erased-[0-9a-f]+"/g, '"erased-…"'))
    .toSorted();

/** Together as apart, by so many statements at most. */
async function alike(
  subject: Subject,
  mutations: readonly Mutation[],
  { fields, statements }: { readonly fields: readonly string[]; readonly statements: number },
): Promise<Told> {
  const apart = await told(subject, mutations, { fields, apart: true });
  const together = await told(subject, mutations, { fields, apart: false });
  expect(plain(together)).toEqual(plain(apart));
  expect(together.changed).toEqual(apart.changed);
  expect(together.statements).toBeLessThanOrEqual(statements);
  return together;
}

const users = setOf("users", ["id"]);
const USER_FIELDS = [
  ...["id", "email", "phone", "name", "born", "seen_at", "credit", "active", "ref", "extra"],
];
const mutates = (name: string, run: ContractCase["run"]): ContractCase => ({ name, mutates: true, run });

export const kindCases: readonly ContractCase[] = [
  mutates(
    "several kinds of set on one collection are one statement, each for its own rows",
    async (subject) => {
      const mutations = [
        users([["1"]], {
          set: { email: "tombstone", phone: "null", born: "tombstone", extra: "tombstone", id: "keep" },
        }),
        users([[BIG_ID], ["2"]], { set: { name: "tombstone", credit: "tombstone", active: "tombstone" } }),
        users([[BIG_NEIGHBOUR]], {
          set: { seen_at: "tombstone", ref: "null", extra: "null", phone: "null" },
        }),
      ];
      const { rows, changed } = await alike(subject, mutations, { fields: USER_FIELDS, statements: 1 });
      expect(changed).toEqual([1, 2, 1]);
      expect(rows.find(([id]) => id === "1")?.slice(2, 4)).toEqual([null, "Ann"]);
      expect(rows.find(([id]) => id === "2")?.slice(1, 4)).toEqual([
        "  Bob@Example.ORG\t",
        "0049 (30) 90-18-20",
        "erased",
      ]);
      const big = rows.find(([id]) => id === BIG_ID);
      expect(big?.[6]).toBe(written(subject, "decimal", "0.00"));
      expect(big?.[1]).toBe("ÉMILE@example.org");
    },
  ),
  mutates(
    "each of several kinds counts the rows that are there, and a second time nothing changes",
    async (subject) => {
      const mutations = [
        users([["1"], ["77"], ["1"]], { set: { email: "tombstone" } }),
        users([["78"], ["not a number"]], { set: { phone: "null" } }),
        users([[BIG_ID], ["2"]], { set: { name: "tombstone", email: "tombstone" } }),
      ];
      const apart = await told(subject, mutations, { fields: USER_FIELDS, apart: true });
      const together = await told(subject, mutations, { fields: USER_FIELDS, apart: false });
      expect(together.changed).toEqual([1, 0, 2]);
      expect(plain(together)).toEqual(plain(apart));
      expect(together.statements).toBeLessThanOrEqual(2);
      await using(subject.open(), async (c) => {
        expect(await c.mutate(mutations)).toEqual({ ok: true, value: [1, 0, 2] });
        expect(sorted(await readAll(c, { collection: "users", fields: USER_FIELDS }))).toEqual(
          sorted(together.rows),
        );
      });
    },
  ),
  mutates(
    "several kinds by keys of several fields, of bytes, and of letters large and small",
    async (subject) => {
      const members = setOf("memberships", ["org", "user_id"]);
      await alike(
        subject,
        [
          members([["a,b", "1"]], { set: { role: "tombstone" } }),
          members(
            [
              ["a", "2"],
              ['{"x"}', "1"],
            ],
            { set: { invited_by: "null" } },
          ),
          members([["A", BIG_ID]], { set: { role: "tombstone", invited_by: "null" } }),
        ],
        // The last names a row that is not there: who was changed is counted where a row's kind does not come back.
        { fields: ["org", "user_id", "invited_by", "role"], statements: 2 },
      );
      const text = (hex: string) => written(subject, "bytes", hex);
      const tokens = setOf("tokens", ["token"]);
      const { rows } = await alike(
        subject,
        [
          tokens([[text("6162")]], { set: { secret: "tombstone" } }),
          tokens([[text("4142")]], { set: { note: "tombstone" } }),
        ],
        { fields: ["token", "secret", "note"], statements: 1 },
      );
      expect(rows.find(([token]) => token === text("616200"))).toEqual([text("616200"), null, "ab and zero"]);
      const awkward = setOf(AWKWARD, ["order", "Ünïcode ☃"]);
      await alike(
        subject,
        [
          awkward([["1", "x"]], { set: { 'with "quotes"': "null" } }),
          awkward([["2", "x"]], { set: { 'with "quotes"': "tombstone" } }),
        ],
        { fields: ["order", "Ünïcode ☃", 'with "quotes"', "Case"], statements: 1 },
      );
    },
  ),
  mutates(
    "kinds that meet a row twice, or that change its key, come one after the other",
    async (subject) => {
      await alike(
        subject,
        [
          users([["1"], ["2"]], { set: { phone: "tombstone", name: "tombstone" } }),
          users([["1"]], { set: { phone: "null" } }),
        ],
        { fields: USER_FIELDS, statements: 2 },
      );
      const awkward = setOf(AWKWARD, ["order", "Ünïcode ☃"]);
      await alike(
        subject,
        [
          awkward([["1", "y"]], { set: { "Ünïcode ☃": "tombstone" } }),
          awkward([["2", "x"]], { set: { 'with "quotes"': "null" } }),
        ],
        { fields: ["order", "Ünïcode ☃", 'with "quotes"', "Case"], statements: 2 },
      );
    },
  ),
  mutates("several kinds inside of documents, and of lists, are one statement", async (subject) => {
    const documents = setOf("documents", ["id"]);
    const only = (column: string, value: string) => ({ by: `${column}.members[*].id`, values: [value] });
    await alike(
      subject,
      [
        documents([["1"], ["5"], ["9"]], {
          set: { "doc.user.email": "tombstone", "doc.members[*].id": "remove", "raw.user.id": "null" },
          only: { "doc.members[*].id": only("doc", "1") },
        }),
        documents([["2"], ["6"]], {
          set: { "doc.members[*].id": "remove", "doc.tags": "remove", "raw.members[*].id": "remove" },
          only: { "doc.members[*].id": only("doc", "2"), "raw.members[*].id": only("raw", "2") },
        }),
        documents([["3"], ["7"]], { set: { raw: "null", "doc.user": "tombstone" } }),
      ],
      { fields: ["id", "org", "doc", "raw"], statements: 1 },
    );
  }),
  mutates("one kind that the store refuses blocks all of them", async (subject) => {
    const awkward = setOf(AWKWARD, ["order", "Ünïcode ☃"]);
    const fields = ["order", "Ünïcode ☃", 'with "quotes"', "Case"];
    const before = await using(subject.open(), (c) => readAll(c, { collection: AWKWARD, fields }));
    const answer = await using(subject.open(), (c) =>
      c.mutate([
        awkward([["1", "x"]], { set: { 'with "quotes"': "null" } }),
        awkward([["2", "x"]], { set: { Case: "tombstone" } }),
      ]),
    );
    expect(failureIn(answer)).toMatchObject({ error: "blocked", retryable: false });
    const after = await using(subject.open(), (c) => readAll(c, { collection: AWKWARD, fields }));
    expect(sorted(after)).toEqual(sorted(before));
    const unknown = await using(subject.open(), (c) =>
      c.mutate([
        users([["1"]], { set: { phone: "null" } }),
        users([["2"]], { set: { nothing_like_it: "null" } }),
      ]),
    );
    expect(failureIn(unknown)).toMatchObject({ error: "malformed" });
  }),
  {
    name: "120,000 rows of four kinds: the statements grow with the rows, and not with the kinds",
    mutates: true,
    bigRows: 130_000,
    run: async (subject) => {
      let sent = 0;
      const onStatement = (): void => void (sent += 1);
      const big = setOf("big", ["id"]);
      const ids = (from: number) => Array.from({ length: 30_000 }, (_, i) => [String(from + 4 * i)]);
      const kinds: readonly Setting[] = [
        { set: { note: "tombstone" } },
        { set: { grp: "tombstone" } },
        { set: { grp: "tombstone", note: "tombstone" } },
        { set: { note: "tombstone", grp: "keep" } },
      ];
      await using(subject.open({ onStatement }), async (c) => {
        expect(await c.mutate(kinds.map((kind, i) => big(ids(i), kind)))).toEqual({
          ok: true,
          value: [30_000, 30_000, 30_000, 30_000],
        });
        expect(sent).toBe(3);
        const rows = await readAll(c, { collection: "big", fields: ["id", "grp", "note"] });
        const wrong = rows.filter(([id, grp, note]) => {
          const n = Number(id);
          const kind = n < 120_000 ? n % 4 : 4;
          const to = kind === 1 || kind === 2 ? "0" : String(n % 1_000);
          return grp !== to || note !== (kind === 1 || kind === 4 ? `note ${n}` : "erased");
        });
        expect(wrong).toEqual([]);
      });
    },
  },
];
