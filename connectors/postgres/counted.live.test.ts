/** What is said of how many rows there are (spec/connector.md, `rowsEstimate` and `rowsMost`). */
import { freshDatabase } from "@avow/provision/database";
import type { Connector } from "@avow/runtime/connector-kit/contract";
import { answered } from "@avow/runtime/connector-kit/contract-subject";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

let admin: pg.Client;
let live: Connector;
let drop: () => Promise<void>;

beforeAll(async () => {
  const database = await freshDatabase(inject("postgresUrl"), "counted");
  drop = database.drop;
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  live = connector.open({ url: database.url, access: "read", statementTimeoutMs: 10_000 });
});
afterAll(async () => {
  await live?.close();
  await admin?.end();
  await drop?.();
});

test("a table that was never counted has no estimate, but an end; a leaf that was not, no say over the others", async () => {
  const estimateOf = async (name: string) => {
    const found = answered(await live.describe()).collections.find((c) => c.name === name);
    return [found?.rowsEstimate, found?.rowsMost];
  };
  await admin.query(`
    CREATE TABLE uncounted (id int PRIMARY KEY) WITH (autovacuum_enabled = off);
    INSERT INTO uncounted SELECT generate_series(1, 1000);
    CREATE TABLE leaves (day int, note text) PARTITION BY LIST (day);
    CREATE TABLE leaves_1 PARTITION OF leaves FOR VALUES IN (1) WITH (autovacuum_enabled = off);
    CREATE TABLE leaves_2 PARTITION OF leaves FOR VALUES IN (2) WITH (autovacuum_enabled = off);
    INSERT INTO leaves SELECT 1, 'x' FROM generate_series(1, 1000);`);
  const [none, most] = await estimateOf("uncounted");
  expect(none).toBeNull();
  expect(most).toBeGreaterThanOrEqual(1000);
  expect(most).toBeLessThan(3000);
  expect((await estimateOf("leaves"))[0]).toBeNull();
  await admin.query("ANALYZE uncounted; ANALYZE leaves_1");
  expect(await estimateOf("uncounted")).toEqual([1000, undefined]);
  expect(await estimateOf("leaves")).toEqual([1000, undefined]);
  await admin.query("INSERT INTO leaves VALUES (2, 'x')");
  expect((await estimateOf("leaves"))[0]).toBeGreaterThan(1000);
});
