/** Columns under a collation that folds texts (ICU, not deterministic): a text equals itself only, whatever it says (spec/connector.md). */
import { freshDatabase } from "@avow/provision/database";
import type { Match } from "@avow/runtime/connector-kit/contract";
import { answered } from "@avow/runtime/connector-kit/contract-subject";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const database = await freshDatabase(inject("postgresUrl"), "postgres_collation");
const admin = new pg.Client({ connectionString: database.url });
const store = connector.open({ url: database.url, access: "erase", statementTimeoutMs: 20_000 });
let without: string | null = null;

beforeAll(async () => {
  await admin.connect();
  try {
    await admin.query(
      "create collation loose (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
    );
  } catch (error) {
    // `feature_not_supported`: the server was built without ICU.
    if (!(error instanceof pg.DatabaseError) || error.code !== "0A000") throw error;
    without = "this server has no ICU: collations that fold texts are not looked at";
  }
});
afterAll(async () => {
  await store.close();
  await admin.end();
  await database.drop();
});

beforeEach(async (context) => {
  if (without !== null) {
    console.warn(without);
    context.skip(without);
  }
  await admin.query(`drop table if exists posts, people;
    create domain short as varchar(40) collate loose;
    create table people (nick text collate loose primary key, org int, mail short, tags text[] collate loose, phone text collate loose, doc jsonb);
    insert into people values
      ('ann', 1, 'Ann@X.example', '{Red,blue}', '+39 333 123', '{"id": "7"}'),
      ('bob', 1, 'bob@x.example', '{red}', '0039333124', '{"id": "8"}');
    create table posts (id int primary key, author text, about text collate loose);
    insert into posts values (1, 'ann', 'Ann'), (2, 'ANN', 'ann'), (3, 'bob', null)`);
  await store.describe();
  return () => admin.query("drop table posts, people; drop domain short");
});

async function found(collection: string, key: string, ...anyOf: readonly Match[]): Promise<string[]> {
  const keys: string[] = [];
  for await (const batch of store.read({ collection, fields: [key], anyOf }))
    keys.push(...answered(batch).map(([cell]) => cell ?? ""));
  return keys.sort();
}
const people = (fields: readonly string[], ...tuples: readonly (readonly string[])[]) =>
  found("people", "nick", { fields, tuples });

test("a text equals itself only: alone, beside others, in a list, beside a place", async () => {
  expect(await people(["nick"], ["ANN"], ["bob"])).toEqual(["bob"]);
  expect(await people(["nick"], ["ann"], ["Bob"])).toEqual(["ann"]);
  expect(await people(["mail"], ["ann@x.example"])).toEqual([]);
  expect(await people(["mail"], ["Ann@X.example"])).toEqual(["ann"]);
  expect(await people(["org", "nick"], ["1", "ANN"], ["1", "bob"])).toEqual(["bob"]);
  expect(await people(["tags[*]"], ["red"])).toEqual(["bob"]);
  expect(await people(["doc.id", "nick"], ["7", "ANN"], ["8", "bob"])).toEqual(["bob"]);
  expect(await found("posts", "id", { fields: ["about"], tuples: [["ann"]] })).toEqual(["2"]);
});

test("in its normal form a text is compared as that, also where links ask", async () => {
  for (const collated of [{}, { collated: true }] as const) {
    const by = (fields: readonly string[], ...tuples: readonly (readonly string[])[]) =>
      found("people", "nick", {
        ...{ fields, tuples, ...collated },
        normalisers: fields.map((f) => (f === "mail" ? "email" : f === "phone" ? "phone" : "exact")),
      });
    expect(await by(["phone"], ["0039 333 124"], ["+1"])).toEqual(["bob"]);
    expect(await by(["mail"], ["ANN@x.example"])).toEqual(["ann"]);
    expect(await by(["mail", "phone"], ["BOB@x.example", "+39333124"])).toEqual(["bob"]);
  }
  const beside = (nick: string, more: object) =>
    found("people", "nick", {
      ...{
        fields: ["phone", "nick"],
        normalisers: ["phone", "exact"],
        tuples: [["+39333124", nick]],
        ...more,
      },
    });
  expect(await beside("BOB", { collated: true })).toEqual(["bob"]);
  expect(await beside("BOB", {})).toEqual([]);
});

test("where links ask, it equals what the collation says", async () => {
  const collated = (fields: readonly string[], ...tuples: readonly (readonly string[])[]) =>
    found("posts", "id", { fields, tuples, collated: true });
  expect(await collated(["about"], ["ANN"])).toEqual(["1", "2"]);
  expect(await collated(["about", "author"], ["ANN", "ann"])).toEqual(["1"]);
  expect(await collated(["author"], ["Ann"])).toEqual([]);
  const { collections } = answered(await store.describe());
  const notations = (name: string) =>
    Object.fromEntries(
      collections.find((c) => c.name === name)?.fields.map((f) => [f.name, f.notations]) ?? [],
    );
  expect(notations("posts")).toEqual({ id: "integer", author: undefined, about: "collation" });
  expect(notations("people")).toMatchObject({ nick: "collation", mail: "collation", tags: undefined });
});

test("normal forms are made and compared as everywhere", async () => {
  const normal = (field: string, normaliser: "email" | "phone", ...keys: readonly string[]) =>
    found("people", "nick", { fields: [field], tuples: keys.map((k) => [k]), normalisers: [normaliser] });
  expect(await normal("mail", "email", " ann@x.EXAMPLE")).toEqual(["ann"]);
  expect(await normal("phone", "phone", "+39333123")).toEqual(["ann"]);
  expect(await normal("phone", "phone", "+39 333124")).toEqual(["bob"]);
});

test("only the very rows are changed and deleted, and of a list the very elements", async () => {
  const only = { "tags[*]": { by: "tags[*]", values: ["red"] } };
  const where = { fields: ["nick"], tuples: [["ann"], ["bob"], ["ANN"]] };
  expect(
    answered(
      await store.mutate([{ act: "set", collection: "people", where, set: { "tags[*]": "remove" }, only }]),
    ),
  ).toEqual([2]);
  const { rows } = await admin.query("select tags::text from people order by nick");
  expect(rows).toEqual([{ tags: "{Red,blue}" }, { tags: "{}" }]);
  const wrong = { fields: ["nick"], tuples: [["ANN"], ["BOB"]] };
  expect(answered(await store.mutate([{ act: "delete", collection: "people", where: wrong }]))).toEqual([0]);
  const right = { fields: ["nick"], tuples: [["bob"]] };
  expect(answered(await store.mutate([{ act: "delete", collection: "people", where: right }]))).toEqual([1]);
});

test("looks at such columns work, and fold nothing", async () => {
  const seen = answered(await store.distinct({ collection: "posts", field: "about", valuesMax: 9 }));
  expect(seen.values.map(({ value, rows }) => [value, rows])).toHaveLength(3);
  const look = { collection: "people", fields: ["mail"], key: ["nick"], pattern: "^Ann@", hitsMax: 9 };
  expect(answered(await store.search({ ...look, rowsMax: 100 }))).toMatchObject({ hits: [{ key: ["ann"] }] });
});

test("who owns a row is asked as links are, and a row that was changed meanwhile is not put back", async () => {
  const to = { collection: "people", fields: ["nick"] };
  for (const [from, ownerless] of [
    ["author", 1],
    // `Ann` is tied to `ann` by the collation of the field that says so.
    ["about", 0],
  ] as const) {
    const links = [{ from: [from], to }];
    const report = await store.ownership?.({ collection: "posts", links });
    expect(report).toMatchObject({ ok: true, value: { dangling: ownerless } });
  }
  const row = (key: string, was: string, to: string) => ({ key: [key], was: [was], to: [to] });
  const rows = [row("ann", "ANN@x.example", "lost@x.example"), row("BOB", "bob@x.example", "lost@x.example")];
  const update = { act: "update", collection: "people", key: ["nick"], fields: ["mail"], rows } as const;
  expect(answered(await store.mutate([update]))).toEqual([0]);
});

test("the index on such a column still answers", async () => {
  await admin.query("insert into people select 'p' || g, 2 from generate_series(1, 20000) g; analyze people");
  const { rows } = await admin.query(
    `explain select 1 from only people t where (t.nick = any($1::text[]::text[]) and t.nick collate "C" = any($1::text[]::text[]))`,
    [["p7", "P8"]],
  );
  expect(JSON.stringify(rows)).toContain("people_pkey");
});
