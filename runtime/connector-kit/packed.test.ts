import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesAt, cellsAt, pack, unpacked } from "./packed.ts";

const cell = fc.option(fc.string({ unit: "grapheme" }));
const FIELDS = 4;
const rows = fc.array(fc.array(cell, { minLength: FIELDS, maxLength: FIELDS }));

test("what is packed is unpacked as it was, whole or some of its cells", () => {
  fc.assert(
    fc.property(
      rows,
      fc.subarray([0, 1, 2, 3]),
      fc.integer({ min: 0, max: FIELDS }),
      (all, places, fields) => {
        const packed = pack(all);
        expect(unpacked(packed, fields)).toEqual(all.map((row) => row.slice(0, fields)));
        for (const [i, at] of packed.at.entries()) {
          const some = cellsAt(packed, at, places);
          expect(places.map((p) => some[p])).toEqual(places.map((p) => all[i]?.[p]));
          expect(some.filter((_, p) => !places.includes(p)).every((c) => c === null)).toBe(true);
        }
      },
    ),
  );
});

test("rows hold the same bytes at places exactly where they hold the same there, null or not", () => {
  const few = fc.constantFrom(null, "", "1", "11", "ä");
  const row = fc.array(few, { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(row, row, (a, b) => {
      const packed = pack([a, b]);
      const told = (n: number) =>
        bytesAt(packed, packed.at[n] ?? 0, { places: [1, 2], bytesMax: Number.POSITIVE_INFINITY });
      expect(told(0) === told(1)).toBe(a[1] === b[1] && a[2] === b[2]);
    }),
  );
  const long = pack([["x".repeat(60), null]]);
  expect(bytesAt(long, 0, { places: [0], bytesMax: 64 })).not.toBeNull();
  expect(bytesAt(long, 0, { places: [0, 1], bytesMax: 64 })).toBeNull();
});
