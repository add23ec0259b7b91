import pg from "pg";
import { expect, inject, test } from "vitest";
import { freshDatabase } from "./database.ts";

test("each test gets a database of its own, which goes even while somebody is connected", async () => {
  const [one, two] = await Promise.all([
    freshDatabase(inject("postgresUrl"), "same"),
    freshDatabase(inject("postgresUrl"), "same"),
  ]);
  expect(one.url).not.toBe(two.url);
  const client = new pg.Client({ connectionString: one.url });
  client.on("error", () => undefined);
  await client.connect();
  const found = await client.query(
    "select current_database() as name, count(*)::int as tables from pg_tables where schemaname = 'public'",
  );
  expect(found.rows[0]?.name).toMatch(/^same_[0-9a-f]{12}$/);
  expect(found.rows[0]?.tables).toBe(0);
  await one.drop();
  await one.drop();
  await expect(client.query("select 1")).rejects.toThrow();
  const again = new pg.Client({ connectionString: one.url });
  await expect(again.connect()).rejects.toThrow(/does not exist/);
  await two.drop();
});
