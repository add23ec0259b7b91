import { readFile } from "node:fs/promises";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { openDatabase } from "../app/database.ts";
import { housekeep } from "../app/housekeeping.ts";
import { appUrl, freshMiky, readerUrl, testbed } from "../app/testbed.ts";
import { DEMO_PASSWORD, seedMiky } from "./seed.ts";

const NOW = new Date("2026-03-01T09:00:00Z");
const mapSchema = z.object({
  collections: z.record(z.string(), z.object({ fields: z.record(z.string(), z.string()) })),
});

let made: Awaited<ReturnType<typeof freshMiky>>;
let client: pg.Client;
let seeded: Awaited<ReturnType<typeof seedMiky>>;
const steps: number[] = [];
beforeAll(async () => {
  made = await freshMiky(inject("postgresUrl"));
  seeded = await seedMiky({
    url: made.url,
    people: 1_200,
    seed: 5,
    now: NOW,
    onProgress: ({ people }) => steps.push(people),
  });
  client = new pg.Client({ connectionString: made.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await made.drop();
});
const rows = async (sql: string): Promise<readonly unknown[]> => (await client.query(sql)).rows;

test("every table has rows but the cache, alarms and desks that are signed in, and progress is told", async () => {
  expect(seeded.people).toBe(1_200);
  expect(steps.at(-1)).toBe(1_200);
  const tables = await client.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  const empty = [];
  for (const { name } of tables.rows)
    if ((await client.query(`select 1 from ${name} limit 1`)).rowCount === 0) empty.push(name);
  expect(empty.sort()).toEqual(["alarms", "response_cache", "staff_sessions"]);
});

test("declared links and indexes are back as the schema has them", async () => {
  const bare = await freshMiky(inject("postgresUrl"));
  const other = new pg.Client({ connectionString: bare.url });
  await other.connect();
  const catalogue = `select 'index ' || indexdef as what from pg_indexes where schemaname = 'public'
    union all select format('%s %s %s %s', conrelid::regclass, conname, contype, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace order by 1`;
  expect(await rows(catalogue)).toEqual((await other.query(catalogue)).rows);
  await other.end();
  await bare.drop();
});

test("sums agree: ledger and balance, purchases and payments, shares and edges", async () => {
  expect(
    await rows(
      "select u.id from users u join credit_ledger l on l.user_id = u.id where u.closed_at is null group by u.id having sum(l.change) <> u.credits",
    ),
  ).toEqual([]);
  expect(
    await rows(
      "select p.id from payments p join users u on u.id = p.user_id where u.closed_at is null and not exists (select 1 from credit_ledger l where l.user_id = p.user_id and l.reason = 'purchase' and (l.detail->>'payment')::bigint = p.id)",
    ),
  ).toEqual([]);
  expect(
    await rows(
      "select c.id from commissions c where c.payment_id is not null and not exists (select 1 from payments p where p.id = c.payment_id)",
    ),
  ).toEqual([]);
  expect(
    await rows(
      "select r.position from referrals r join users u on u.id = r.referred_id where u.referred_by is distinct from r.referrer_id",
    ),
  ).toEqual([]);
  expect(
    await rows(
      "select max(depth) >= 4 as deep, bool_or(referrer_id is null or referred_id is null) as shared from referrals",
    ),
  ).toEqual([{ deep: true, shared: true }]);
});

test("closed accounts are husks: nothing but what the law keeps points at them", async () => {
  expect(
    await rows(
      "select count(*) > 10 as some, bool_and(email ~ '^erased-[0-9a-f]{16}$' and name is null and phone is null and referral_code is null) as masked from users where closed_at is not null",
    ),
  ).toEqual([{ some: true, masked: true }]);
  const links = await client.query<{ child: string; field: string }>(
    `select k.conrelid::regclass::text as child, a.attname as field from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
      where k.contype = 'f' and k.confrelid = 'users'::regclass`,
  );
  const pointing = [];
  for (const { child, field } of links.rows) {
    if (
      (
        await client.query(
          `select 1 from ${child} c join users u on u.id = c.${field} where u.closed_at is not null limit 1`,
        )
      ).rowCount !== 0
    )
      pointing.push(child);
  }
  expect(pointing).toEqual(["payments"]);
});

test("nothing is due for clearing up", async () => {
  const db = openDatabase(appUrl(made.url));
  expect(await housekeep(db, NOW)).toEqual({});
  await db.close();
});

test("a second seeding is refused, and so is a size that makes no sense", async () => {
  await expect(seedMiky({ url: made.url, people: 10, seed: 1, now: NOW })).rejects.toThrow(
    "already holds people",
  );
  await expect(seedMiky({ url: made.url, people: 0, seed: 1, now: NOW })).rejects.toThrow("`people`");
});

test("the data map names every live column, and no other", async () => {
  const map = mapSchema.parse(parse(await readFile(new URL("../datamap/app.yaml", import.meta.url), "utf8")));
  const mapped = Object.entries(map.collections).flatMap(([name, { fields }]) =>
    Object.keys(fields).map((field) => `${name}.${field}`),
  );
  const live = await client.query<{ name: string }>(
    "select table_name || '.' || column_name as name from information_schema.columns where table_schema = 'public'",
  );
  expect(mapped.toSorted()).toEqual(live.rows.map(({ name }) => name).toSorted());
});

test("the reader can not write", async () => {
  const reader = new pg.Client({ connectionString: readerUrl(made.url) });
  await reader.connect();
  await expect(reader.query("update users set name = 'x'")).rejects.toThrow("permission denied");
  expect((await reader.query("select count(*)::int as n from users")).rows).toEqual([{ n: 1_200 }]);
  await reader.end();
});

test("the app goes on after the seeded rows, and a seeded person can sign in", async () => {
  const bed = await testbed(inject("postgresUrl"), { databaseUrl: appUrl(made.url) });
  const found = await client.query<{ email: string }>(
    "select email from users u join credentials c on c.user_id = u.id where email ~ '[A-Z]' limit 1",
  );
  const person = bed.browser();
  expect(
    (await person.post("/signin", { email: found.rows[0]?.email ?? "", password: DEMO_PASSWORD })).statusCode,
  ).toBe(303);
  expect((await person.post("/support", { subject: "new", body: "row" })).statusCode).toBe(303);
  expect(
    (await person.post("/credits/buy", { pack: "small", method: "pm_visa", name: "N", address: "A" }))
      .statusCode,
  ).toBe(303);
  await bed.close();
});
