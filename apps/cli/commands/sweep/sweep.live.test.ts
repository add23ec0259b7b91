/** Many erasures at once, as an operator calls for them: a file of people, the real process, `kill -9` at each named moment, and workers. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { tail } from "@avow/runtime/ledger/tail";
import { forgetRecords } from "@avow/runtime/requests/desk/retire";
import { SWEEP_REQUESTS_MIN } from "@avow/runtime/requests/sweep/desk";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { crashingCli, type Ended, runningCli } from "../../testing/run.ts";
import { type Cards, openCards, PEOPLE, until } from "../worker/testbed.ts";

const CARDS_EACH = 5;

let cards: Cards;

beforeAll(async () => {
  cards = await openCards(inject("postgresUrl"));
});

afterAll(() => cards.close());

beforeEach(async () => {
  await cards.reset();
  await cards.own.query(
    "update requests set closed_at = now(), sealed_identities = null where closed_at is null",
  );
  await cards.own.query("delete from request_subjects");
});

function avow(args: readonly string[], env: Record<string, string> = {}, killedAt?: string): Promise<Ended> {
  const place = { folder: cards.folder, env: { ...cards.env, ...env } };
  return killedAt === undefined ? runningCli(place, args) : crashingCli(place, killedAt, args);
}

/** The ids of the requests, in the order of the people. */
async function ask(people: readonly string[]): Promise<string[]> {
  await writeFile(join(cards.folder, "people.txt"), people.map((p) => `${p}\n`).join(""));
  const asked = await avow(["request", "erase", "--people", "people.txt", "--yes", "--json"]);
  expect(asked).toMatchObject({ code: 0 });
  const read: { requests: { id: string }[] } = JSON.parse(asked.out);
  return read.requests.map((r) => r.id);
}

const emails = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, i) => `email=c${from + i}@example.org`);

interface Kept {
  readonly id: string;
  readonly state: string;
  readonly results: { collection: string; result: string; rows: number; reason?: string }[];
  readonly certificate: string | null;
  readonly identities: boolean;
}

async function rowsOf(ids: readonly string[]): Promise<Kept[]> {
  const { rows } = await cards.own.query<Kept>(
    "select id, state, results, certificate, sealed_identities is not null as identities from requests where id = any($1) order by array_position($1::uuid[], id)",
    [ids],
  );
  return rows;
}

const OWN = [
  { store: "app", collection: "customers", result: "verified_absent", rows: 1 },
  { store: "app", collection: "cards", result: "verified_absent", rows: CARDS_EACH },
];

test("forty people: one set of statements, and each request ends with what is its own", async () => {
  const ids = await ask(emails(1, 40));
  const dry = await avow(["sweep", "--dry-run", "--json"]);
  expect(dry.code).toBe(0);
  expect(await cards.questions.count("customers")).toBe(PEOPLE);
  const ended = await avow(["sweep", "--yes", "--json"]);
  expect(ended).toMatchObject({ code: 0 });
  expect(JSON.parse(ended.out).summary).toEqual({ closed: 40 });
  expect(JSON.parse(ended.out).plan).toEqual(JSON.parse(dry.out).plan);
  for (const row of await rowsOf(ids)) {
    expect(row).toMatchObject({ state: "closed", results: OWN, identities: false });
    expect(row.certificate).not.toBeNull();
  }
  expect(await cards.questions.count("customers")).toBe(PEOPLE - 40);
  expect(await cards.questions.count("cards")).toBe((PEOPLE - 40) * CARDS_EACH);
  // What a backup brings back is recognised, as after an erasure by itself.
  const names = await cards.own.query(
    "select sum(octet_length(names))::int / 16 as rows, count(distinct request)::int requests from suppression_lots join suppression_ends using (request) where request = any($1) and ends_at > now()",
    [ids],
  );
  expect(names.rows).toEqual([{ rows: 40 * (CARDS_EACH + 1), requests: 40 }]);
  const steps = await cards.own.query(
    "select state, rows::int from sweep_steps where sweep = (select sweep from requests where id = $1) order by id",
    [ids[0]],
  );
  // One transaction of the store, with one statement a collection.
  expect(steps.rows).toEqual([{ state: "done", rows: 40 * CARDS_EACH + 40 }]);
  for (const table of ["request_captures", "request_subjects"])
    expect((await cards.own.query(`select 1 from ${table} where request = any($1)`, [ids])).rowCount).toBe(0);
});

test("each person's receipt verifies, and says only what is theirs", async () => {
  const [id = ""] = await ask(emails(1, 10));
  expect((await avow(["sweep", "--yes"])).code).toBe(0);
  await avow(["receipt", "write", id, "--out", "one.tlog-proof"]);
  const { keys }: { keys: string[] } = JSON.parse((await avow(["ledger", "checkpoint", "--json"])).out);
  const verified = await avow([
    ...["receipt", "verify", "one.tlog-proof", "--json", "--key", keys[0] ?? ""],
    ...["--person", "email=c1@example.org"],
  ]);
  expect(verified).toMatchObject({ code: 0 });
  expect(JSON.parse(verified.out)).toMatchObject({
    ok: true,
    disclosed: {
      ...{ event: "request.closed", request: id, steps: { done: 2, failed: 0 } },
      done: OWN.map((line) => expect.objectContaining(line)),
    },
  });
});

/** By the log: the sweeps that did. */
const sweepsThat = async (did: string): Promise<unknown[]> =>
  (await tail(cards.opened.service.ledger, 10_000)).flatMap(({ body }) =>
    body?.["event"] === `sweep.${did}` ? [body["sweep"]] : [],
  );

describe("kill -9, then the same again", () => {
  for (const point of ["captured", "planned", "intended", "acted", "outcome", "verified"]) {
    test(point, async () => {
      const ids = await ask(emails(1, 12));
      const killed = await avow(["sweep", "--yes"], {}, point);
      expect(killed.signal).toBe("SIGKILL");
      // A worker, or whoever asks for one of them alone, goes on with it just as well.
      const alone = await avow(["request", "erase", "--person", "email=c3@example.org", "--yes", "--json"]);
      expect(alone).toMatchObject({ code: 0 });
      expect(await avow(["sweep", "--yes"])).toMatchObject({ code: 0 });
      for (const row of await rowsOf(ids)) expect(row).toMatchObject({ state: "closed", results: OWN });
      expect(await cards.questions.count("customers")).toBe(PEOPLE - 12);
      expect(await cards.questions.count("cards")).toBe((PEOPLE - 12) * CARDS_EACH);
      const left = await cards.own.query("select 1 from sweep_steps where state = 'intended'");
      expect(left.rowCount).toBe(0);
      // Each that began came to an end in the log: the one that was killed was stopped.
      const [begun, ended, stopped] = await Promise.all(["begun", "ended", "stopped"].map(sweepsThat));
      expect([...(ended ?? []), ...(stopped ?? [])].sort()).toEqual([...(begun ?? [])].sort());
      expect(stopped).not.toEqual([]);
    });
  }
});

test("whoever is not known, or whose row can not go, is left out; everybody else is erased", async () => {
  await cards.store.query(
    `create or replace function hold() returns trigger language plpgsql as $$ begin
       if old.customer_id in (3, 11) then raise exception 'the card of % is held', old.customer_id; end if; return old; end $$;
     create trigger hold before delete on cards for each row execute function hold()`,
  );
  const ids = await ask([...emails(1, 20), "email=nobody@example.org"]);
  const ended = await avow(["sweep", "--yes", "--json"]);
  expect(ended.code).toBe(1);
  expect(JSON.parse(ended.out).summary).toEqual({ closed: 18, not_done: 2, not_found: 1 });
  const rows = await rowsOf(ids);
  expect(rows.map((r) => r.state).indexOf("not_done")).toBe(2);
  expect(rows[2]).toMatchObject({
    identities: true,
    results: expect.arrayContaining([
      expect.objectContaining({ collection: "cards", result: "blocked", rows: CARDS_EACH }),
      expect.objectContaining({ collection: "customers", result: "remains", rows: 1 }),
    ]),
  });
  expect(await cards.questions.count("customers where id in (3, 11)")).toBe(2);
  expect(await cards.questions.count("cards")).toBe((PEOPLE - 18) * CARDS_EACH);
  expect(ended.err + ended.out).not.toContain("the card of 3");
  await cards.store.query("drop trigger hold on cards");
  expect((await avow(["sweep", "--yes"])).code).toBe(0);
  expect((await rowsOf(ids)).map((r) => r.state)).toEqual([
    ...Array.from({ length: 20 }, () => "closed"),
    "not_found",
  ]);
});

test("a store that is away leaves them open, with the reason", async () => {
  const ids = await ask(emails(1, 5));
  const away = await avow(["sweep", "--yes"], { APP_URL: "postgres://127.0.0.1:1/none" });
  expect(away.code).toBe(3);
  expect(await cards.questions.count("customers")).toBe(PEOPLE);
  expect((await avow(["sweep", "--yes"])).code).toBe(0);
  for (const row of await rowsOf(ids)) expect(row.state).toBe("closed");
});

test("without a yes nothing happens, and what waits for approval is left alone", async () => {
  const waiting = await cards.questions.askWithoutJob(50, "app");
  await cards.own.query("update requests set state = 'planned' where id = $1", [waiting]);
  const ids = await ask(emails(1, 3));
  const asked = await avow(["sweep"]);
  expect(asked).toMatchObject({ code: 2, err: expect.stringContaining("add --yes") });
  expect(asked.err).toContain("1 more wait for approval");
  expect(await cards.questions.count("customers")).toBe(PEOPLE);
  await avow(["sweep", "--yes"]);
  expect((await rowsOf([...ids, waiting])).map((r) => r.state)).toEqual([
    "closed",
    "closed",
    "closed",
    "planned",
  ]);
});

test("what is carried out in a way of its own is never taken along", async () => {
  const ids = await ask(emails(1, 8));
  const [undo, grace, restoring, again, task, scoped] = ids;
  const set = (what: string, id = "") => cards.own.query(`update requests set ${what} where id = $1`, [id]);
  await set("undo_key = '\\x00'", undo);
  await set("grace_until = now() + interval '1 day'", grace);
  await set("restoring_since = now()", restoring);
  await set("via = 'suppression'", again);
  await set("asked_name = 'scope', sealed_asked = '\\x00'", scoped);
  await cards.own.query(
    `insert into request_tasks (id, service, request, store, collection, class, right_name, state, what, created_at, due_at)
     select gen_random_uuid(), service, id, 'shelf', 'files', 'file', right_name, 'open', 'erase', now(), now()
       from requests where id = $1`,
    [task],
  );
  const looked = await avow(["sweep", "--dry-run", "--json"]);
  expect(JSON.parse(looked.out).summary).toEqual({ planned: 2 });
  expect((await avow(["sweep", "--yes"])).code).toBe(0);
  expect((await rowsOf(ids)).map((r) => r.state)).toEqual([
    ...Array.from({ length: 6 }, () => "received"),
    "closed",
    "closed",
  ]);
  expect(await cards.questions.count("customers")).toBe(PEOPLE - 2);
});

test("under grace nothing is swept, and `avow sweep` says why", async () => {
  const ids = await ask(emails(1, 3));
  const file = join(cards.folder, "avow.yaml");
  const before = await readFile(file, "utf8");
  await writeFile(file, `${before}grace: P14D\n`);
  try {
    const swept = await avow(["sweep", "--yes"]);
    expect(swept).toMatchObject({ code: 2, err: expect.stringContaining("nothing can be swept here") });
    expect(swept.err).toContain("grace");
    expect(await avow(["request", "erase", "--people", "people.txt", "--yes"])).toMatchObject({
      code: 2,
      err: expect.stringContaining("one at a time"),
    });
  } finally {
    await writeFile(file, before);
  }
  for (const row of await rowsOf(ids)) expect(row.state).toBe("received");
});

test("bad input", async () => {
  await writeFile(join(cards.folder, "people.txt"), "email=c1@example.org\nname=Ada\n");
  expect(await avow(["request", "erase", "--people", "people.txt", "--yes"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("people.txt:2: the service knows the identities"),
  });
  expect(await avow(["request", "access", "--people", "people.txt"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("one person at a time"),
  });
  expect(await avow(["request", "erase", "--people", "nowhere.txt"])).toMatchObject({ code: 2 });
});

test(`a worker gathers ${SWEEP_REQUESTS_MIN} that wait into one sweep, and two workers erase each once`, async () => {
  const many = SWEEP_REQUESTS_MIN * 2;
  await cards.store.query(
    `insert into customers select n, 'c' || n || '@example.org', 'N' from generate_series(1001, ${1000 + many}) n;
     insert into cards select n, n, 'n' from generate_series(1001, ${1000 + many}) n`,
  );
  const ids = await Promise.all(Array.from({ length: many }, (_, n) => cards.questions.ask(1001 + n)));
  const workers = await Promise.all([cards.startWorker(), cards.startWorker()]);
  try {
    await until(async () => (await rowsOf(ids)).every((r) => r.state === "closed"));
  } finally {
    for (const worker of workers) await worker.end("SIGTERM");
  }
  const swept = await cards.own.query<{ n: string; rows: string }>(
    "select count(*) n, sum(requests) rows from sweeps where id in (select sweep from requests where id = any($1))",
    [ids],
  );
  expect(Number(swept.rows[0]?.n)).toBeGreaterThan(0);
  expect(Number(swept.rows[0]?.rows)).toBeGreaterThanOrEqual(SWEEP_REQUESTS_MIN);
  expect(await cards.questions.count("customers")).toBe(PEOPLE);
  const certificates = await cards.own.query("select distinct certificate from requests where id = any($1)", [
    ids,
  ]);
  expect(certificates.rowCount).toBe(many);
  // The record of a sweep ends with those of its requests.
  const sweeps = "select 1 from sweeps where id in (select distinct sweep from sweep_steps) limit 1";
  expect((await cards.own.query(sweeps)).rowCount).toBe(1);
  const { desk } = cards.opened;
  const years = (n: number): Date => new Date(Date.now() + n * 366 * 86_400_000);
  await cards.own.query("update requests set closed_at = now() where closed_at is null");
  await forgetRecords({ ...desk, now: () => years(2) });
  expect((await cards.own.query(sweeps)).rowCount).toBe(1);
  await forgetRecords({ ...desk, now: () => years(4) });
  for (const table of ["sweeps", "sweep_steps"])
    expect((await cards.own.query(`select 1 from ${table}`)).rowCount).toBe(0);
});
