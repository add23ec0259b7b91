/** Arrays in binary are the arrays that PostgreSQL would have read from text. */
import { randomBytes, randomUUID } from "node:crypto";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { bigintArray, byteaArray, textArray, uuidArray } from "./wire.ts";

let client: pg.Client;
beforeAll(async () => {
  client = new pg.Client({ connectionString: inject("postgresUrl") });
  await client.connect();
});
afterAll(() => client.end());

const back = async (binary: Buffer, type: string): Promise<unknown> => {
  const { rows } = await client.query(
    `select coalesce(array_agg(v::text order by n), '{}') as v, array_lower($1::${type}[], 1) as low from unnest($1::${type}[]) with ordinality as a(v, n)`,
    [binary],
  );
  return { ...rows[0] };
};

test("uuids", async () => {
  const ids = Array.from({ length: 300 }, () => randomUUID());
  expect(await back(uuidArray(ids), "uuid")).toEqual({ v: ids, low: 1 });
});

test("a UUID in capitals, or without hyphens, is the same one", async () => {
  const id = "0a1b2c3d-4e5f-4abc-8def-0123456789ab";
  const written = [id.toUpperCase(), id.replaceAll("-", ""), id];
  expect(await back(uuidArray(written), "uuid")).toEqual({ v: [id, id, id], low: 1 });
});

test.each([
  ["another sign", "0a1b2c3d-4e5f-4abc-8def-0123456789ag"],
  ["a letter beyond those of ASCII", "0a1b2c3d-4e5f-4abc-8def-0123456789\u00e4b"],
  ["a digit too few", "0a1b2c3d-4e5f-4abc-8def-0123456789a"],
  ["a byte too few", "0a1b2c3d-4e5f-4abc-8def-0123456789"],
  ["a byte too many", "0a1b2c3d-4e5f-4abc-8def-0123456789abcd"],
  ["two hyphens", "0a1b2c3d--4e5f-4abc-8def-0123456789ab"],
  ["nothing", ""],
])("what is no UUID is refused, and not written as another: %s", (_, id) => {
  expect(() => uuidArray([id])).toThrow("a text of a list of UUIDs is none");
});

test("bigints, and the ones that are not there", async () => {
  const values = ["0", null, "-1", "9223372036854775807", "-9223372036854775808", null];
  expect(await back(bigintArray(values), "bigint")).toEqual({ v: values, low: 1 });
  expect(await back(bigintArray([null]), "bigint")).toEqual({ v: [null], low: 1 });
});

test("bytes of every length", async () => {
  const values = [Buffer.of(), null, randomBytes(1), randomBytes(70_000), null];
  const texts = values.map((value) => (value === null ? null : `\\x${value.toString("hex")}`));
  expect(await back(byteaArray(values), "bytea")).toEqual({ v: texts, low: 1 });
});

test("texts, whatever is in them", async () => {
  const values = ["", "a", 'quoted " and \\ and {,}', "NULL", "grün 🌱", "x".repeat(70_000)];
  expect(await back(textArray(values), "text")).toEqual({ v: values, low: 1 });
  expect(await back(textArray([]), "text")).toEqual({ v: [], low: null });
});
