/** Every promise that is called kept is broken on purpose once: exactly the promises that the sabotage names turn, and heal. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { connector } from "@avow/connector-postgres/connector";
import { must } from "@avow/core/terms/assert";
import { databaseHistory } from "@avow/runtime/checks/db-history";
import { readSabotages } from "@avow/runtime/checks/sabotage/read";
import { runSabotage, untested } from "@avow/runtime/checks/sabotage/run";
import { type Report, verify } from "@avow/runtime/checks/verify";
import { countRequests } from "@avow/runtime/requests/desk";
import { readService } from "@avow/runtime/service/open";
import { type Database, openDatabase } from "@avow/runtime/store/database";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type FreshDatabase, freshDatabase } from "../../tools/provision/database.ts";
import { freshMiky, readerUrl } from "./app/testbed.ts";
import { seedMiky } from "./generate/seed.ts";

const PEOPLE = 150;
const FOLDER = fileURLToPath(new URL(".", import.meta.url));

const sabotages = readdirSync(new URL("sabotage/", import.meta.url)).flatMap((file) => {
  const read = readSabotages(file, readFileSync(new URL(`sabotage/${file}`, import.meta.url), "utf8"));
  return must(read.value, JSON.stringify(read.issues));
});

let miky: Awaited<ReturnType<typeof freshMiky>>;
let own: FreshDatabase;
let db: Database;
let check: () => Promise<Report>;
const clients = new Map<string, pg.Client>();
const reader = { close: async (): Promise<void> => undefined };

beforeAll(async () => {
  const admin = inject("postgresUrl");
  miky = await freshMiky(admin);
  own = await freshDatabase(admin, "avow_sabotage");
  const now = new Date();
  await seedMiky({ url: miky.url, people: PEOPLE, seed: 11, now });
  db = await openDatabase(own.url);
  for (const [on, url] of [
    ["app", miky.url],
    ["avow", own.url],
  ] as const) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    clients.set(on, client);
  }
  await passDrills(now);
  const store = connector.open({ url: readerUrl(miky.url), access: "read", statementTimeoutMs: 60_000 });
  reader.close = () => store.close();
  const texts = await readService(FOLDER);
  const policy = must(texts.policy, "Miky.ai's policy compiles");
  const map = must(texts.map, "its data map is sound");
  const history = databaseHistory({
    db,
    service: "miky-ai",
    countRequests: (right, at) => countRequests(db, "miky-ai", right, at),
    keep: true,
  });
  check = () =>
    verify({
      policy,
      map,
      readers: { app: store },
      history,
      planBasis: basis,
      feasible: () => feasible({ map, keepRules: rules, readers: { app: store } }),
      locatorOf: (place) => `${place.length}`,
      now: new Date(),
    });
});

afterAll(async () => {
  await reader.close();
  for (const client of clients.values()) await client.end();
  await db?.destroy();
  await own?.drop();
  await miky?.drop();
});

const sql = async (on: string, what: string): Promise<void> => {
  const { command, rowCount } = await must(clients.get(on), "a database of the test").query(what);
  if (rowCount === 0) throw new Error(`\`${command}\` of a sabotage changed nothing`);
};

async function passDrills(now: Date): Promise<void> {
  for (const right_name of ["access", "erase"])
    await db
      .insertInto("drills")
      .values({
        id: crypto.randomUUID(),
        service: "miky-ai",
        right_name,
        state: "passed",
        detail: "",
        plan_basis: basis,
        sealed_canary: null,
        started_at: new Date(now.getTime() - 60_000),
        ended_at: now,
      })
      .execute();
}

test("nothing is broken before, and each promise that is kept is sabotaged", async () => {
  const baseline = await check();
  const broken = baseline.promises.filter((p) => p.verdict === "broken");
  expect(broken).toEqual([]);
  expect(baseline.promises.filter((p) => p.verdict === "kept").map((p) => p.promise)).toEqual([
    "M1",
    "M2",
    "M4",
    "M5",
    "M16",
    "M17",
    "M18",
    "M20",
    "M21",
    "M42",
  ]);
  expect(untested(baseline, sabotages)).toEqual([]);
});

test.each(sabotages)("$id breaks $breaks", async (sabotage) => {
  const result = await runSabotage(sabotage, { ways: { sql }, verify: check, pause: setTimeout });
  expect(result.faults).toEqual([]);
});

test("what a sabotage should have broken and did not is said, and so is what it broke besides", async () => {
  const first = must(
    sabotages.find((s) => s.id === "undeclared-column-on-users"),
    "listed",
  );
  const result = await runSabotage(
    { ...first, breaks: ["M2"] },
    { ways: { sql }, verify: check, pause: setTimeout },
  );
  expect(result.faults).toEqual([
    "`M1` turned from kept to broken, which was not meant",
    "`M2` should be broken and is kept",
  ]);
});
