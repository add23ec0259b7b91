import type { Suspects } from "@avow/core/commitments/proof";
import { expect, test } from "vitest";
import type { Connector, ConnectorFailure, ReadQuery, Row } from "../connector-kit/contract.ts";
import type { MeasureContext } from "./context.ts";
import { nameSuspects } from "./suspects.ts";

const down: ConnectorFailure = { ok: false, error: "unreachable", retryable: true, reason: "nobody answers" };

/** Rows of `id, to`; what it was asked for. */
function store(rows: readonly Row[] | "down", primaryKey: readonly string[] = ["id"]) {
  const asked: ReadQuery[] = [];
  let given = 0;
  const app: Pick<Connector, "read" | "describe"> = {
    describe: async () => ({
      ok: true,
      value: {
        collections: [
          {
            ...{ name: "given", rowsEstimate: null, primaryKey },
            ...{ fields: [], uniques: [], foreignKeys: [], indexes: [] },
          },
        ],
      },
    }),
    async *read(query) {
      asked.push(query);
      if (rows === "down") yield down;
      else
        for (const row of rows) {
          const [to] = row.slice(1);
          const isWanted = query.anyOf?.some((m) => m.tuples.some(([t]) => t === to)) ?? true;
          if (isWanted) given += 1;
          if (isWanted) yield { ok: true, value: [row] };
        }
    },
  };
  const context = {
    ...{ readers: { app }, describe: () => app.describe(), spent: { rows: 0, bytes: 0 }, beside: null },
    locatorOf: (place: string) => place,
  };
  const told = Object.assign<MeasureContext, typeof context>(Object.create(null), context);
  return { asked, given: () => given, context: told };
}

const TO: Suspects = {
  ...{ what: "disclosure to nobody known", store: "app", collection: "given", where: { to: ["a", "b"] } },
};

test("up to five rows are named, and no more are read than that", async () => {
  const { context, asked, given } = store(Array.from({ length: 900 }, (_, i) => [String(i), "a"]));
  const named = await nameSuspects([TO], context);
  expect(named.map((n) => n.locator)).toEqual([0, 1, 2, 3, 4].map((i) => `app|given|["${i}"]`));
  expect(JSON.stringify(named)).not.toContain('"a"');
  expect(asked).toEqual([
    { collection: "given", fields: ["id", "to"], anyOf: [{ fields: ["to"], tuples: [["a"], ["b"]] }] },
  ]);
  expect(given()).toBe(5);
});

test("a field that holds nothing is looked for among the rows, and only so far", async () => {
  const rows: Row[] = [
    ["1", "a"],
    ["2", null],
    ["3", "c"],
  ];
  const some = store(rows);
  expect(await nameSuspects([{ ...TO, where: { to: [null] } }], some.context)).toMatchObject([
    { locator: 'app|given|["2"]' },
  ]);
  expect(some.asked).toEqual([{ collection: "given", fields: ["id", "to"] }]);
  const many = store(Array.from({ length: 100_500 }, (_, i) => [String(i), "c"]));
  expect(await nameSuspects([{ ...TO, where: { to: [null] } }], many.context)).toEqual([]);
  expect(many.given()).toBe(100_000);
});

test("why no row is named: no key, a store that is away", async () => {
  const [keyless] = await nameSuspects([TO], store([], []).context);
  expect(keyless?.what).toBe("no row of `given` is named: it has no primary key");
  const [away] = await nameSuspects([TO], store("down").context);
  expect(away?.what).toBe("no row of `given` is named: nobody answers");
});
