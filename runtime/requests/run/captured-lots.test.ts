import type { RememberedRow } from "@avow/core/plan/capture";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Earlier } from "./ask.ts";
import { lotsOf, readLot } from "./captured-lots.ts";

const IDENTITIES = [{ namespace: "email", value: "ann@example.org" }];

/** As plain data, with the lots of each collection put together again. */
function written(earlier: Earlier) {
  const lots = [...lotsOf(earlier)].map((lot) => readLot(Buffer.from(lot)));
  const rows = new Map<string, RememberedRow[]>();
  for (const c of lots.flatMap((l) => l.collections)) rows.set(c.id, [...(rows.get(c.id) ?? []), ...c.rows]);
  return { lots: lots.length, identities: lots.flatMap((l) => l.identities), rows: Object.fromEntries(rows) };
}

test("rows come back as they were, their key wherever it stands among the cells", () => {
  const cards: RememberedRow[] = [
    { key: ["eu", "1"], cells: ["1", null, "eu"], reach: "owned" },
    { key: ["us", "2"], cells: ["2", "x", "us"], reach: "about" },
    { key: ["us", "3"], cells: ["3", "", "us"], reach: "mention" },
  ];
  const { rows, identities, lots } = written({
    identities: IDENTITIES,
    collections: [{ id: "app.cards", fields: ["id", "note", "region"], key: ["region", "id"], rows: cards }],
  });
  expect(rows).toEqual({ "app.cards": cards });
  expect(identities).toEqual(IDENTITIES);
  expect(lots).toBe(1);
});

test("a key that is not among the cells is written beside them", () => {
  const cards: RememberedRow[] = [{ key: ["7"], cells: [null], reach: "owned" }];
  const { rows } = written({
    identities: [],
    collections: [{ id: "app.cards", fields: ["note"], rows: cards }],
  });
  expect(rows).toEqual({ "app.cards": cards });
});

test("very many rows are cut into lots, and small collections share one", () => {
  const many = Array.from(
    { length: 120_000 },
    (_, i): RememberedRow => ({ key: [String(i)], cells: [String(i), "1"], reach: "owned" }),
  );
  const one: RememberedRow[] = [{ key: ["a"], cells: ["a"], reach: "owned" }];
  const collection = (id: string, fields: string[], rows: RememberedRow[]) => ({
    ...{ id, fields, rows, key: ["id"] },
  });
  const { rows, lots } = written({
    identities: IDENTITIES,
    collections: [
      collection("app.a", ["id"], one),
      collection("app.many", ["id", "owner"], many),
      collection("app.z", ["id"], one),
    ],
  });
  expect(lots).toBeGreaterThan(3);
  expect(lots).toBeLessThan(12);
  expect(rows["app.many"]).toEqual(many);
  expect([rows["app.a"], rows["app.z"]]).toEqual([one, one]);
});

test("whatever stands in a cell comes back, and two collections with the same fields stay two", () => {
  const texts = ["", "plain", 'a "b" \\ c', "grün\n\u0000\u2028", "[1]", "null", null, " x@y.z "];
  const cards = texts.map(
    (text, i): RememberedRow => ({ key: [String(i)], cells: [String(i), text], reach: "mention" }),
  );
  const fields = ["id", 'na"me'];
  const key = ["id"];
  const { rows } = written({
    identities: [{ namespace: "name", value: 'a "b"' }],
    collections: ["app.cards", "app.notes"].map((id) => ({ ...{ id, fields, key }, rows: cards })),
  });
  expect(rows).toEqual({ "app.cards": cards, "app.notes": cards });
});

test("nothing captured is one lot with the identities", () => {
  expect(written({ identities: IDENTITIES, collections: [] })).toEqual({
    ...{ lots: 1, identities: IDENTITIES, rows: {} },
  });
});

test("what was tried comes back, and is left out where nothing was", () => {
  const cells = [{ collection: "app.users", fields: ["name"], keys: [["1"], ['a"b']] }];
  const tried = [{ store: "app", made: true, cells }];
  const [lot = "", ...more] = lotsOf({ identities: IDENTITIES, collections: [], tried });
  expect(more).toEqual([]);
  expect(readLot(Buffer.from(lot))).toEqual({ identities: IDENTITIES, collections: [], tried });
  expect([...lotsOf({ identities: [], collections: [] })].join()).not.toContain("tried");
});

/** So many rows, each of so many cells. */
const rowsOf = (rows: number, width: number): RememberedRow[] =>
  Array.from({ length: rows }, (_, i) => {
    const cells = [String(i), ...Array.from({ length: width - 1 }, () => "1")];
    return { key: [String(i)], cells, reach: "owned" as const };
  });

const fieldsOf = (width: number): string[] => ["id", ...Array.from({ length: width - 1 }, (_, i) => `f${i}`)];

test("a lot that is full with the last row of a collection is whole, and so is the next", () => {
  // Ten rows of 5,000 cells with what stands beside them fill a lot.
  const fields = fieldsOf(4_999);
  const key = ["id"];
  for (const [many, expected] of [
    [9, 1],
    [10, 2],
    [11, 2],
  ] as const) {
    const [a, z] = [rowsOf(many, 4_999), rowsOf(3, 1)];
    const { rows, lots } = written({
      identities: IDENTITIES,
      collections: [
        { ...{ id: "app.a", fields, key }, rows: a },
        { ...{ id: "app.empty", fields, key }, rows: [] },
        { id: "app.z", fields: ["id"], key, rows: z },
      ],
    });
    expect(lots).toBe(expected);
    expect(JSON.stringify(rows) === JSON.stringify({ "app.a": a, "app.z": z })).toBe(true);
  }
});

/** fast-check prints the seed of a run that fails. */
test("however the rows are spread over collections, each lot can be read, and all rows come back", () => {
  // Most of these widths fill lots to the row.
  const shape = fc.record({
    width: fc.constantFrom(9_999, 24_999, 12_499, 7_001),
    rows: fc.integer({ min: 0, max: 6 }),
    beside: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(shape, { maxLength: 4 }), (shapes) => {
      const collections = shapes.map(({ width, rows, beside }, i) => ({
        ...{ id: `app.c${i}`, fields: fieldsOf(width), rows: rowsOf(rows, width) },
        ...(beside ? {} : { key: ["id"] }),
      }));
      const { rows } = written({ identities: IDENTITIES, collections });
      const filled = collections.filter((c) => c.rows.length > 0);
      const expected = Object.fromEntries(filled.map((c) => [c.id, c.rows]));
      expect(JSON.stringify(rows) === JSON.stringify(expected)).toBe(true);
    }),
    { numRuns: 30 },
  );
});

test("a lot that can not be read does not tell what stands in it", () => {
  expect(() => readLot(Buffer.from('{"identities":[],"collections":[ann@example.org]}'))).toThrowError(
    /^what was captured of a request can not be read back: one of its lots is no JSON/,
  );
  const cause = (): unknown => {
    try {
      return readLot(Buffer.from("ann@example.org"));
    } catch (error) {
      return error;
    }
  };
  expect(String(cause())).not.toContain("ann");
});
