import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { freshDatabase } from "@avow/provision/database";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { holding } from "./lock.ts";

const NOW = new Date("2026-03-01T00:00:00Z");
let db: Database;
let other: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase(inject("postgresUrl"), "lock");
  drop = fresh.drop;
  db = await openDatabase(fresh.url);
  other = await openDatabase(fresh.url);
});
afterAll(async () => {
  await db.destroy();
  await other.destroy();
  await drop();
});

async function received(): Promise<string> {
  const request = randomUUID();
  await sql`insert into requests (id, service, right_name, state, via, policy_hash, map_hash, received_at, due_at)
    values (${request}, 'shop', 'erase', 'received', 'app', 'p', 'm', ${NOW}, ${NOW})`.execute(db);
  return request;
}

const lockRow = (tx: Database, request: string): Promise<unknown> =>
  sql`select from requests where id = ${request} for update`.execute(tx);

/** Whoever waits for a lock of this database, once somebody does. */
async function cancelWaiting(): Promise<void> {
  const cancelled = sql`select pg_cancel_backend(pid) from pg_stat_activity
    where wait_event_type = 'Lock' and datname = current_database()`;
  for (let tries = 0; tries < 500; tries += 1) {
    if ((await cancelled.execute(other)).rows.length > 0) return;
    await sleep(10);
  }
  throw new Error("nobody waits for a lock");
}

test("where it can not be seen whether a sweep has it, the lock does not stay behind", async () => {
  const request = await received();
  await other.transaction().execute(async (tx) => {
    await lockRow(tx, request);
    const [worked] = await Promise.allSettled([holding(db, request, async () => "worked"), cancelWaiting()]);
    expect(worked).toMatchObject({ status: "rejected", reason: { code: "57014" } });
  });
  expect(await holding(other, request, async () => "worked")).toBe("worked");
});

test("one that another process works on is said to be at once, though its row is written to", async () => {
  const request = await received();
  const worked = await holding(other, request, () =>
    other.transaction().execute(async (tx) => {
      await lockRow(tx, request);
      return Promise.race([
        holding(db, request, async () => "worked"),
        sleep(5000, "waited", { ref: false }),
      ]);
    }),
  );
  expect(worked).toBeNull();
});
