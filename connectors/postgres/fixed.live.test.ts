/** What holds rows and lets nobody change them: materialised views, foreign tables. */
import { freshDatabase } from "@avow/provision/database";
import { answered, failureIn } from "@avow/runtime/connector-kit/contract-subject";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const database = await freshDatabase(inject("postgresUrl"), "postgres_fixed");
const admin = new pg.Client({ connectionString: database.url });
const live = connector.open({ url: database.url, access: "erase", statementTimeoutMs: 30_000 });

beforeAll(async () => {
  await admin.connect();
  await admin.query("CREATE SCHEMA billing");
});
afterAll(async () => {
  await live.close();
  await admin.end();
  await database.drop();
});

test("what holds copies or shows the rows of another server is described, and takes no change", async () => {
  await admin.query(`CREATE TABLE people (id int PRIMARY KEY, email text);
    INSERT INTO people SELECT g, 'p' || g || '@example.org' FROM generate_series(1, 30) g;
    CREATE MATERIALIZED VIEW copies AS SELECT * FROM people; CREATE UNIQUE INDEX ON copies (id); ANALYZE copies;
    CREATE FOREIGN DATA WRAPPER nowhere; CREATE SERVER far FOREIGN DATA WRAPPER nowhere;
    CREATE FOREIGN TABLE billing.remote (id int, email text) SERVER far;`);
  const { collections } = answered(await live.describe());
  const kinds = collections.flatMap((c) => (c.fixed === undefined ? [] : [[c.name, c.fixed]]));
  expect(kinds).toEqual([
    ["copies", "a materialised view"],
    ["billing.remote", "a foreign table"],
  ]);
  const copies = collections.find((c) => c.name === "copies");
  expect(copies).toMatchObject({ fields: [{ name: "id" }, { name: "email" }], uniques: [["id"]] });
  const look = { collection: "copies", fields: ["email"], key: ["id"], pattern: "p7@", hitsMax: 9 };
  expect(answered(await live.search({ ...look, rowsMax: 100 }))).toMatchObject({
    examined: 30,
    partial: false,
    hits: [{ key: ["7"] }],
  });
  expect(answered(await live.search({ ...look, rowsMax: 4 }))).toMatchObject({
    population: 30,
    partial: true,
  });
  const where = { fields: ["id"], tuples: [["7"]] };
  expect(failureIn(await live.mutate([{ act: "delete", collection: "copies", where }]))).toMatchObject({
    ok: false,
  });
  expect(failureIn(await live.count({ collection: "billing.remote" }))).toMatchObject({ ok: false });
});
