/** What is asked for by keys: in the notation of the columns, and nothing where a part of a key is none that its column could hold. */
import type { Match } from "@avow/runtime/connector-kit/contract";
import { expect, test } from "vitest";
import type { Table } from "./catalogue.ts";
import type { Column } from "./column.ts";
import { selection } from "./match.ts";

const column = (name: string, base: string, more: Partial<Column> = {}): Column => ({
  ...{ name, base, type: base, unsigned: false, lengthMax: null, precision: 0, scale: 0 },
  ...{ charset: null, collation: null, nullable: true, generated: false, stamped: false, unique: false },
  ...{ labels: [] },
  ...more,
});
const columns = [
  column("shop", "tinyint"),
  column("nick", "varchar", { lengthMax: 4, charset: "latin1", collation: "latin1_swedish_ci" }),
  column("price", "decimal", { precision: 6, scale: 2 }),
];
const table: Table = {
  name: "t",
  sql: "`t`",
  columns: new Map(columns.map((c) => [c.name, c])),
  unfit: null,
  description: {
    ...{ name: "t", rowsEstimate: null, fields: [], primaryKey: [] },
    ...{ uniques: [], foreignKeys: [], indexes: [] },
  },
};
const keysOf = (...anyOf: Match[]): unknown => {
  const asked = selection("1", anyOf, table);
  return asked === null ? null : asked.values.map((value): unknown => JSON.parse(value));
};

test("keys are asked for in the notation of their columns, each once", () => {
  const tuples = [
    ["+7", "Ann", "010.50"],
    ["7", "Ann", "10.5"],
    ["-8", "bob", "0"],
  ];
  expect(keysOf({ fields: ["shop", "nick", "price"], tuples })).toEqual([
    [
      ["7", "Ann", "10.5"],
      ["-8", "bob", "0"],
    ],
  ]);
});

test.each([
  { tuple: ["200", "Ann", "1"], part: "number out of range" },
  { tuple: ["7", "Annette", "1"], part: "text that is too long" },
  { tuple: ["7", "Ann", "1.005"], part: "digit too many" },
  { tuple: ["seven", "Ann", "1"], part: "number in words" },
])("a key with a $part is left out whole, and alone asks for nothing", ({ tuple }) => {
  const fields = ["shop", "nick", "price"];
  expect(keysOf({ fields, tuples: [tuple, ["1", "bob", "2"]] })).toEqual([[["1", "bob", "2"]]]);
  expect(keysOf({ fields, tuples: [tuple] })).toBeNull();
});

test("who asks for nobody's rows asks nothing, and who asks without a condition asks for all", () => {
  expect(selection("1", [], table)).toBeNull();
  expect(selection("1", undefined, table)).toEqual({ sql: "SELECT 1 FROM `t` AS t", values: [] });
});
