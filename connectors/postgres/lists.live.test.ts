/** Places that only PostgreSQL has: columns that are lists, `json` beside `jsonb`, and the indexes that answer for them. */
import { freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { afterAll, beforeEach, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const database = await freshDatabase(inject("postgresUrl"), "lists");
const admin = new pg.Client({ connectionString: database.url });
await admin.connect();
const store = connector.open({ url: database.url, access: "erase", statementTimeoutMs: 20_000 });
afterAll(async () => {
  await store.close();
  await admin.end();
  await database.drop();
});

const ONE = "6f8b0c1e-3a52-4f0e-9d0b-7c1f2e3d4a5b";
beforeEach(async () => {
  await admin.query(`drop table if exists t;
    create table t (id int primary key, ints int[], texts text[], uuids uuid[], doc json, plain jsonb);
    insert into t values
      (1, '{1,2,null,2}', '{a,"b c","erased"}', '{${ONE}}', '{"id": 7, "odd": "\\u0000"}', '{"id": 7, "list": [{"id": 1}, {"id": "2"}]}'),
      (2, '{}', null, '{}', '{"id": "7"}', '{"id": 8}'),
      (3, '{3}', '{x}', null, null, '{"id": "7.0"}')`);
});

async function ids(fields: readonly string[], ...tuples: readonly (readonly string[])[]): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of store.read({ collection: "t", fields: ["id"], anyOf: [{ fields, tuples }] })) {
    if (!batch.ok) throw new Error(batch.reason);
    found.push(...batch.value.map(([id]) => id ?? ""));
  }
  return found.sort();
}
const column = async (name: string): Promise<unknown[]> =>
  (await admin.query({ text: `select ${name}::text from t order by id`, rowMode: "array" })).rows.flat();

test("rows are found by any element, and a value that the type can't hold is none", async () => {
  expect(await ids(["ints[*]"], ["2"], ["none"], ["99999999999999999999"])).toEqual(["1"]);
  expect(await ids(["texts[*]"], ["b c"], ["x"])).toEqual(["1", "3"]);
  expect(await ids(["uuids[*]"], [ONE])).toEqual(["1"]);
  expect(await ids(["id", "ints[*]"], ["3", "3"], ["1", "3"])).toEqual(["3"]);
  expect(await ids(["ints[*]"], ["none"])).toEqual([]);
});

test("elements go, are emptied or replaced; empty lists and nulls stay", async () => {
  const where = { fields: ["id"], tuples: [["1"], ["2"], ["3"]] };
  const answer = await store.mutate([
    {
      act: "set",
      collection: "t",
      where,
      set: { "ints[*]": "remove", "texts[*]": "tombstone", "uuids[*]": "null" },
      only: {
        "ints[*]": { by: "ints[*]", values: ["2"] },
        "texts[*]": { by: "texts[*]", values: ["b c"] },
      },
    },
  ]);
  expect(answer).toEqual({ ok: true, value: [3] });
  expect(await column("ints")).toEqual(["{1,NULL}", "{}", "{3}"]);
  expect(await column("texts")).toEqual(["{a,erased,erased}", null, "{x}"]);
  expect(await column("uuids")).toEqual(["{NULL}", "{}", null]);
});

test("json that jsonb can't take is no document, and fails nothing", async () => {
  expect(await ids(["doc.id"], ["7"])).toEqual(["2"]);
  expect(await store.misfits?.({ collection: "t", fields: ["doc.id", "ints[*]"] })).toEqual({
    ok: true,
    value: [
      { field: "doc.id", rows: 1 },
      { field: "ints[*]", rows: 0 },
    ],
  });
  expect(await ids(["plain.id"], ["7"])).toEqual(["1"]);
  expect(await ids(["plain.id"], ["7.0"])).toEqual(["3"]);
});

test("the indexes of the spec answer", async () => {
  await admin.query(`insert into t (id, ints, plain)
      select n, array[n], jsonb_build_object('id', n, 'list', jsonb_build_array(jsonb_build_object('id', n))) from generate_series(100, 20000) n;
    create index by_id on t ((plain ->> 'id')); create index by_list on t using gin (plain jsonb_path_ops); create index by_ints on t using gin (ints);
    analyze t`);
  const used = async (): Promise<unknown> =>
    (
      await admin.query(
        "select pg_stat_force_next_flush(), string_agg(indexrelname, ',' order by indexrelname) as names from pg_stat_user_indexes where idx_scan > 0 and indexrelname like 'by_%'",
      )
    ).rows[0].names;
  expect(await used()).toBe(null);
  expect(await ids(["plain.id"], ["500"])).toEqual(["500"]);
  expect(await ids(["plain.list[*].id"], ["600"])).toEqual(["600"]);
  expect(await ids(["ints[*]"], ["700"])).toEqual(["700"]);
  await store.close();
  await expect.poll(used, { timeout: 10_000 }).toBe("by_id,by_ints,by_list");
});
