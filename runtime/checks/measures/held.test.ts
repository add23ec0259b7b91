/** Rows that lie too long because a legal hold keeps them, by whichever key they are called (spec/holds.md). */
import type { Measure, Reading } from "@avow/core/commitments/proof";
import { expect, test } from "vitest";
import type { MeasureContext } from "../context.ts";
import { lessHeld } from "./held.ts";
import { rowsIn } from "./testing/rows-in.ts";

type Age = Extract<Measure, { measure: "age" }>;
const MEASURE: Age = {
  ...{ measure: "age", look: "index", store: "app", collection: "bills", field: "at", unlessHeld: true },
  before: new Date("2026-01-01T00:00:00Z"),
};
const place = { store: "app", collection: "bills", field: "at" };
const locatorOf = (of: string): string => `row of ${of}`;
const named = (id: string) => ({ what: "a row", ...place, locator: `row of app|bills|["${id}"]` });

function less(held: readonly string[], primaryKey: readonly string[], found: readonly string[]) {
  const old = [
    { id: "1", code: "a", at: "2025-01-01T00:00:00Z" },
    { id: "2", code: "b", at: "2025-02-01T00:00:00Z" },
  ];
  const bills = [...old, { id: "3", code: "c", at: "2026-02-01T00:00:00Z" }];
  const described = { name: "bills", primaryKey, rowsEstimate: null, uniques: [], foreignKeys: [] };
  const context = {
    readers: { app: rowsIn({ bills }) },
    describe: async () => ({ ok: true, value: { collections: [{ ...described, indexes: [], fields: [] }] } }),
    locatorOf,
    history: { held: async () => ({ ok: true, key: ["code"], keys: held.map((code) => [code]) }) },
  };
  const reading: Reading = {
    ...{ reading: "age", oldest: "2025-01-01T00:00:00.000Z", before: 2, undated: 0, rows: 3 },
    evidence: [{ what: "2 of 3 rows", ...place, rows: 2 }, ...found.map(named)],
  };
  return lessHeld(
    MEASURE,
    Object.assign<MeasureContext, typeof context>(Object.create(null), context),
    reading,
  );
}

test("held rows are told from others by the primary key, also where the map calls them by another", async () => {
  expect(await less(["a", "b", "c"], ["id"], ["1", "2"])).toMatchObject({
    ...{ before: 0, held: 2, oldest: null, evidence: [] },
  });
  expect(await less(["a"], ["id"], ["1", "2"])).toMatchObject({
    ...{ before: 1, held: 1, evidence: [{ rows: 1 }, named("2")] },
  });
  // Where none can be named they are counted.
  expect(await less(["a"], [], [])).toMatchObject({ before: 1, held: 1, evidence: [{ rows: 1 }] });
});
