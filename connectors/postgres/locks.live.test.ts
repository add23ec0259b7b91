/** Who waits for others in PostgreSQL. */
import { freshDatabase } from "@avow/provision/database";
import { failureIn, using } from "@avow/runtime/connector-kit/contract-subject";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const database = await freshDatabase(inject("postgresUrl"), "postgres_locks");
const admin = new pg.Client({ connectionString: database.url });
beforeAll(() => admin.connect());
afterAll(async () => {
  await admin.end();
  await database.drop();
});

test("who waits for a lock is told so, before the statement has taken too long", async () => {
  await admin.query("CREATE TABLE held (id int PRIMARY KEY); INSERT INTO held VALUES (1)");
  await admin.query("BEGIN; SELECT FROM held FOR UPDATE");
  try {
    const where = { fields: ["id"], tuples: [["1"]] };
    const answer = await using(
      connector.open({ url: database.url, access: "erase", statementTimeoutMs: 1000 }),
      (c) => c.mutate([{ act: "delete", collection: "held", where }]),
    );
    expect(failureIn(answer)).toMatchObject({ error: "throttled", retryable: true });
    expect(failureIn(answer).reason).toContain("lock not available (55P03)");
  } finally {
    await admin.query("ROLLBACK");
  }
});
