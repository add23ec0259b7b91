/** A service with a filing cabinet beside its database: what only a person can do, from the request to its end. */
import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import { tail } from "@avow/runtime/ledger/tail";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { enqueueOpen, enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { forgetRecords } from "@avow/runtime/requests/desk/retire";
import { completeTask, type ListedTask, listTasks } from "@avow/runtime/requests/tasks/decide";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { ENVIRONMENT } from "../../testing/environment.ts";
import { openedDesk } from "../../testing/opened-desk.ts";
import { crashingCli, runningCli } from "../../testing/run.ts";

const POLICY = `---
service: lawyers
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Lawyers Ltd, country: DE, contact: { rights: privacy@lawyers.example } }
jurisdictions: [EU]
classes:
  account: [user]
  file: [user]
---
# Privacy

You can see, correct and delete your data.

\`\`\`commit
- id: rights
  right: [access, rectify, erase]
  ways: [settings]
  within: P14D
  except: files-kept
\`\`\`

We keep our files for seven years.

\`\`\`commit
- id: files-kept
  retain: file
  for: P7Y
  from: creation
  then: erase
  keeps: { why: law, reason: rules of the bar }
\`\`\`
`;

const APP = `store: app
connector: postgres
collections:
  clients:
    class: account
    person: { client: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
  notes:
    class: account
    owner: client -> clients.id
    fields: { id: system, client: user.unique_id, body: user.content }
`;
const CABINET = `store: cabinet
connector: manual
collections:
  letters:
    class: account
    person: { email: email, name: name }
    fields: { email: user.contact.email, name: user.name, letter: user.content }
  files:
    class: file
    person: { file_no: number }
    fields: { number: user.unique_id, opened: system }
    anchors: { creation: opened }
    erase: { keep: files-kept }
`;
const RESET = `
  drop table if exists notes, clients;
  create table clients (id int primary key, email text unique, name text);
  create table notes (id int primary key, client int not null references clients, body text);
  insert into clients values (1, 'ada@example.org', 'Ada'), (2, 'bob@example.org', 'Bob');
  insert into notes values (1, 1, 'about Ada'), (2, 1, 'more'), (3, 2, 'about Bob');
`;

let folder: string;
let env: Record<string, string>;
let [app, state]: [FreshDatabase | null, FreshDatabase | null] = [null, null];
let store: pg.Client;
let own: pg.Client;
let opened: OpenDesk;
let desk: Desk;

beforeAll(async () => {
  app = await freshDatabase(inject("postgresUrl"), "task_app");
  state = await freshDatabase(inject("postgresUrl"), "task_state");
  folder = await mkdtemp(join(tmpdir(), "avow-task-"));
  env = { ...ENVIRONMENT, AVOW_HOME: join(folder, ".avow"), APP_URL: app.url, STATE_URL: state.url };
  await writeFile(join(folder, "policy.en.md"), POLICY);
  await writeFile(join(folder, "app.yaml"), APP);
  await writeFile(join(folder, "cabinet.yaml"), CABINET);
  await writeFile(join(folder, "slip.txt"), "shredded, signed: M.");
  await writeFile(join(folder, "letters.PDF"), "the letters of Ada");
  await writeFile(
    join(folder, "avow.yaml"),
    "service: lawyers\npolicy: [policy.en.md]\ndatamap: [app.yaml, cabinet.yaml]\nstores: { app: { connector: postgres, url: env:APP_URL }, cabinet: { connector: manual } }\nstate: env:STATE_URL\n",
  );
  store = new pg.Client({ connectionString: app.url });
  own = new pg.Client({ connectionString: state.url });
  await store.connect();
  await store.query(RESET);
  expect(await avow("bind", "--yes")).toMatchObject({ code: 0 });
  opened = await openedDesk({ folder, env });
  desk = opened.desk;
  await own.connect();
});
afterAll(async () => {
  await opened.service.close();
  await own.end();
  await store.end();
  await app?.drop();
  await state?.drop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await store.query(RESET);
});

const avow = (...args: string[]) => runningCli({ folder, env }, args);
const request = (right: string, ...more: string[]) =>
  avow("request", right, "--person", "email=ada@example.org", "--yes", "--json", ...more);

const tasksOf = async (id: string): Promise<ListedTask[]> =>
  (await listTasks(desk))
    .filter((t) => t.request === id)
    .sort((a, b) => (a.collection < b.collection ? -1 : 1));
/** As the command does it. */
async function finish(...tasks: readonly (ListedTask | undefined)[]): Promise<void> {
  const enqueue = enqueueWith(await opened.service.jobs());
  for (const t of tasks)
    expect(
      await completeTask(desk, t?.task ?? "", {
        ...{ sha256: "00", note: null, by: "test", file: null },
        enqueue,
      }),
    ).toBe("worker");
}
const ids = async (table: string): Promise<number[]> =>
  (await store.query(`select id from ${table} order by id`)).rows.map((r) => r.id);
async function eventsOf(id: string): Promise<unknown[]> {
  await opened.service.ledger.settle();
  const entries = await tail(opened.service.ledger, 10_000);
  return entries.flatMap(({ body }) => (body?.["request"] === id ? [body["event"]] : [])).sort();
}
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

test("an erasure does its part, keeps the account until the cabinet is empty, and closes with the proofs", async () => {
  const first = await request("erase");
  expect(first.code).toBe(1);
  const asked = JSON.parse(first.out);
  expect(asked).toMatchObject({
    state: "requested",
    plan: expect.arrayContaining([
      expect.objectContaining({ store: "cabinet", collection: "letters", action: "ask" }),
    ]),
    results: expect.arrayContaining([
      { store: "app", collection: "clients", result: "waits", rows: 1 },
      { store: "cabinet", collection: "letters", result: "requested", rows: 0 },
    ]),
  });
  expect(await ids("notes")).toEqual([3]);
  expect(await ids("clients")).toEqual([1, 2]);
  const [files, letters] = await tasksOf(asked.request);
  const listed = await avow("task", "list", "--json");
  expect(JSON.parse(listed.out).tasks).toEqual([
    expect.objectContaining(files),
    expect.objectContaining(letters),
  ]);
  expect(files?.["what"]).toContain(
    "but keep what `files-kept` holds (rules of the bar): 7 years from creation",
  );
  expect(letters).toMatchObject({ right: "erase", state: "open", overdue: false });
  expect(JSON.stringify([files, letters])).not.toMatch(/ada@|Ada/);
  const shown = await avow("task", "show", letters?.task ?? "");
  expect(shown.out).toContain("email: ada@example.org");
  // Of what it goes by nothing is known: somebody may still recognise her.
  expect((await avow("task", "show", files?.task ?? "")).out).toContain("client: 1");
  // Asked again, and again: one task each, and nothing closed.
  expect(JSON.parse((await request("erase")).out)).toMatchObject({
    state: "requested",
    request: asked.request,
  });
  expect(await tasksOf(asked.request)).toHaveLength(2);
  expect(await avow("task", "done", letters?.task ?? "")).toMatchObject({ code: 2 });
  const slip = ["--proof", "slip.txt", "--note", "two letters", "--by", "M."];
  expect(await avow("task", "done", letters?.task ?? "", ...slip)).toMatchObject({ code: 0 });
  await finish(files);
  const last = await request("erase");
  expect(last, last.err).toMatchObject({ code: 0 });
  const proof = { sha256: sha256("shredded, signed: M."), at: expect.stringMatching(/^20/) };
  expect(JSON.parse(last.out)).toMatchObject({
    state: "closed",
    results: expect.arrayContaining([
      expect.objectContaining({ store: "app", collection: "clients", result: "verified_absent", rows: 1 }),
      { store: "cabinet", collection: "letters", result: "accepted_unverifiable", rows: 0, proof },
    ]),
  });
  expect(await ids("clients")).toEqual([2]);
  const left = await own.query("select * from request_tasks where request = $1", [asked.request]);
  expect(left.rows.map((r) => [r.state, r.sealed_person, r.sealed_note])).toEqual([
    ["done", null, null],
    ["done", null, null],
  ]);
  const events = (await eventsOf(asked.request)).filter((e) => String(e).startsWith("task."));
  expect(events.join(" ")).toBe("task.created task.created task.done task.done task.shown task.shown");
  const later: Desk = { ...desk, now: () => new Date(Date.now() + 4 * 366 * 86_400_000) };
  expect(await forgetRecords(later)).toBeGreaterThan(0);
});

test("what nothing here can look into is never kept, and the reason is said", async () => {
  const verified = JSON.parse((await avow("verify", "--json")).out);
  const said = (id: string) =>
    verified.promises.find((p: { promise: string }) => p.promise === id)?.commitments[0];
  expect(said("files-kept")).toMatchObject({
    verdict: "unproven",
    reason: expect.stringContaining("only a person can look into it"),
  });
  expect(said("rights")).toMatchObject({
    verdict: "unproven",
    reason: expect.stringContaining(
      "in `cabinet` only people can act, and nobody has shown by a task of the right `access` or `rectify` or `erase` that they do",
    ),
  });
});

test("access waits for what is found by hand, and gives it with the rest; nothing of it stays", async () => {
  const out = join(folder, "ada.zip");
  const first = await request("access", "--out", out);
  expect(JSON.parse(first.out)).toMatchObject({ state: "requested" });
  expect((await readdir(folder)).filter((n) => n.startsWith("ada"))).toEqual([]);
  const { request: id } = JSON.parse(first.out);
  const [files, letters] = await tasksOf(id);
  await avow("task", "done", files?.task ?? "", "--proof", "slip.txt", "--nothing-found");
  const done = await avow("task", "done", letters?.task ?? "", "--proof", "letters.PDF");
  expect(done.out).toContain("run the same `avow request` again");
  const kept = await readdir(join(folder, ".avow", "attachments"));
  expect(kept).toEqual([`${letters?.task}.sealed`]);
  const last = await request("access", "--out", out);
  expect(JSON.parse(last.out)).toMatchObject({ state: "closed", request: id });
  const reader = new ZipReader(new BlobReader(await openAsBlob(out)), { useWebWorkers: false });
  const texts = new Map<string, string>();
  for (const entry of await reader.getEntries())
    if (!entry.directory) texts.set(entry.filename, await entry.getData(new TextWriter()));
  expect(texts.get("files/cabinet.letters.pdf")).toBe("the letters of Ada");
  expect(texts.get("index.html")).toContain('href="files/cabinet.letters.pdf"');
  expect(JSON.parse(texts.get("manifest.json") ?? "{}").foundByHand).toEqual([
    {
      store: "cabinet",
      collection: "letters",
      class: "account",
      files: [{ name: "files/cabinet.letters.pdf", sha256: sha256("the letters of Ada"), bytes: 18 }],
    },
  ]);
  expect(await readdir(join(folder, ".avow", "attachments"))).toEqual([]);
  await rm(out);
});

test("somebody whom no database knows may be in the cabinet", async () => {
  const cli = ["request", "erase", "--person", "file_no=77/2019", "--yes", "--json"];
  const { request: id, state: at } = JSON.parse((await avow(...cli)).out);
  expect(at).toBe("requested");
  const tasks = await tasksOf(id);
  await finish(...tasks);
  expect(JSON.parse((await avow(...cli)).out)).toMatchObject({ state: "closed", request: id });
});

test("refused is not done, until it is done after all; a refused request lets its tasks go", async () => {
  const { request: id } = JSON.parse((await request("erase")).out);
  const [files, letters] = await tasksOf(id);
  expect((await avow("task", "refuse", files?.task ?? "")).err).toContain("--reason");
  await avow("task", "refuse", files?.task ?? "", "--reason", "the key is lost");
  await finish(letters);
  const refused = await request("erase");
  expect(refused.code).toBe(1);
  expect(JSON.parse(refused.out)).toMatchObject({
    state: "not_done",
    results: expect.arrayContaining([
      expect.objectContaining({ collection: "files", result: "refused", reason: "the key is lost" }),
    ]),
  });
  expect(await ids("clients")).toEqual([1, 2]);
  expect(await tasksOf(id)).toMatchObject([{ collection: "files", state: "refused" }]);
  expect(await avow("request", "refuse", id, "--reason", "a lawsuit is pending")).toMatchObject({ code: 0 });
  expect(await tasksOf(id)).toEqual([]);
  expect((await avow("task", "done", files?.task ?? "", "--proof", "slip.txt")).code).toBe(2);
});

test("what can not be done yet, or only in part, keeps the request open and says so; at its day it is open again", async () => {
  const { request: id } = JSON.parse((await request("erase")).out);
  const [files, letters] = await tasksOf(id);
  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
  const block = (...more: string[]) => avow("task", "block", files?.task ?? "", ...more);
  expect((await block()).err).toContain("--reason");
  const late = await block("--reason", "audit", "--until", day(-1));
  expect(late).toMatchObject({ code: 2, err: expect.stringContaining("still to come") });
  const until = `${day(5)}T00:00:00.000Z`;
  expect((await block("--reason", "under audit", "--until", day(5))).code).toBe(0);
  expect((await avow("task", "part", letters?.task ?? "", "--reason", "two boxes are left")).code).toBe(0);
  const held = { store: "cabinet", collection: "files", rows: 0 };
  expect(JSON.parse((await request("erase")).out)).toMatchObject({
    state: "requested",
    results: expect.arrayContaining([
      { ...held, result: "blocked", reason: "under audit", until },
      { ...held, collection: "letters", result: "partial", reason: "two boxes are left" },
    ]),
    notes: expect.arrayContaining([`\`cabinet.files\` is blocked until ${until}: it is tried again then`]),
  });
  expect(await ids("clients")).toEqual([1, 2]);
  expect((await avow("task", "list")).out).toContain(`blocked until ${day(5)}: under audit`);
  const later: Desk = { ...desk, now: () => new Date(Date.now() + 6 * 86_400_000) };
  const states = (await listTasks(later)).filter((t) => t.request === id).map((t) => t.state);
  expect(states.sort()).toEqual(["open", "partial"]);
  const hands = { approve: async () => true, approver: "test" };
  await finish(files);
  expect(await workOn(later, id, hands)).toMatchObject({ outcome: { state: "requested" } });
  await finish(letters);
  expect(await workOn(later, id, hands)).toMatchObject({ outcome: { state: "closed" } });
  expect(await eventsOf(id)).toEqual(expect.arrayContaining(["task.blocked", "task.partial"]));
});

test("past the deadline it is not done; a worker is called when somebody has done the task", async () => {
  const { id } = await openRequest(desk, {
    right: "rectify",
    identities: [{ namespace: "email", value: "ada@example.org" }],
    asked: { scope: null, lift: false, set: [{ field: "clients.name", value: "Ada L." }] },
    via: "app",
  });
  const hands = { approve: async () => true, approver: "test" };
  expect(await workOn(desk, id, hands)).toMatchObject({ outcome: { state: "requested" } });
  expect((await store.query("select name from clients where id = 1")).rows).toEqual([{ name: "Ada L." }]);
  const shown = await avow("task", "show", (await tasksOf(id))[1]?.task ?? "");
  expect(shown.out).toContain("clients.name is to be: Ada L.");
  const late: Desk = { ...desk, now: () => new Date(Date.now() + 15 * 86_400_000) };
  expect(await workOn(late, id, hands)).toMatchObject({
    outcome: {
      state: "not_done",
      notes: [
        expect.stringContaining("should have been looked through by hand"),
        expect.stringContaining("past its deadline"),
      ],
    },
  });
  const jobs = await opened.service.jobs();
  const waiting = async (): Promise<boolean> =>
    ((await own.query("select 1 from avow_jobs.job where data->>'request' = $1", [id])).rowCount ?? 0) > 0;
  await enqueueOpen(desk, jobs);
  expect(await waiting()).toBe(false);
  await finish(...(await tasksOf(id)));
  expect(await waiting()).toBe(true);
  expect(await workOn(desk, id, hands)).toMatchObject({ outcome: { state: "closed" } });
});

describe("kill -9", () => {
  test.each(["planned", "outcome"])("when it has %s: one task each", async (point) => {
    const killed = await crashingCli({ folder, env }, point, [
      ...["request", "erase", "--person", "email=bob@example.org", "--yes", "--json"],
    ]);
    expect(killed.signal).toBe("SIGKILL");
    const again = JSON.parse(
      (await avow("request", "erase", "--person", "email=bob@example.org", "--yes", "--json")).out,
    );
    expect(again.state).toBe("requested");
    const tasks = await tasksOf(again.request);
    expect(tasks.map((t) => t.collection)).toEqual(["files", "letters"]);
    expect((await eventsOf(again.request)).filter((e) => e === "task.created")).toHaveLength(2);
    expect(await ids("clients")).toEqual([1, 2]);
    await finish(...tasks);
    expect(await workOn(desk, again.request, { approve: async () => true, approver: "t" })).toMatchObject({
      outcome: { state: "closed" },
    });
    expect(await ids("clients")).toEqual([1]);
  });
});
