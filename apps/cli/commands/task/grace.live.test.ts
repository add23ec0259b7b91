/** Erasure under grace where a part of it is done by hand: the window begins when that is done, and what people destroyed does not come back. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { listTasks } from "@avow/runtime/requests/tasks/decide";
import type { OpenDesk } from "@avow/runtime/service/desk";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { openedDesk } from "../../testing/opened-desk.ts";
import { crashingCli, type Ended, runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { POLICY } from "../request/testing/shop.ts";

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
    person: { email: email }
    fields: { email: user.contact.email, letter: user.content }
`;
const RESET = `
  drop table if exists notes, clients;
  create table clients (id int primary key, email text unique, name text);
  create table notes (id int primary key, client int not null references clients, body text);
  insert into clients values (1, 'ada@example.org', 'Ada'), (2, 'bob@example.org', 'Bob');
  insert into notes values (1, 1, 'about Ada'), (2, 1, 'more'), (3, 2, 'about Bob');
`;

let service: Service;
let store: pg.Client;
let opened: OpenDesk;

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "shop", policy: POLICY, map: APP });
  ({ store } = service);
  await store.query(RESET);
  await writeFile(join(service.folder, "cabinet.yaml"), CABINET);
  await writeFile(join(service.folder, "slip.txt"), "shredded, signed: M.");
  await writeFile(
    join(service.folder, "avow.yaml"),
    "service: shop\npolicy: [policy.en.md]\ndatamap: [app.yaml, cabinet.yaml]\nstores: { app: { connector: postgres, url: env:APP_URL }, cabinet: { connector: manual } }\nstate: env:STATE_URL\ngrace: P14D\n",
  );
  opened = await openedDesk(service);
});
afterAll(async () => {
  await opened.service.close();
  await service.close();
});
beforeEach(async () => {
  await service.own.query("truncate requests cascade");
  await store.query(RESET);
});

const avow = (...args: readonly string[]): Promise<Ended> => runningCli(service, args);
const ERASE = ["request", "erase", "--person", "email=ada@example.org", "--yes", "--json"];
const restore = (request: string, key: string): Promise<Ended> =>
  avow("request", "restore", request, "--key", key, "--yes", "--json");
const world = async (): Promise<unknown> => ({
  clients: (await store.query("select * from clients order by id")).rows,
  notes: (await store.query("select * from notes order by id")).rows,
});
const rowOf = async (request: string) =>
  (await service.own.query("select * from requests where id = $1", [request])).rows[0];

/** The database has done its part; the cabinet waits. */
async function begun(): Promise<{ readonly request: string; readonly key: string; readonly task: string }> {
  const said = JSON.parse((await avow(...ERASE)).out);
  expect(said).toMatchObject({ state: "requested", undoKey: expect.any(String) });
  expect((await store.query("select id from notes")).rows).toEqual([{ id: 3 }]);
  const [task, ...more] = await listTasks(opened.desk);
  expect(more).toEqual([]);
  return { request: said.request, key: said.undoKey, task: task?.task ?? "" };
}
const finish = async (task: string): Promise<void> => {
  expect(await avow("task", "done", task, "--proof", "slip.txt")).toMatchObject({ code: 0 });
};

test("the window begins when the cabinet is empty; the stores come back whole, and the cabinet does not", async () => {
  const before = await world();
  const { request, key, task } = await begun();
  expect((await rowOf(request)).grace_until).toBeNull();
  const early = await restore(request, key);
  expect(early).toMatchObject({ code: 2, out: "" });
  expect(early.err).toContain("not carried out yet");
  await finish(task);
  const done = JSON.parse((await avow(...ERASE)).out);
  expect(done).toMatchObject({ state: "restricted", request });
  expect((await store.query("select id from clients")).rows).toEqual([{ id: 2 }]);
  const row = await rowOf(request);
  expect(row.grace_until.getTime() - Date.now()).toBeGreaterThan(13 * 86_400_000);
  expect(row.grace_until.getTime()).toBeLessThanOrEqual(row.due_at.getTime());
  const back = await restore(request, key);
  expect(JSON.parse(back.out)).toMatchObject({
    state: "restored",
    results: expect.arrayContaining([
      expect.objectContaining({
        ...{ store: "cabinet", collection: "letters", result: "stays_erased" },
        reason: expect.stringContaining("by hand"),
      }),
    ]),
  });
  // Not all is as it was, and whoever asked is told.
  expect(back.code).toBe(1);
  expect(await world()).toEqual(before);
  expect(await listTasks(opened.desk)).toEqual([]);
});

test("what was erased before a crash comes back with what was erased after the task was done", async () => {
  const before = await world();
  const killed = await crashingCli(service, "outcome", [...ERASE, "--out", "crash.key"]);
  expect(killed.signal).toBe("SIGKILL");
  const said = JSON.parse((await avow(...ERASE)).out);
  expect(said).toMatchObject({ state: "requested" });
  const [task] = await listTasks(opened.desk);
  await finish(task?.task ?? "");
  const done = JSON.parse((await avow(...ERASE)).out);
  expect(done).toMatchObject({ state: "restricted" });
  // The key was written down before anything was erased.
  const key = join(service.folder, "crash.key");
  expect(JSON.parse((await restore(done.request, key)).out)).toMatchObject({ state: "restored" });
  expect(await world()).toEqual(before);
});

test("refused by hand there is no window; done after all it begins, and ends for good", async () => {
  const { request, key, task } = await begun();
  await avow("task", "refuse", task, "--reason", "the key is lost");
  expect(JSON.parse((await avow(...ERASE)).out)).toMatchObject({ state: "not_done" });
  expect((await rowOf(request)).grace_until).toBeNull();
  expect((await restore(request, key)).code).toBe(2);
  await finish(task);
  expect(JSON.parse((await avow(...ERASE)).out)).toMatchObject({ state: "restricted" });
  await service.own.query("update requests set grace_until = now() - interval '1 second' where id = $1", [
    request,
  ]);
  const late = await restore(request, key);
  expect(late.err).toContain("the window has ended");
  const row = await rowOf(request);
  expect(row).toMatchObject({ state: "closed", grace_until: null, sealed_identities: null });
  expect(row.results).toContainEqual(
    expect.objectContaining({ collection: "letters", result: "accepted_unverifiable" }),
  );
  expect(await opened.desk.bundles.held()).not.toContain(request);
});
