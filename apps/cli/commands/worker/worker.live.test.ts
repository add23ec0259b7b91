/** Workers as an operator runs them: processes of their own on one database, stopped, killed, and several at once. */
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { JOBS_SCHEMA } from "@avow/runtime/jobs/open";
import { tail } from "@avow/runtime/ledger/tail";
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { VIA_CLI } from "@avow/runtime/requests/desk/via";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type Cards, MAIN, openCards, PEOPLE, until, type Worker } from "./testbed.ts";

let cards: Cards;
const workers: Worker[] = [];

async function startWorker(crashAt?: string): Promise<Worker> {
  const worker = await cards.startWorker(crashAt);
  workers.push(worker);
  return worker;
}

beforeAll(async () => {
  cards = await openCards(inject("postgresUrl"));
});

beforeEach(async () => {
  await cards.reset();
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.end("SIGKILL");
});

afterAll(() => cards.close());

/** Every row of every table of the jobs' schema, as text. */
async function everythingInJobs(): Promise<string> {
  const { rows } = await cards.own.query(
    "select relname as name from pg_class where relnamespace = $1::regnamespace and relkind = 'r'",
    [JOBS_SCHEMA],
  );
  let text = "";
  for (const { name } of rows)
    text += JSON.stringify((await cards.own.query(`select * from ${JOBS_SCHEMA}.${name}`)).rows);
  return text;
}

/** What a store says that is too busy for the moment: somebody has a lock, there is no connection left, it took too long. */
const BUSY = /^failed 0 .*(\((40001|40P01|53300|55P03|57014)\)|every connection is busy)/;

/** Without tries that changed nothing because the store was busy, and were made again. */
const carriedOut = async (id: string): Promise<string[]> =>
  (await cards.questions.stepsOf(id)).filter((s) => !BUSY.test(s));

test("two workers, fifty requests: each is carried out once", { timeout: 900_000 }, async () => {
  const [one, two] = await Promise.all([startWorker(), startWorker()]);
  const began = performance.now();
  const ids: string[] = [];
  // No more at once than there are connections: the others would wait for one, and not for long.
  for (let n = 1; n <= 50; n += 5)
    ids.push(...(await Promise.all([0, 1, 2, 3, 4].map((more) => cards.questions.ask(n + more)))));
  await until(
    async () =>
      (await cards.own.query("select 1 from requests where id = any($1) and closed_at is null", [ids]))
        .rowCount === 0,
    600_000,
  );
  const ms = performance.now() - began;
  for (const id of ids) expect(await carriedOut(id)).toEqual(["done 5 app.cards", "done 1 app.customers"]);
  expect(await cards.questions.count("customers")).toBe(PEOPLE - 50);
  expect(await cards.questions.count("cards")).toBe((PEOPLE - 50) * 5);
  const closedBy = () =>
    [one, two].map((w) => [...w.log().matchAll(/request (\S+): erase closed/g)].map(([, id]) => id));
  // What a worker writes is on its way for a moment after the request is closed.
  await until(() => closedBy().flat().length >= ids.length);
  const ended = closedBy();
  expect(ended.flat().toSorted()).toEqual(ids.toSorted());
  await cards.opened.service.ledger.settle();
  const entries = (await tail(cards.opened.service.ledger, 10_000)).flatMap(({ body }) =>
    body?.["event"] === "request.closed" ? [String(body["request"])] : [],
  );
  for (const id of ids) expect(entries.filter((e) => e === id)).toHaveLength(1);
  const shares = ended.map((own) => own.length);
  process.stderr.write(
    `worker: 50 erasures by two workers in ${ms.toFixed(0)} ms, ${shares.join(" and ")}\n`,
  );
  expect(Math.min(...shares)).toBeGreaterThan(0);
  expect(await everythingInJobs()).toContain(ids[0]);
});

test("after a real erasure, nothing of a person is in the rows of jobs, in the log or in the payload", async () => {
  const worker = await startWorker();
  const id = await cards.questions.ask(3);
  await until(cards.questions.closed(id));
  await cards.store.query(
    "create trigger protect before delete on cards for each row execute function protect()",
  );
  const failing = await cards.questions.ask(4);
  await until(async () => (await cards.questions.stateOf(failing)) === "not_done");
  const { rows } = await cards.own.query(`select data from ${JOBS_SCHEMA}.job`);
  for (const { data } of rows) expect(data).toEqual({ request: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(rows).toContainEqual({ data: { request: id } });
  expect(rows).toContainEqual({ data: { request: failing } });
  const text = `${await everythingInJobs()}${worker.log()}`;
  expect(text).toContain(failing);
  expect(text).not.toMatch(/example\.org|Customer Nr|number \d|protected/);
  // Whoever asks again does not wait for the pause to end.
  await cards.store.query("drop trigger protect on cards");
  expect(await cards.questions.ask(4)).toBe(failing);
  await until(cards.questions.closed(failing));
});

for (const point of ["captured", "intended", "acted", "outcome"])
  test(`kill -9 when it has ${point}: the next worker finishes`, async () => {
    const doomed = await startWorker(point);
    const id = await cards.questions.ask(7);
    expect((await doomed.ended).signal).toBe("SIGKILL");
    expect(await cards.questions.stateOf(id)).toBe("received");
    await startWorker();
    const ms = await until(cards.questions.closed(id));
    process.stderr.write(`worker: ${point}: finished ${ms.toFixed(0)} ms after the next worker was up\n`);
    expect(await cards.questions.count("customers where id = 7")).toBe(0);
    expect(await cards.questions.count("cards")).toBe((PEOPLE - 1) * 5);
  });

/** A worker with a request at its first step, where it waits until `release`. */
async function held(person: number) {
  const holder = new pg.Client({ connectionString: cards.url.app });
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table cards in share mode");
  const worker = await startWorker();
  const id = await cards.questions.ask(person);
  const intended = "select 1 from request_steps where request = $1 and state = 'intended'";
  await until(async () => (await cards.own.query(intended, [id])).rowCount === 1);
  return { worker, id, release: () => holder.end() };
}

test("kill -9 while another worker runs: that one notices and finishes", async () => {
  const { worker, id, release } = await held(8);
  const other = await startWorker();
  await worker.end("SIGKILL");
  await release();
  const ms = await until(() => other.log().includes(`request ${id}: erase closed`));
  process.stderr.write(`worker: noticed and finished ${ms.toFixed(0)} ms after the kill\n`);
  expect(await cards.questions.count("customers where id = 8")).toBe(0);
});

test("a worker whose connections to Avow's database are cut lives on, and so does its request", async () => {
  const { worker, id, release } = await held(10);
  await cards.own.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await release();
  const ms = await until(cards.questions.closed(id));
  process.stderr.write(`worker: finished ${ms.toFixed(0)} ms after its connections were cut\n`);
  expect(worker.process.exitCode).toBe(null);
  expect(worker.log()).not.toContain("terminating connection");
  expect(await cards.questions.count("customers where id = 10")).toBe(0);
  // Without its lock it did not act: the step after the cut was begun anew under a new one.
  expect((await carriedOut(id)).filter((s) => s.endsWith("app.customers"))).toEqual(["done 1 app.customers"]);
});

test("SIGTERM in the middle: the step at hand ends and is written down, the rest is another worker's", async () => {
  const { worker, id, release } = await held(9);
  worker.process.kill("SIGTERM");
  await until(() => worker.log().includes("stopping after the step at hand"));
  await release();
  expect(await worker.ended).toEqual({ code: 0, signal: null });
  expect(await carriedOut(id)).toEqual(["done 5 app.cards"]);
  expect(await cards.questions.stateOf(id)).toBe("received");
  expect(await cards.questions.count("customers where id = 9")).toBe(1);
  await startWorker();
  await until(cards.questions.closed(id));
  expect(await carriedOut(id)).toEqual(["done 5 app.cards", "done 1 app.customers"]);
});

test("open requests of an installation without jobs are found at the start; those of the command line only when approved", async () => {
  const old = await cards.questions.askWithoutJob(11, "app");
  const unapproved = await cards.questions.askWithoutJob(12, VIA_CLI);
  const approved = await cards.questions.askWithoutJob(13, VIA_CLI);
  await cards.own.query("update requests set approved_at = now() where id = $1", [approved]);
  await startWorker();
  await until(cards.questions.closed(old));
  await until(cards.questions.closed(approved));
  await sleep(500);
  expect(await cards.questions.stateOf(unapproved)).toBe("received");
  expect(await cards.questions.count("customers where id in (11, 13)")).toBe(0);
  expect(await cards.questions.count("customers where id = 12")).toBe(1);
});

test("an archive is there as soon as its request is closed, and no draft beside it", async () => {
  const access = { right: "access" };
  await startWorker();
  const ids = await Promise.all([20, 21, 22].map((n) => cards.questions.ask(n, access)));
  for (const id of ids) await until(cards.questions.closed(id));
  const names = await readdir(join(cards.folder, ".avow", "archives"));
  expect(names.filter((n) => ids.some((id) => n.startsWith(id))).sort()).toEqual(
    ids.map((id) => `${id}.sealed`).sort(),
  );
});

test("a request that nobody knows is no reason to stop", async () => {
  const worker = await startWorker();
  const jobs = await cards.opened.service.jobs();
  await cards.opened.desk.db.transaction().execute((tx) => enqueueWith(jobs)(tx, randomUUID()));
  const id = await cards.questions.ask(30);
  await until(cards.questions.closed(id));
  expect(worker.process.exitCode).toBe(null);
});

test("a wrong number of requests at a time is said", async () => {
  const child = spawn(
    process.execPath,
    [MAIN, "worker", "--service", cards.folder, "--concurrency", "many"],
    {
      env: cards.env,
    },
  );
  let err = "";
  child.stderr.on("data", (d) => {
    err += d;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, err }).toEqual({
    code: 2,
    err: "--concurrency takes a whole number from 1 to 4, and `many` is none\n",
  });
});
