import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../../tools/provision/database.ts";
import { connector } from "./connector.ts";

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase(inject("postgresUrl"), "sample");
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    "create table few (a int, b text); insert into few values (1, repeat('x', 50)), (null, null); create table many (n int primary key, pad text); insert into many select i, repeat('p', 100) from generate_series(1, 100000) i; analyze",
  );
  await client.end();
});
afterAll(() => database.drop());

test("a short table comes whole, values cut; a long one comes from all over, without being read to its end", async () => {
  const store = connector.open({ url: database.url, access: "read", statementTimeoutMs: 10_000 });
  try {
    expect(await store.sample?.({ collection: "few", fields: ["a", "b"], rowsMax: 10, charsMax: 3 })).toEqual(
      {
        ok: true,
        value: {
          whole: true,
          rows: [
            ["1", "xxx"],
            [null, null],
          ],
        },
      },
    );
    expect(await store.sample?.({ collection: "few", fields: ["a"], rowsMax: 1, charsMax: 3 })).toMatchObject(
      { ok: true, value: { whole: false, rows: [["1"]] } },
    );
    const answer = await store.sample?.({ collection: "many", fields: ["n"], rowsMax: 500, charsMax: 20 });
    const rows = answer?.ok === true ? answer.value.rows.map(([n]) => Number(n)) : [];
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.length).toBeLessThanOrEqual(500);
    // From the first blocks only would be the lowest numbers only.
    expect(Math.max(...rows)).toBeGreaterThan(20_000);
    expect(answer).toMatchObject({ value: { whole: false } });
    expect(
      await store.sample?.({ collection: "many", fields: ["none"], rowsMax: 1, charsMax: 1 }),
    ).toMatchObject({ ok: false, error: "malformed" });
  } finally {
    await store.close();
  }
});

test("a materialised view that was never filled holds no rows; filled, it shows them", async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const store = connector.open({ url: database.url, access: "read", statementTimeoutMs: 10_000 });
  const look = () => store.sample?.({ collection: "shown", fields: ["a"], rowsMax: 10, charsMax: 9 });
  try {
    await client.query("create materialized view shown as select a from few with no data");
    expect(await look()).toEqual({ ok: true, value: { rows: [], whole: true } });
    await client.query("refresh materialized view shown");
    expect(await look()).toEqual({ ok: true, value: { rows: [["1"], [null]], whole: true } });
  } finally {
    await client.query("drop materialized view if exists shown");
    await client.end();
    await store.close();
  }
});
