import fc from "fast-check";
import { expect, test } from "vitest";
import type { Column } from "./column.ts";
import { comparisonOf, textKey } from "./notation.ts";

const column = (base: string, more: Partial<Column> = {}): Column => ({
  name: "f",
  base,
  type: base,
  unsigned: false,
  lengthMax: null,
  precision: 0,
  scale: 0,
  charset: null,
  collation: null,
  nullable: true,
  generated: false,
  stamped: false,
  unique: false,
  labels: [],
  ...more,
});
const canonical = (of: Column, value: string): string | null => comparisonOf(of).canonical(value);

test.each([
  ["tinyint", false, "-128", "-129"],
  ["tinyint", true, "255", "256"],
  ["mediumint", false, "8388607", "8388608"],
  ["bigint", false, "9223372036854775807", "9223372036854775808"],
  ["bigint", true, "18446744073709551615", "-1"],
])("%s (unsigned: %s) holds %s, and not %s", (base, unsigned, fits, misfit) => {
  expect(canonical(column(base, { unsigned }), fits)).toBe(fits);
  expect(canonical(column(base, { unsigned }), misfit)).toBeNull();
});

test("two notations of a number are one key; what would be rounded is none", () => {
  const money = column("decimal", { precision: 6, scale: 2 });
  expect(["1.5", "01.50", "+1.500", " 1.5 "].map((v) => canonical(money, v))).toEqual([
    "1.5",
    "1.5",
    "1.5",
    "1.5",
  ]);
  expect(["1.505", "12345.6", "", ".", "-", "1e3", "1,5"].map((v) => canonical(money, v))).toEqual(
    Array(7).fill(null),
  );
  expect(["-0", "-0.00", "0"].map((v) => canonical(money, v))).toEqual(["0", "0", "0"]);
  expect(["007", "+7", "7"].map((v) => canonical(column("int"), v))).toEqual(["7", "7", "7"]);
});

test("a decimal that fits keeps its value", () => {
  const digits = fc.tuple(fc.bigInt({ min: -999_999n, max: 999_999n }), fc.nat({ max: 9_999 }));
  fc.assert(
    fc.property(digits, ([whole, part]) => {
      const text = `${whole}.${String(part).padStart(4, "0")}`;
      const made = canonical(column("decimal", { precision: 10, scale: 4 }), text);
      expect(Number(made)).toBe(Number(text));
    }),
  );
});

test("texts are compared as they are, bytes by their digits, days when they exist", () => {
  const text = column("varchar", { charset: "latin1", collation: "latin1_swedish_ci", lengthMax: 3 });
  expect(["abc", "abcd", "👩a", "\ud800", ""].map((v) => canonical(text, v))).toEqual([
    "abc",
    null,
    "👩a",
    null,
    "",
  ]);
  expect(comparisonOf(text).pairs("k.v0")).toHaveLength(2);
  expect(["0x00FF", "0x", "0x0", "ab", ""].map((v) => canonical(column("binary"), v))).toEqual([
    "00ff",
    null,
    null,
    null,
    "",
  ]);
  expect(
    ["2024-02-29", "2023-02-29", "2024-00-00", "2024-1-1"].map((v) => canonical(column("date"), v)),
  ).toEqual(["2024-02-29", null, "2024-00-00", null]);
  expect(canonical(column("datetime"), "2024-02-29")).toBe("2024-02-29 00:00:00");
  expect(canonical(column("date"), "2024-02-29 10:00:00")).toBeNull();
});

test("long keys get a type that holds them", () => {
  expect([1, 40, 41, 1_000, 1_001].map((n) => textKey(n).split(" ")[0])).toEqual([
    "VARCHAR(40)",
    "VARCHAR(40)",
    "VARCHAR(120)",
    "VARCHAR(1000)",
    "LONGTEXT",
  ]);
});
