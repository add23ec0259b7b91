import { expect } from "vitest";
import type { Match, OldestQuery } from "./contract.ts";
import { answered, type ContractCase, failureIn, using } from "./contract-subject.ts";
import { BIG_ID, BIG_NEIGHBOUR } from "./contract-world.ts";

const MINUTE_MS = 60_000;

export const questionCases: readonly ContractCase[] = [
  {
    name: "probes the system",
    run: async (subject) => {
      const reader = await using(subject.open({ access: "read" }), (connector) => connector.probe());
      const eraser = await using(subject.open({ access: "erase" }), (connector) => connector.probe());
      expect(answered(reader)).toMatchObject({ reachable: true, readOnly: true });
      expect(answered(eraser)).toMatchObject({ reachable: true, readOnly: false });
      expect(answered(reader).version).not.toBe("");
      // Two addresses of one server are known to be.
      expect(answered(reader).server).toBe(answered(eraser).server);
      expect(answered(reader).server).toMatch(/./);
      const { clock } = answered(reader);
      // Of this machine: whatever zone server, session or process are set to.
      if (clock !== undefined) expect(Math.abs(Date.parse(clock) - Date.now())).toBeLessThan(MINUTE_MS);
    },
  },
  {
    name: "tells the oldest date, what lies strictly before a bound, and what has no date",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const ask = async (field: string, before: string) =>
          answered(await connector.oldest({ collection: "users", field, before }));
        expect(await ask("seen_at", "2024-01-01T00:00:00Z")).toEqual({
          oldest: "2020-05-05T05:05:05.000Z",
          before: 1,
          undated: 1,
          rows: 4,
        });
        expect(await ask("seen_at", "2024-01-01T00:00:00.001Z")).toMatchObject({ before: 2 });
        expect(await ask("seen_at", "2024-01-01T01:00:00+02:00")).toMatchObject({ before: 1 });
        expect(await ask("born", "1980-02-29T00:00:00Z")).toEqual({
          oldest: "1980-02-29T00:00:00.000Z",
          before: 0,
          undated: 2,
          rows: 4,
        });
        expect(await ask("born", "1980-02-29T00:00:01Z")).toMatchObject({ before: 1 });
        const until = async (end: string, more: { readonly beforeMax?: number } = {}) =>
          answered(
            await connector.oldest({
              ...{
                collection: "users",
                field: "seen_at",
                before: "2024-01-01T00:00:00Z",
                until: end,
                ...more,
              },
            }),
          );
        // What lies at the end or behind it has no date that can be right.
        expect(await until("2024-01-01T00:00:00Z")).toEqual({
          ...{ oldest: "2020-05-05T05:05:05.000Z", before: 1, undated: 3, rows: 4 },
        });
        expect(await until("2024-01-01T00:00:00.001Z")).toMatchObject({ before: 1, undated: 2 });
        expect(await until("2999-01-01T00:00:00Z")).toMatchObject({ before: 1, undated: 1 });
        expect(await until("2024-01-01T00:00:00Z", { beforeMax: 9 })).toMatchObject({
          before: 1,
          undated: 3,
        });
        expect(
          failureIn(
            await connector.oldest({
              collection: "users",
              field: "born",
              before: "1990-01-01",
              until: "soon",
            }),
          ).error,
        ).toBe("malformed");
        expect(
          failureIn(
            await connector.oldest({ collection: "users", field: "name", before: "2024-01-01T00:00:00Z" }),
          ).error,
        ).toBe("malformed");
        expect(
          failureIn(await connector.oldest({ collection: "users", field: "born", before: "soon" })).error,
        ).toBe("malformed");
      }),
  },
  {
    name: "tells the oldest date among some rows",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const before = "2024-01-01T00:00:00.001Z";
        const of = async (anyOf: readonly Match[], more: Partial<OldestQuery> = {}) =>
          connector.oldest({ collection: "users", field: "seen_at", before, anyOf, ...more });
        const names = { fields: ["name"], tuples: [["Ann"], ["Émile 名前 🦊"], ["nobody"]] };
        const two = { oldest: "2024-01-01T00:00:00.000Z", before: 1, undated: 1, rows: 2 };
        expect(answered(await of([names]))).toEqual(two);
        expect(answered(await of([names], { beforeMax: 9 }))).toEqual(two);
        // Who meets two of them is one row.
        const both = [
          names,
          {
            fields: ["id", "name"],
            tuples: [
              ["1", "Ann"],
              [BIG_NEIGHBOUR, ""],
            ],
          },
        ];
        expect(answered(await of(both))).toEqual({
          ...{ oldest: "2020-05-05T05:05:05.000Z", before: 2, undated: 1, rows: 3 },
        });
        const none = { oldest: null, before: 0, undated: 0, rows: 0 };
        for (const nobody of [[], [{ ...names, tuples: [] }], [{ ...names, tuples: [["nobody"]] }]])
          expect(answered(await of(nobody))).toEqual(none);
        const until = "2024-01-01T00:00:00Z";
        expect(answered(await of([names], { before: until, until }))).toEqual({
          ...none,
          undated: 2,
          rows: 2,
        });
        const window = { key: ["id"], after: null, upTo: null, rowsMax: 9 };
        const keys = { fields: ["id"], rowsMax: 9 };
        const wrong = [
          of([names], { window }),
          of([names], { keys }),
          of([{ ...names, fields: ["nowhere"] }]),
        ];
        for (const answer of await Promise.all(wrong)) expect(failureIn(answer).error).toBe("malformed");
        const query = { collection: "users", field: "seen_at", before, anyOf: [names] };
        const price = await connector.estimate?.({ ask: "oldest", query });
        if (price !== undefined) expect(answered(price).collection.rows).toBeGreaterThan(0);
      }),
  },
  {
    name: "searches values with a pattern and says how far it looked",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const look = { collection: "users", key: ["id"], rowsMax: 1_000, hitsMax: 10 };
        const cards = answered(
          await connector.search({
            ...look,
            fields: ["name", "extra", "born"],
            pattern: "[0-9]{4} [0-9]{4}",
          }),
        );
        expect(cards).toMatchObject({ examined: 4, population: 4, partial: false });
        expect(cards.hits).toMatchObject([{ field: "extra", key: [BIG_ID] }]);
        expect(cards.hits[0]?.value).toContain("4111 1111 1111 1111");
        const none = answered(await connector.search({ ...look, fields: ["name"], pattern: "ANN" }));
        expect(none).toEqual({ examined: 4, population: 4, partial: false, hits: [] });
        expect(failureIn(await connector.search({ ...look, fields: ["name"], pattern: "(" })).error).toBe(
          "malformed",
        );
      }),
  },
  {
    name: "a search cut short says so",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const look = { collection: "big", fields: ["note"], key: ["id"] };
        const rows = answered(
          await connector.search({ ...look, pattern: "nothing", rowsMax: 1_000, hitsMax: 10 }),
        );
        expect(rows).toMatchObject({ partial: true, hits: [] });
        expect(rows.examined).toBeGreaterThan(0);
        expect(rows.examined).toBeLessThanOrEqual(1_000);
        const hits = answered(
          await connector.search({ ...look, pattern: "note", rowsMax: 500_000, hitsMax: 7 }),
        );
        expect(hits.hits).toHaveLength(7);
        expect(hits).toMatchObject({ examined: 7, population: 130_000, partial: true });
        const all = answered(
          await connector.search({ ...look, pattern: "nothing", rowsMax: 500_000, hitsMax: 7 }),
        );
        expect(all).toEqual({ examined: 130_000, population: 130_000, partial: false, hits: [] });
      }),
  },
  {
    name: "lists the distinct values, most frequent first",
    run: (subject) =>
      using(subject.open(), async (connector) => {
        const ask = async (field: string, valuesMax: number) =>
          answered(await connector.distinct({ collection: "memberships", field, valuesMax }));
        expect(await ask("role", 10)).toEqual({
          values: [
            { value: "guest", rows: 3 },
            { value: "admin", rows: 1 },
          ],
          rows: 4,
        });
        expect(await ask("role", 1)).toEqual({ values: [{ value: "guest", rows: 3 }], rows: 4 });
        expect((await ask("invited_by", 10)).values).toContainEqual({ value: null, rows: 1 });
      }),
  },
];
