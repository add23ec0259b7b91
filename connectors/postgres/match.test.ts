import type { Match } from "@avow/runtime/connector-kit/contract";
import { expect, test } from "vitest";
import { binder } from "./binder.ts";
import type { Catalogue, Column, Table } from "./catalogue.ts";
import { selection } from "./match.ts";

const column = (name: string, base: string, type: string = base): Column => ({
  name,
  type,
  base,
  isEnum: false,
  isArray: false,
  lengthMax: null,
  nullable: true,
  generated: false,
  identity: false,
  unique: false,
  firstLabel: null,
  loose: false,
});

const columns = [
  column("id", "int4", "integer"),
  column("Org", "text"),
  column("at", "date"),
  column("ip", "inet"),
  { ...column("nick", "text"), loose: true },
];
const table: Table = {
  name: "t",
  sql: 'ONLY "public"."t"',
  sampled: true,
  columns: new Map(columns.map((c) => [c.name, c])),
  description: {
    name: "t",
    rowsEstimate: null,
    fields: [],
    primaryKey: [],
    uniques: [],
    foreignKeys: [],
    indexes: [],
  },
};

function sqlOf(anyOf: readonly Match[] | undefined, version = 180_000) {
  const catalogue: Catalogue = {
    version,
    folding: "",
    utf8: true,
    largeObjects: 0,
    tables: new Map([["t", table]]),
  };
  const binds = binder();
  return { text: selection("1", anyOf, { table, catalogue }, binds), values: binds.values };
}

test("single fields are typed arrays in one OR; values never stand in the text", () => {
  const sql = sqlOf([
    { fields: ["id"], tuples: [["1"], ["x"], ["2147483648"], ["-7"]] },
    { fields: ["Org"], tuples: [["a'b"]] },
  ]);
  expect(sql).toEqual({
    text: 'SELECT 1 FROM ONLY "public"."t" AS t WHERE (t."id" = ANY($1::text[]::integer[]) OR t."Org" = ANY($2::text[]::text[]))',
    values: [["1", "-7"], ["a'b"]],
  });
});

test("several fields are a branch of their own, without the rows of the branches before", () => {
  const sql = sqlOf([
    {
      fields: ["id", "Org"],
      tuples: [
        ["1", "a"],
        ["z", "b"],
      ],
    },
    { fields: ["id"], tuples: [["2"]] },
  ]);
  expect(sql.text?.split(" UNION ALL ")).toEqual([
    'SELECT 1 FROM ONLY "public"."t" AS t WHERE (t."id" = ANY($3::text[]::integer[]))',
    'SELECT 1 FROM ONLY "public"."t" AS t WHERE ((t."id", t."Org") IN (SELECT k.v0::integer, k.v1::text FROM unnest($1::text[], $2::text[]) AS k(v0, v1))) AND (t."id" = ANY($3::text[]::integer[])) IS NOT TRUE',
  ]);
  expect(sql.values).toEqual([["1"], ["a"], ["2"]]);
});

test("the server judges other types from 16 on; before, dates are judged here", () => {
  const dates = [{ fields: ["at"], tuples: [["2024-02-29"], ["2023-02-29"], ["soon"]] }];
  expect(sqlOf(dates).text).toContain("CASE WHEN pg_input_is_valid(k.v0, 'date') THEN k.v0::date END");
  expect(sqlOf(dates, 150_000)).toMatchObject({ values: [["2024-02-29"]] });
  expect(sqlOf(dates, 150_000).text).toContain('t."at" = ANY($1::text[]::date[])');
});

test("under a collation that folds texts the index is asked first, and then the texts themselves; no other column changes", () => {
  expect(sqlOf([{ fields: ["nick"], tuples: [["a"]] }])).toEqual({
    text: 'SELECT 1 FROM ONLY "public"."t" AS t WHERE ((t."nick" = ANY($1::text[]::text[]) AND t."nick" COLLATE "C" = ANY($1::text[]::text[])))',
    values: [["a"]],
  });
  expect(sqlOf([{ fields: ["Org", "nick"], tuples: [["o", "a"]] }]).text).toContain(
    '(t."Org", t."nick" COLLATE "C") IN (SELECT k.v0::text, k.v1::text',
  );
});

test("nothing matches nothing; no list is everything; no field is an error", () => {
  expect(sqlOf(undefined).text).toBe('SELECT 1 FROM ONLY "public"."t" AS t');
  expect(sqlOf([]).text).toBeNull();
  expect(sqlOf([{ fields: ["id"], tuples: [] }]).text).toBeNull();
  expect(() => sqlOf([{ fields: [], tuples: [[]] }])).toThrow("names no field");
  expect(() => sqlOf([{ fields: ["id"], tuples: [["1", "2"]] }])).toThrow("another length");
});

test("an address goes along as it was written and as we fold it, and both sides are folded by the server", () => {
  const { text, values } = sqlOf([{ fields: ["Org"], tuples: [["Ada@X.org "]], normalisers: ["email"] }]);
  expect(values).toEqual([["Ada@X.org ", "ada@x.org"]]);
  expect(text).toMatch(
    /WHERE \(\(.*t\."Org".*\) IN \(SELECT .*k\.v0.* FROM unnest\(\$1::text\[\]\) AS k\(v0\)\)\)$/,
  );
});
