import { oneNotation } from "@avow/core/terms/notations";
import { expect } from "vitest";
import {
  answered,
  type ContractCase,
  failureIn,
  readAll,
  sorted,
  using,
  written,
} from "./contract-subject.ts";
import { AWKWARD, BIG_ID, BIG_NEIGHBOUR } from "./contract-world.ts";

const idsOf = (rows: readonly (readonly (string | null)[])[]): readonly (string | null)[] =>
  rows.map((row) => row[0] ?? null).sort();

/** What some type might call the same as the text. */
const variants = (text: string): readonly string[] =>
  [
    ...[text.toUpperCase(), text.toLowerCase(), `${text} `, text.trim(), text.normalize("NFD")],
    ...(/^\d+$/.test(text) ? [`0${text}`, `+${text}`, `${text}.0`] : []),
    ...(/^\d+\.\d+$/.test(text) ? [`${text}0`, text.replace(/\.?0+$/, "")] : []),
  ].filter((other) => other !== text);

const VALUES_TRIED_MAX = 200;

export const readCases: readonly ContractCase[] = [
  {
    name: "describes fields, keys, uniques, foreign keys and indexes",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const { collections } = answered(await connector.describe());
        const named = (name: string) => collections.find((c) => c.name === name);
        expect(collections.map((c) => c.name).sort()).toEqual(
          [
            ...["users", "memberships", AWKWARD, "carts", "orders", "referrals", "empty", "big"],
            ...[
              "tokens",
              "spellings",
              "threads",
              "posts",
              "documents",
              "chain",
              "replies",
              "boards",
              "cards",
            ],
          ].sort(),
        );
        expect(named("memberships")).toMatchObject({ primaryKey: ["org", "user_id"] });
        expect(named("memberships")?.foreignKeys).toMatchObject([
          { from: ["user_id"], to: { collection: "users", fields: ["id"] }, onDelete: "no action" },
        ]);
        expect(
          named("posts")
            ?.foreignKeys.map((key) => `${key.from.join()} ${key.onDelete}`)
            .sort(),
        ).toEqual(["reply_to set null", "thread_id cascade"]);
        expect(named("memberships")?.indexes).toContainEqual(["user_id"]);
        expect(named("users")?.uniques).toEqual([["email"]]);
        expect(named("users")?.fields.find((f) => f.name === "email")).toMatchObject({
          nullable: true,
          generated: false,
        });
        expect(named("users")?.fields.find((f) => f.name === "name")?.nullable).toBe(false);
        expect(named(AWKWARD)?.fields.map((f) => f.name)).toEqual([
          "order",
          "Ünïcode ☃",
          'with "quotes"',
          "Case",
        ]);
      }),
  },
  {
    name: "finds by another notation only where the field says that it takes several, and as it says",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const { collections } = answered(await connector.describe());
        let asked = 0;
        for (const { name, fields } of collections.filter((c) => c.name !== "big"))
          for (const { name: field, notations } of fields) {
            const rows = await readAll(connector, { collection: name, fields: [field] });
            const values = new Set(rows.flatMap(([cell]) => cell ?? []));
            // Of a long column some say as much as all.
            const others = [...values]
              .slice(0, VALUES_TRIED_MAX)
              .flatMap(variants)
              .filter((text) => !values.has(text));
            asked += others.length;
            const known = new Set(others.map((text) => oneNotation(notations, text)));
            const anyOf = [{ fields: [field], tuples: others.map((text) => [text]) }];
            for (const [cell] of await readAll(connector, { collection: name, fields: [field], anyOf }))
              expect(known, `${name}.${field}`).toContain(oneNotation(notations, cell ?? ""));
          }
        expect(asked).toBeGreaterThan(100);
      }),
  },
  {
    name: "reads every row as text, in the order of the fields asked for",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const rows = await readAll(connector, { collection: "users", fields: ["name", "id", "email"] });
        expect(sorted(rows)).toEqual(
          sorted([
            ["Ann", "1", "ann@example.org"],
            ["Bob 'the' \"builder\"; -- \\", "2", "  Bob@Example.ORG\t"],
            ["Émile 名前 🦊", BIG_ID, "ÉMILE@example.org"],
            ["", BIG_NEIGHBOUR, null],
          ]),
        );
      }),
  },
  {
    name: "reads names with quotes, blanks, capitals, unicode and reserved words",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const rows = await readAll(connector, {
          collection: AWKWARD,
          fields: ["Case", 'with "quotes"'],
          anyOf: [
            {
              fields: ["order", "Ünïcode ☃"],
              tuples: [
                ["1", "x"],
                ["2", "x"],
                ["2", "y"],
              ],
            },
          ],
        });
        expect(sorted(rows)).toEqual(
          sorted([
            ["first", 'a "b"'],
            ["third", "NULL"],
          ]),
        );
      }),
  },
  {
    name: "finds a key by the text that it was read as, whatever its type",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        for (const field of ["id", "email", "phone", "name", "born", "seen_at", "credit", "active", "ref"]) {
          for (const [value] of await readAll(connector, { collection: "users", fields: [field] })) {
            if (value === null || value === undefined) continue;
            const anyOf = [{ fields: [field], tuples: [[value]] }];
            const found = await readAll(connector, { collection: "users", fields: [field], anyOf });
            expect(found.length, field).toBeGreaterThan(0);
            expect(new Set(found.map((row) => row[0])), field).toEqual(new Set([value]));
          }
        }
      }),
  },
  {
    name: "compares exactly: another case, an accent, a blank more is another value",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const query = { collection: "spellings", fields: ["id"] };
        const all = await readAll(connector, { ...query, fields: ["id", "text"] });
        expect(all).toHaveLength(7);
        for (const [id, text] of all) {
          const anyOf = [{ fields: ["text"], tuples: [[text ?? ""]] }];
          expect(await readAll(connector, { ...query, anyOf })).toEqual([[id]]);
        }
        const values = answered(
          await connector.distinct({ collection: "spellings", field: "text", valuesMax: 10 }),
        );
        expect(values.values).toHaveLength(7);
      }),
  },
  {
    name: "tells bytes apart, to the last, and finds them by their text",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const rows = await readAll(connector, { collection: "tokens", fields: ["token", "secret", "note"] });
        const text = (hex: string) => written(subject, "bytes", hex);
        expect(sorted(rows)).toEqual(
          sorted([
            [text("6162"), text("00ff"), "ab"],
            [text("616200"), null, "ab and zero"],
            [text("4142"), text(""), "AB"],
          ]),
        );
        for (const [token, , note] of rows) {
          const anyOf = [{ fields: ["token"], tuples: [[token ?? ""]] }];
          expect(await readAll(connector, { collection: "tokens", fields: ["note"], anyOf })).toEqual([
            [note],
          ]);
        }
        const anyOf = [{ fields: ["token"], tuples: [["61626"], ["\\xzz"], ["0xzz"], ["x'6'"], ["'"]] }];
        expect(await connector.count({ collection: "tokens", anyOf })).toEqual({ ok: true, value: 0 });
      }),
  },
  {
    name: "tells integers beyond 2^53 apart",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const anyOf = [{ fields: ["id"], tuples: [[BIG_ID]] }];
        expect(await readAll(connector, { collection: "users", fields: ["id"], anyOf })).toEqual([[BIG_ID]]);
      }),
  },
  {
    name: "gives a row once when several matches or the same key twice find it",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const anyOf = [
          { fields: ["user_id"], tuples: [["1"], ["1"]] },
          { fields: ["invited_by"], tuples: [["1"]] },
          {
            fields: ["org", "user_id"],
            tuples: [
              ["a,b", "1"],
              ["a", "2"],
              ["a", "2"],
            ],
          },
        ];
        const query = { collection: "memberships", anyOf };
        const rows = await readAll(connector, { ...query, fields: ["org", "user_id"] });
        expect(sorted(rows)).toEqual(
          sorted([
            ["a,b", "1"],
            ["a", "2"],
            ["a", BIG_ID],
            ['{"x"}', "1"],
          ]),
        );
        expect(await connector.count(query)).toEqual({ ok: true, value: 4 });
      }),
  },
  {
    name: "a value that the type can't hold matches nothing, and its neighbours still match",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const values: Readonly<Record<string, string>> = {
          id: "1",
          born: "1980-02-29",
          seen_at: written(subject, "timestamp", "2024-01-01 00:00:00"),
          credit: written(subject, "decimal", "10.50"),
          active: written(subject, "boolean", "true"),
          ref: "6f8b0c1e-3a52-4f0e-9d0b-7c1f2e3d4a5b",
          phone: "+49 30 901820",
        };
        const misfits = [
          "abc",
          "",
          "99999999999999999999999",
          "2024-02-30",
          "nul\0byte",
          "\ud800",
          "1; drop table users",
        ];
        for (const [field, value] of Object.entries(values)) {
          const tuples = [...misfits, value].map((v) => [v]);
          const rows = await readAll(connector, {
            collection: "users",
            fields: ["id"],
            anyOf: [{ fields: [field], tuples }],
          });
          expect(idsOf(rows), field).toContain("1");
          const none = [{ fields: [field], tuples: misfits.map((v) => [v]) }];
          expect(await connector.count({ collection: "users", anyOf: none }), field).toEqual({
            ok: true,
            value: 0,
          });
        }
        const longer = [{ fields: ["phone"], tuples: [["+49 30 901820 and more than twenty"]] }];
        expect(await connector.count({ collection: "users", anyOf: longer })).toEqual({ ok: true, value: 0 });
      }),
  },
  {
    name: "an empty list matches nothing; no list at all matches everything",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const count = async (anyOf?: []) =>
          answered(await connector.count({ collection: "users", ...(anyOf && { anyOf }) }));
        expect(await count()).toBe(4);
        expect(await count([])).toBe(0);
        const none = [{ fields: ["id"], tuples: [] }];
        expect(await readAll(connector, { collection: "users", fields: ["id"], anyOf: none })).toEqual([]);
        expect(
          failureIn(await connector.count({ collection: "users", anyOf: [{ fields: [], tuples: [[]] }] }))
            .error,
        ).toBe("malformed");
      }),
  },
  {
    name: "an empty collection is read, counted and searched without a row",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        expect(await readAll(connector, { collection: "empty", fields: ["id"] })).toEqual([]);
        expect(await connector.count({ collection: "empty" })).toEqual({ ok: true, value: 0 });
        expect(
          answered(
            await connector.oldest({ collection: "empty", field: "at", before: "2030-01-01T00:00:00Z" }),
          ),
        ).toEqual({ oldest: null, before: 0, undated: 0, rows: 0 });
        expect(
          answered(await connector.distinct({ collection: "empty", field: "id", valuesMax: 5 })),
        ).toEqual({ values: [], rows: 0 });
        expect(
          answered(
            await connector.search({
              collection: "empty",
              fields: ["id"],
              key: ["id"],
              pattern: ".",
              rowsMax: 10,
              hitsMax: 10,
            }),
          ),
        ).toEqual({ examined: 0, population: 0, partial: false, hits: [] });
      }),
  },
  {
    name: "takes a list of 120,000 keys, single and composite, in one statement",
    run: async (subject) => {
      const sent: string[] = [];
      await using(subject.open({ onStatement: (collection) => sent.push(collection) }), async (connector) => {
        const tuples = Array.from({ length: 120_000 }, (_, i) => [String(i + 20_000)]);
        expect(await connector.count({ collection: "big", anyOf: [{ fields: ["id"], tuples }] })).toEqual({
          ok: true,
          value: 110_000,
        });
        const pairs = tuples.map(([id]) => [id ?? "", String(Number(id) % 1_000)]);
        const rows = await readAll(connector, {
          collection: "big",
          fields: ["id"],
          anyOf: [{ fields: ["id", "grp"], tuples: pairs }],
        });
        expect(new Set(rows.map((row) => row[0])).size).toBe(110_000);
        expect(sent).toEqual(["big", "big"]);
      });
    },
  },
  {
    name: "streams in batches, and an early end frees what the stream held",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        for (let i = 0; i < 12; i += 1) {
          for await (const batch of connector.read({ collection: "big", fields: ["id", "note"] })) {
            expect(answered(batch).length).toBeLessThanOrEqual(10_000);
            break;
          }
        }
        expect(await connector.count({ collection: "users" })).toEqual({ ok: true, value: 4 });
      }),
  },
  {
    name: "a slow consumer of a stream runs into no statement timeout",
    run: (subject) =>
      using(subject.open({ statementTimeoutMs: 1_000 }), async (connector) => {
        let rows = 0;
        for await (const batch of connector.read({ collection: "big", fields: ["id"] })) {
          if (rows === 0) await new Promise((resolve) => setTimeout(resolve, 1_500));
          expect(answered(batch).length).toBeGreaterThan(0);
          rows += answered(batch).length;
        }
        expect(rows).toBe(130_000);
      }),
  },
  {
    name: "serves many callers at once",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const counts = await Promise.all(
          Array.from({ length: 24 }, (_, i) =>
            i % 3 === 0
              ? readAll(connector, { collection: "big", fields: ["id"] }).then((rows) => rows.length)
              : connector.count({ collection: "big" }).then(answered),
          ),
        );
        expect(new Set(counts)).toEqual(new Set([130_000]));
      }),
  },
  {
    name: "an unknown collection or field is malformed and named",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const collection = failureIn(await connector.count({ collection: "no such" }));
        expect(collection).toMatchObject({ error: "malformed", retryable: false });
        expect(collection.reason).toContain("no such");
        const answers = [];
        for await (const batch of connector.read({ collection: "users", fields: ["nope"] }))
          answers.push(batch);
        expect(answers).toHaveLength(1);
        expect(answers[0]).toMatchObject({ ok: false, error: "malformed" });
      }),
  },
];
