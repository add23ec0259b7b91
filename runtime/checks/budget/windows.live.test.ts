/** Windows on real stores: while the application writes, and while the run is killed again and again. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import type { Reading, Rolling } from "@avow/core/commitments/proof";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import type { WindowBook } from "./book.ts";
import { databaseBook, forgetWindows } from "./db-book.ts";
import { ageOf } from "./testing/age.ts";

const CHILD = fileURLToPath(new URL("./testing/walk.ts", import.meta.url));
const ROWS = 40_000;
const DAY_MS = 86_400_000;
const NOW = new Date("2026-06-01T00:00:00Z");
const later = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

let app: FreshDatabase;
let own: FreshDatabase;
let db: Database;
let client: pg.Client;
let book: WindowBook;

beforeAll(async () => {
  app = await freshDatabase(inject("postgresUrl"), "windows_app");
  own = await freshDatabase(inject("postgresUrl"), "windows_own");
  db = await openDatabase(own.url);
  client = new pg.Client({ connectionString: app.url });
  await client.connect();
  book = databaseBook({ db, service: "shop", sealer: createSealer(Buffer.alloc(32, 7)) });
});
afterAll(async () => {
  await client?.end();
  await db?.destroy();
  await app?.drop();
  await own?.drop();
});
beforeEach(async () => {
  await db.deleteFrom("check_windows").execute();
  // The key is an address: what a person's own key would be.
  await client.query(`drop table if exists events;
    create table events (email text primary key, at timestamptz, note text);
    insert into events select 'p' || lpad(i::text, 9, '0') || '@example.org', '2025-01-01'::timestamptz + i * interval '1 minute', 'n'
      from generate_series(1, ${ROWS}) i;
    analyze events`);
});

const look = (rows: number, day = 0): Promise<Reading> =>
  ageOf({ book, url: app.url, rows, now: later(day) });
function aged(reading: Reading): Extract<Reading, { reading: "age" }> {
  if (reading.reading !== "age") throw new Error(`expected an age, got ${JSON.stringify(reading)}`);
  return reading;
}
const rolled = (reading: Reading): Rolling => {
  const { rolling } = aged(reading);
  if (rolling === undefined) throw new Error("expected windows");
  return rolling;
};

test("within the budget it is looked at whole; with an index, however large it is", async () => {
  expect(aged(await ageOf({ book, url: app.url, now: NOW })).rolling).toBeUndefined();
  await client.query("create index on events (at)");
  const cheap = aged(await look(5_000));
  expect(cheap.rolling).toBeUndefined();
  // What an index says is exact but for the number of all rows, which is the store's own.
  expect(cheap).toMatchObject({ before: 0, undated: 0, rows: ROWS, oldest: "2025-01-01T00:01:00.000Z" });
  await client.query("update events set at = '2020-01-01' where email < 'p000000008'");
  const broken = aged(await look(5_000));
  expect(broken).toMatchObject({ before: 7, oldest: "2020-01-01T00:00:00.000Z" });
  expect(broken.evidence.filter((e) => e.locator !== undefined)).toHaveLength(5);
});

test("beyond the budget it is read in windows, run after run, and keys of rows stand nowhere in clear", async () => {
  const shares: number[] = [];
  for (let run = 0; run < 3; run += 1) shares.push(rolled(await look(16_000)).examined);
  expect(shares).toEqual([16_000, 32_000, 40_000]);
  const whole = aged(await look(16_000));
  expect(whole.rolling).toMatchObject({ complete: true, population: ROWS, since: NOW.toISOString() });
  expect(whole).toMatchObject({ before: 0, undated: 0, rows: ROWS });
  const rows = await db.selectFrom("check_windows").selectAll().execute();
  expect(rows.length).toBeGreaterThan(2);
  expect(rows.every((r) => !r.sealed.toString("latin1").includes("example.org"))).toBe(true);
  expect(rows.every((r) => !r.look.includes("@"))).toBe(true);
  // Nobody looks any more: what was seen speaks for a week.
  expect(rolled(await look(1_000, 8)).complete).toBe(false);
});

test("a row that is too old breaks at once and until its window is read again", async () => {
  await client.query("update events set at = '2020-01-01' where email like 'p000000100@%'");
  const broken = aged(await look(16_000));
  expect(broken).toMatchObject({ before: 1, oldest: "2020-01-01T00:00:00.000Z" });
  expect(broken.rolling?.complete).toBe(false);
  expect(broken.evidence.map((e) => e.locator !== undefined)).toEqual([false, true]);
  expect(JSON.stringify(broken)).not.toContain("example.org");
  await client.query("delete from events where email like 'p000000100@%'");
  let mended = aged(await look(16_000));
  for (let run = 0; run < 4; run += 1) mended = aged(await look(16_000));
  expect(mended).toMatchObject({ before: 0, rows: ROWS - 1 });
  expect(mended.rolling?.complete).toBe(true);
});

test("while rows come and go, and runs at once share the work, nothing that stays is missed", async () => {
  const writer = new pg.Client({ connectionString: app.url });
  await writer.connect();
  let writing = true;
  const written = (async () => {
    for (let n = 0; writing; n += 1) {
      await writer.query("delete from events where email in (select email from events offset $1 limit 50)", [
        (n * 997) % 30_000,
      ]);
      await writer.query(
        `insert into events select 'q' || $1::text || '-' || i || '@example.org', '2026-01-01', 'new' from generate_series(1, 60) i`,
        [n],
      );
    }
  })();
  for (let run = 0; run < 4; run += 1) await Promise.all([look(16_000), look(16_000)]);
  writing = false;
  await written;
  // A row comes in behind, where the first windows lie.
  await writer.query("insert into events values ('a@example.org', '2019-01-01', 'late')");
  await writer.end();
  const { rows } = await client.query("select count(*)::int as n from events");
  let last = aged(await look(16_000, 4));
  for (let run = 0; run < 12; run += 1) last = aged(await look(16_000, 4));
  expect(last).toMatchObject({ before: 1, rows: rows[0].n });
  expect(last.rolling?.complete).toBe(true);
});

/** Ends the child as by `kill -9` some time after it is open; null when it was done before. */
function killed(afterMs: number): Promise<string | null> {
  const job = { own: own.url, app: app.url, rows: 12_000 };
  const child = spawn(process.execPath, [CHILD, JSON.stringify(job)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.once("data", () => setTimeout(() => child.kill("SIGKILL"), afterMs));
  return new Promise((resolve) => child.on("close", (_code, signal) => resolve(signal)));
}

test("killed at any moment, the next run goes on, and what comes out is the same", async () => {
  await client.query("update events set at = '2020-01-01' where email like 'p000039999@%'");
  const signals: (string | null)[] = [];
  for (const afterMs of [5, 20, 40, 60, 80, 100, 120, 150]) signals.push(await killed(afterMs));
  expect(signals).toContain("SIGKILL");
  let last = aged(await look(12_000));
  for (let run = 0; run < 8; run += 1) last = aged(await look(12_000));
  expect(last).toMatchObject({ before: 1, rows: ROWS });
  expect(last.rolling?.complete).toBe(true);
}, 120_000);

test("windows that nobody asks for any more are forgotten", async () => {
  await look(16_000);
  await forgetWindows(db, "shop", later(60));
  expect(await db.selectFrom("check_windows").selectAll().execute()).not.toEqual([]);
  await forgetWindows(db, "shop", later(100));
  expect(await db.selectFrom("check_windows").selectAll().execute()).toEqual([]);
});

test("on SQLite, where no index tells the oldest date, windows do", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-windows-"));
  const file = join(folder, "app.db");
  const store = new DatabaseSync(file);
  store.exec(`create table events (id integer primary key, at text, note text);
    with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)
    insert into events select i, datetime('2025-01-01', '+' || i || ' minutes'), 'n' from n;
    update events set at = '2020-01-01' where id = 29000`);
  store.close();
  const open = () => sqlite.open({ url: `sqlite:${file}`, access: "read", statementTimeoutMs: 30_000 });
  const run = () => ageOf({ book, url: "", rows: 12_000, now: NOW, open });
  expect(rolled(await run())).toMatchObject({ examined: 12_000, complete: false });
  let last = aged(await run());
  for (let n = 0; n < 4; n += 1) last = aged(await run());
  expect(last).toMatchObject({ before: 1, rows: 30_000, oldest: "2020-01-01T00:00:00.000Z" });
  expect(last.rolling?.complete).toBe(true);
  await rm(folder, { recursive: true });
});
