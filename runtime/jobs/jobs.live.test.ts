import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { freshDatabase } from "@avow/provision/database";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { z } from "zod";
import { type Database, openDatabase } from "../store/database.ts";
import { defineJob } from "./job.ts";
import { JOBS_SCHEMA, type Jobs, openJobs } from "./open.ts";
import type { Handler } from "./work.ts";

const job = defineJob({
  name: "errand",
  ids: { errand: z.uuid() },
  retry: { attemptsMax: 5, firstPauseSeconds: 1, pauseSecondsMax: 2 },
  timeoutSeconds: 60,
});

let state: { url: string; drop: () => Promise<void> };
let db: Database;
let service = 0;
const open: Jobs[] = [];

beforeAll(async () => {
  state = await freshDatabase(inject("postgresUrl"), "jobs");
  db = await openDatabase(state.url);
});

afterEach(async () => {
  for (const jobs of open.splice(0)) await jobs.close();
});

afterAll(async () => {
  await db.destroy();
  await state.drop();
});

async function start(name = `s${(service += 1)}`): Promise<{ jobs: Jobs; log: string[]; name: string }> {
  const log: string[] = [];
  const jobs = await openJobs({
    db,
    url: state.url,
    service: name,
    jobs: [job],
    onLog: (line) => log.push(line),
  });
  open.push(jobs);
  return { jobs, log, name };
}

const enqueue = (jobs: Jobs, errand: string): Promise<void> =>
  db.transaction().execute((tx) => jobs.enqueue(tx, job, { errand }));

async function rowsOf(name: string): Promise<{ state: string; data: unknown; output: unknown }[]> {
  const { rows } = await sql<{ state: string; data: unknown; output: unknown }>`
    select state, data, output from ${sql.table(`${JOBS_SCHEMA}.job`)} where name = ${`${name}/errand`}`.execute(
    db,
  );
  return rows;
}

async function until(what: () => boolean | Promise<boolean>, msMax = 30_000): Promise<void> {
  const end = performance.now() + msMax;
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`not after ${msMax} ms`);
    await sleep(10);
  }
}

test("two processes that start at once make the schema once", async () => {
  const two = await Promise.all([start(), start()]);
  expect(two.map((t) => t.log)).toEqual([[], []]);
});

test("a job is there when the change is, and goes with it when it is rolled back", async () => {
  const { jobs, name } = await start();
  const errand = randomUUID();
  const thrown = new Error("rolled back");
  await expect(
    db.transaction().execute(async (tx) => {
      await jobs.enqueue(tx, job, { errand });
      throw thrown;
    }),
  ).rejects.toBe(thrown);
  expect(await rowsOf(name)).toEqual([]);
  await db.transaction().execute(async (tx) => {
    await jobs.enqueue(tx, job, { errand });
    expect(await rowsOf(name)).toEqual([]);
  });
  expect(await rowsOf(name)).toEqual([{ state: "created", data: { errand }, output: null }]);
});

test("what is no id is refused, and the transaction says so", async () => {
  const { jobs, name } = await start();
  await expect(enqueue(jobs, "ada@example.org")).rejects.toThrow("nothing else");
  expect(await rowsOf(name)).toEqual([]);
});

test("one job waits for one key; one that is enqueued while it runs is not lost", async () => {
  const { jobs, name } = await start();
  const errand = randomUUID();
  await enqueue(jobs, errand);
  await enqueue(jobs, errand);
  expect(await rowsOf(name)).toHaveLength(1);
  const seen: string[] = [];
  const gate = Promise.withResolvers<void>();
  const working = await jobs.work(job, { concurrency: 1 }, async ({ ids }) => {
    seen.push(ids["errand"] ?? "");
    if (seen.length === 1) await gate.promise;
    return "done";
  });
  await until(() => seen.length === 1);
  await enqueue(jobs, errand);
  gate.resolve();
  await until(() => seen.length === 2);
  await working.stop();
  expect(seen).toEqual([errand, errand]);
  expect((await rowsOf(name)).map((r) => r.state)).toEqual(["completed", "completed"]);
});

test("another service's jobs are not taken", async () => {
  const one = await start();
  const other = await start();
  const seen: string[] = [];
  const handler: Handler = async ({ ids }) => {
    seen.push(ids["errand"] ?? "");
    return "done";
  };
  const working = await one.jobs.work(job, { concurrency: 1 }, handler);
  const mine = randomUUID();
  await enqueue(other.jobs, randomUUID());
  await enqueue(one.jobs, mine);
  await until(() => seen.length > 0);
  await sleep(100);
  await working.stop();
  expect(seen).toEqual([mine]);
});

test("what fails or is postponed comes again; what the error said stays out of log and queue", async () => {
  const { jobs, log, name } = await start();
  let attempts = 0;
  const working = await jobs.work(job, { concurrency: 1 }, async () => {
    attempts += 1;
    if (attempts === 1) throw new RangeError("ada@example.org lives at 7 Canal Street");
    return attempts === 2 ? "postponed" : "done";
  });
  await enqueue(jobs, randomUUID());
  await until(() => attempts === 3);
  await working.stop();
  expect(log).toEqual(["job errand: stopped by RangeError; it is tried again"]);
  const rows = await rowsOf(name);
  expect(rows.map((r) => r.state)).toEqual(["completed"]);
  expect(JSON.stringify(rows)).not.toMatch(/ada@|Canal/);
});

test("asking again ends the pause before the next attempt; a sweep leaves it", async () => {
  const { jobs, name } = await start();
  const errand = randomUUID();
  let attempts = 0;
  const working = await jobs.work(job, { concurrency: 1 }, async () => {
    attempts += 1;
    return attempts < 2 ? "postponed" : "done";
  });
  await enqueue(jobs, errand);
  await until(async () => (await rowsOf(name))[0]?.state === "retry");
  const later = sql`update ${sql.table(`${JOBS_SCHEMA}.job`)} set start_after = now() + interval '1 hour'
    where name = ${`${name}/errand`}`;
  await later.execute(db);
  await db.transaction().execute((tx) => jobs.enqueue(tx, job, { errand }, { due: "as_it_is" }));
  await sleep(2500);
  expect(attempts).toBe(1);
  await enqueue(jobs, errand);
  await until(() => attempts === 2, 1500);
  await working.stop();
  expect(await rowsOf(name)).toHaveLength(1);
});

test("stopping: nothing new is taken, what runs is told and waited for, the rest stays", async () => {
  const { jobs, name } = await start();
  const ended: string[] = [];
  const working = await jobs.work(job, { concurrency: 1 }, async ({ stop }) => {
    while (!stop.aborted) await sleep(20);
    await sleep(300);
    ended.push("in good order");
    return "postponed";
  });
  await enqueue(jobs, randomUUID());
  await enqueue(jobs, randomUUID());
  await until(async () => (await rowsOf(name)).some((r) => r.state === "active"));
  await working.stop();
  expect(ended).toEqual(["in good order"]);
  expect((await rowsOf(name)).map((r) => r.state).sort()).toEqual(["created", "retry"]);
});

test("how long it takes from commit to handler, and to work off a backlog", async () => {
  const { jobs } = await start();
  const taken = new Map<string, number>();
  const working = await jobs.work(job, { concurrency: 2 }, async ({ ids }) => {
    taken.set(ids["errand"] ?? "", performance.now());
    return "done";
  });
  const waits: number[] = [];
  for (let n = 0; n < 30; n += 1) {
    const errand = randomUUID();
    await enqueue(jobs, errand);
    const committed = performance.now();
    await until(() => taken.has(errand));
    waits.push((taken.get(errand) ?? Number.NaN) - committed);
    await sleep(30);
  }
  waits.sort((a, b) => a - b);
  const began = performance.now();
  const many = Array.from({ length: 100 }, () => randomUUID());
  await db.transaction().execute(async (tx) => {
    for (const errand of many) await jobs.enqueue(tx, job, { errand });
  });
  await until(() => many.every((m) => taken.has(m)));
  const ms = performance.now() - began;
  await working.stop();
  process.stderr.write(
    `jobs: commit to handler ${(waits[15] ?? 0).toFixed(1)} ms (median of 30), ${(waits[28] ?? 0).toFixed(1)} ms (29th of 30); 100 jobs enqueued and worked off in ${ms.toFixed(0)} ms\n`,
  );
  expect(waits).toHaveLength(30);
});
