/** Workers as an operator runs them: processes of their own on one database, stopped, killed, and several at once. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, readFile, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { freshDatabase } from "@avow/provision/database";
import { JOBS_SCHEMA } from "@avow/runtime/jobs/open";
import { archiveHead } from "@avow/runtime/requests/archive-head";
import { forget, type Hands, type NewRequest, openRequest, workOn } from "@avow/runtime/requests/desk";
import { enqueueWith, VIA_CLI } from "@avow/runtime/requests/jobs";
import { type OpenDesk, openDesk } from "@avow/runtime/service/open";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { CONNECTORS } from "../../connectors.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

const POLICY = `---
service: cards
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Cards Ltd, country: DE, contact: { rights: privacy@cards.example } }
jurisdictions: [EU]
classes:
  account: [user.contact, user.name, user.unique_id]
  payment: [user.financial, user.payment, user.unique_id]
---
# Privacy

We delete your data when you ask us to.

\`\`\`commit
- id: erased-on-request
  right: erase
  ways: [email]
  within: P14D
\`\`\`
`;

const MAP = `store: app
connector: postgres
collections:
  customers:
    class: account
    person: { customer_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  cards:
    class: payment
    owner: customer_id -> customers.id
    fields: { id: system, customer_id: user.unique_id, number: user.financial }
`;

const PEOPLE = 60;
const RESET = `
  drop table if exists cards, customers;
  drop table if exists deletions;
  create table customers (id int primary key, email text unique, name text);
  create table cards (id int primary key, customer_id int not null references customers, number text);
  create table deletions (customer_id int, process int);
  insert into customers select n, 'c' || n || '@example.org', 'Customer Nr ' || n from generate_series(1, ${PEOPLE}) n;
  insert into cards select n, 1 + n % ${PEOPLE}, 'number ' || n from generate_series(1, ${PEOPLE * 5}) n;
  create or replace function slow() returns trigger language plpgsql as $$ begin perform pg_sleep(1.5); return null; end $$;
  create or replace function protect() returns trigger language plpgsql as $$ begin raise exception 'protected'; end $$;
`;

let folder: string;
let store: pg.Client;
let own: pg.Client;
let state: { url: string; drop: () => Promise<void> };
let app: { url: string; drop: () => Promise<void> };
let opened: OpenDesk;
const workers: Worker[] = [];
const env = (): Record<string, string> => ({
  PATH: process.env["PATH"] ?? "",
  AVOW_HOME: join(folder, ".avow"),
  APP_URL: app.url,
  STATE_URL: state.url,
});

beforeAll(async () => {
  app = await freshDatabase(inject("postgresUrl"), "worker_app");
  state = await freshDatabase(inject("postgresUrl"), "worker_state");
  store = new pg.Client({ connectionString: app.url });
  await store.connect();
  await store.query(RESET);
  folder = await mkdtemp(join(tmpdir(), "avow-worker-"));
  await writeFile(join(folder, "policy.en.md"), POLICY);
  await writeFile(join(folder, "app.yaml"), MAP);
  await writeFile(
    join(folder, "avow.yaml"),
    "service: cards\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: postgres, url: env:APP_URL } }\nstate: env:STATE_URL\n",
  );
  const made = await openDesk(folder, {
    env: env(),
    now: () => new Date(),
    onLog: () => {},
    connectors: CONNECTORS,
  });
  if (made.value === null) throw new Error(JSON.stringify(made.issues));
  opened = made.value;
  own = new pg.Client({ connectionString: state.url });
  await own.connect();
});

beforeEach(async () => {
  await store.query(RESET);
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.end("SIGKILL");
});

afterAll(async () => {
  await own.end();
  await opened.service.close();
  await store.end();
  await app.drop();
  await state.drop();
  await rm(folder, { recursive: true });
});

interface Worker {
  readonly log: () => string;
  readonly process: ChildProcess;
  end(signal: NodeJS.Signals): Promise<number | null>;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

async function startWorker(more: Record<string, string> = {}): Promise<Worker> {
  const child = spawn(process.execPath, [MAIN, "worker", "--service", folder], {
    env: { ...env(), ...more },
  });
  let log = "";
  child.stderr.on("data", (d) => {
    log += d;
  });
  const ended: Worker["ended"] = new Promise((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal })),
  );
  const worker: Worker = {
    log: () => log,
    process: child,
    ended,
    async end(signal) {
      child.kill(signal);
      return (await ended).code;
    },
  };
  workers.push(worker);
  await until(() => log.includes("running") || child.exitCode !== null || child.signalCode !== null);
  return worker;
}

async function until(what: () => boolean | Promise<boolean>, msMax = 60_000): Promise<number> {
  const began = performance.now();
  while (!(await what())) {
    if (performance.now() > began + msMax) throw new Error(`not after ${msMax} ms`);
    await sleep(20);
  }
  return performance.now() - began;
}

const emailOf = (n: number): { namespace: string; value: string } => ({
  namespace: "email",
  value: `c${n}@example.org`,
});

const asked = (n: number, via: string): NewRequest => ({ right: "erase", identities: [emailOf(n)], via });

async function ask(n: number, more: { readonly right?: string } = {}): Promise<string> {
  const enqueue = enqueueWith(await opened.service.jobs());
  return (await openRequest(opened.desk, { ...asked(n, "app"), ...more, enqueue })).id;
}

const askWithoutJob = async (n: number, via: string): Promise<string> =>
  (await openRequest(opened.desk, asked(n, via))).id;

const stateOf = async (id: string): Promise<string | undefined> =>
  (await own.query("select state from requests where id = $1", [id])).rows[0]?.state;
const closed = (id: string) => async () => (await stateOf(id)) === "closed";
const stepsOf = async (id: string): Promise<string[]> =>
  (
    await own.query(
      "select state || ' ' || rows || ' ' || string_agg(c->>'collection', ',') as step from request_steps, jsonb_array_elements(changes) c where request = $1 group by request_steps.id order by request_steps.id",
      [id],
    )
  ).rows.map((r) => r.step);
const count = async (from: string): Promise<number> =>
  Number((await store.query(`select count(*) as n from ${from}`)).rows[0].n);

/** Every row of every table of the jobs' schema, as text. */
async function everythingInJobs(): Promise<string> {
  const { rows } = await own.query(
    "select relname as name from pg_class where relnamespace = $1::regnamespace and relkind = 'r'",
    [JOBS_SCHEMA],
  );
  let text = "";
  for (const { name } of rows)
    text += JSON.stringify((await own.query(`select * from ${JOBS_SCHEMA}.${name}`)).rows);
  return text;
}

test("two workers, fifty requests: each is carried out once", async () => {
  const [one, two] = await Promise.all([startWorker(), startWorker()]);
  const began = performance.now();
  const ids = await Promise.all(Array.from({ length: 50 }, (_, n) => ask(n + 1)));
  await until(
    async () =>
      (await own.query("select 1 from requests where id = any($1) and closed_at is null", [ids])).rowCount ===
      0,
  );
  const ms = performance.now() - began;
  for (const id of ids) expect(await stepsOf(id)).toEqual(["done 5 app.cards", "done 1 app.customers"]);
  expect(await count("customers")).toBe(PEOPLE - 50);
  expect(await count("cards")).toBe((PEOPLE - 50) * 5);
  const shares = [one, two].map((w) => w?.log().match(/erase closed/g)?.length ?? 0);
  process.stderr.write(
    `worker: 50 erasures by two workers in ${ms.toFixed(0)} ms, ${shares.join(" and ")}\n`,
  );
  expect(Math.min(...shares)).toBeGreaterThan(0);
  expect(await everythingInJobs()).toContain(ids[0]);
});

test("after a real erasure, nothing of a person is in the rows of jobs, in the log or in the payload", async () => {
  const worker = await startWorker();
  const id = await ask(3);
  await until(closed(id));
  await store.query("create trigger protect before delete on cards for each row execute function protect()");
  const failing = await ask(4);
  await until(async () => (await stateOf(failing)) === "not_done");
  const { rows } = await own.query(`select data from ${JOBS_SCHEMA}.job`);
  for (const { data } of rows) expect(data).toEqual({ request: expect.stringMatching(/^[0-9a-f-]{36}$/) });
  expect(rows).toContainEqual({ data: { request: id } });
  expect(rows).toContainEqual({ data: { request: failing } });
  const text = `${await everythingInJobs()}${worker.log()}`;
  expect(text).toContain(failing);
  expect(text).not.toMatch(/example\.org|Customer Nr|number \d|protected/);
  // Whoever asks again does not wait for the pause to end.
  await store.query("drop trigger protect on cards");
  expect(await ask(4)).toBe(failing);
  await until(closed(failing));
});

for (const point of ["captured", "intended", "acted", "outcome"])
  test(`kill -9 when it has ${point}: the next worker finishes`, async () => {
    const doomed = await startWorker({ AVOW_CRASH_AT: point });
    const id = await ask(7);
    expect((await doomed.ended).signal).toBe("SIGKILL");
    expect(await stateOf(id)).toBe("received");
    await startWorker();
    const ms = await until(closed(id));
    process.stderr.write(`worker: ${point}: finished ${ms.toFixed(0)} ms after the next worker was up\n`);
    expect(await count("customers where id = 7")).toBe(0);
    expect(await count("cards")).toBe((PEOPLE - 1) * 5);
  });

test("kill -9 while another worker runs: that one notices and finishes", async () => {
  await store.query("create trigger slow after delete on cards for each statement execute function slow()");
  const [one, two] = await Promise.all([startWorker(), startWorker()]);
  const id = await ask(8);
  await until(async () => (await stepsOf(id)).length > 0 || (await intended(id)) > 0);
  const began = performance.now();
  const doomed = await holderOf(id, [one, two]);
  await doomed.end("SIGKILL");
  await until(closed(id));
  process.stderr.write(
    `worker: noticed and finished ${(performance.now() - began).toFixed(0)} ms after the kill\n`,
  );
  expect(await count("customers where id = 8")).toBe(0);
});

const intended = async (id: string): Promise<number> =>
  (await own.query("select 1 from request_steps where request = $1 and state = 'intended'", [id])).rowCount ??
  0;

/** Whose connection holds the request's lock: the other one's log says nothing of it, so the database is asked, and the process table. */
async function holderOf(id: string, candidates: readonly (Worker | undefined)[]): Promise<Worker> {
  const { rows } = await own.query(
    `select a.client_port as port from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.objsubid = 1
        and (l.classid::bigint << 32) | l.objid::bigint = hashtextextended($1, 1)`,
    [id],
  );
  const port: unknown = rows[0]?.port;
  for (const worker of candidates)
    if (worker !== undefined && typeof port === "number" && (await hasPort(worker, port))) return worker;
  throw new Error("nobody holds the request");
}

async function hasPort(worker: Worker, port: number): Promise<boolean> {
  const fds = await readdir(`/proc/${worker.process.pid}/fd`);
  const links = await Promise.all(
    fds.map((fd) => readlink(`/proc/${worker.process.pid}/fd/${fd}`).catch(() => "")),
  );
  const hex = `:${port.toString(16).toUpperCase().padStart(4, "0")} `;
  const lines = (await readFile("/proc/net/tcp", "utf8"))
    .split("\n")
    .filter((l) => l.slice(0, 24).includes(hex));
  return lines.some((l) => links.includes(`socket:[${l.trim().split(/\s+/)[9]}]`));
}

test("SIGTERM in the middle: the step at hand ends and is written down, the rest is another worker's", async () => {
  await store.query("create trigger slow after delete on cards for each statement execute function slow()");
  const first = await startWorker();
  const id = await ask(9);
  await until(async () => (await intended(id)) === 1);
  expect(await first.end("SIGTERM")).toBe(0);
  expect(first.log()).toContain("stopping after the step at hand");
  expect(await stepsOf(id)).toEqual(["done 5 app.cards"]);
  expect(await stateOf(id)).toBe("received");
  expect(await count("customers where id = 9")).toBe(1);
  await startWorker();
  await until(closed(id));
  expect(await stepsOf(id)).toEqual(["done 5 app.cards", "done 1 app.customers"]);
});

test("open requests of an installation without jobs are found at the start; those of the command line only when approved", async () => {
  const old = await askWithoutJob(11, "app");
  const unapproved = await askWithoutJob(12, VIA_CLI);
  const approved = await askWithoutJob(13, VIA_CLI);
  await own.query("update requests set plan = '[]' where id = $1", [approved]);
  await startWorker();
  await until(closed(old));
  await until(closed(approved));
  await sleep(500);
  expect(await stateOf(unapproved)).toBe("received");
  expect(await count("customers where id in (11, 13)")).toBe(0);
  expect(await count("customers where id = 12")).toBe(1);
});

test("an archive is there as soon as its request is closed, and no draft beside it", async () => {
  const access = { right: "access" };
  await startWorker();
  const ids = await Promise.all([20, 21, 22].map((n) => ask(n, access)));
  for (const id of ids) await until(closed(id));
  const names = await readdir(join(folder, ".avow", "archives"));
  expect(names.filter((n) => ids.some((id) => n.startsWith(id))).sort()).toEqual(
    ids.map((id) => `${id}.zip`).sort(),
  );
});

test("an archive that can not be handed over keeps its request open", async () => {
  const id = await ask(23, { right: "access" });
  const kept = join(folder, "kept.zip");
  const hands = (deliver: () => Promise<void>): Hands => ({
    approve: async () => true,
    archive: {
      head: archiveHead(opened.desk, "your data"),
      writable: Writable.toWeb(createWriteStream(kept, { mode: 0o600 })),
    },
    deliver,
  });
  const full = new Error("no space left");
  await expect(
    workOn(
      opened.desk,
      id,
      hands(() => Promise.reject(full)),
    ),
  ).rejects.toBe(full);
  expect(await stateOf(id)).toBe("received");
  const states: string[] = [];
  await workOn(
    opened.desk,
    id,
    hands(async () => {
      states.push((await stateOf(id)) ?? "gone");
    }),
  );
  states.push((await stateOf(id)) ?? "gone");
  expect(states).toEqual(["received", "closed"]);
});

test("a dry run that joins an open request leaves it to the workers as it was", async () => {
  const id = await ask(14);
  const dry = spawn(
    process.execPath,
    [MAIN, "request", "erase", "--service", folder, "--person", "email=c14@example.org", "--dry-run"],
    { env: env() },
  );
  expect(await new Promise((resolve) => dry.on("close", resolve))).toBe(0);
  expect(await stateOf(id)).toBe("received");
  expect(await count("customers where id = 14")).toBe(1);
  await startWorker();
  await until(closed(id));
});

test("a request of the command line that the API joins meanwhile is not dropped with the dry run that opened it", async () => {
  const id = await askWithoutJob(15, VIA_CLI);
  expect(await ask(15)).toBe(id);
  await forget(opened.desk, id, VIA_CLI);
  expect(await stateOf(id)).toBe("received");
  const alone = await askWithoutJob(16, VIA_CLI);
  await forget(opened.desk, alone, VIA_CLI);
  expect(await stateOf(alone)).toBe(undefined);
});

test("a request that nobody knows is no reason to stop", async () => {
  const worker = await startWorker();
  const jobs = await opened.service.jobs();
  await opened.desk.db.transaction().execute((tx) => enqueueWith(jobs)(tx, randomUUID()));
  const id = await ask(30);
  await until(closed(id));
  expect(worker.process.exitCode).toBe(null);
});

test("a wrong number of requests at a time is said", async () => {
  const child = spawn(process.execPath, [MAIN, "worker", "--service", folder, "--concurrency", "many"], {
    env: env(),
  });
  let err = "";
  child.stderr.on("data", (d) => {
    err += d;
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect({ code, err }).toEqual({ code: 2, err: "--concurrency: give a whole number from 1 to 4\n" });
});
