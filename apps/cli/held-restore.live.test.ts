/**
 * A store that keeps rows back when a person takes an erasure back: for a time within the window what is held waits, and the rest comes; beyond it
 * what is held stays erased, is told so, and nothing else is lost over it.
 */
import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { ArrayTable } from "@avow/provision/array-store";
import type { Hold } from "@avow/provision/held-store";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { restoreRequest } from "@avow/runtime/requests/grace/restore";
import { endWindows } from "@avow/runtime/requests/grace/window";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { startWithDepot, type WithDepot } from "./testing/depot.ts";
import type { Service } from "./testing/service.ts";

const APP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  posts:
    class: account
    owner: author -> users.id
    fields: { id: system, author: user.unique_id }
`;
const DEPOT = `store: depot
connector: held
collections:
  files:
    class: account
    owner: user -> app/users.id
    fields: { id: system, user: user.unique_id }
`;
const RESET = `
  drop table if exists posts, users;
  create table users (id int primary key, email text);
  create table posts (id int primary key, author int references users);
  insert into users values (1, 'ann@example.org'), (2, 'bob@example.org');
  insert into posts values (1, 1), (2, 2);
`;

let bed: WithDepot;
let service: Service;
let opened: OpenDesk;
let desk: Desk;
const files: ArrayTable = { name: "files", fields: ["id", "user"], rows: [] };
let holds: Hold[] = [];
let at = new Date();

beforeAll(async () => {
  bed = await startWithDepot({
    ...{
      server: inject("postgresUrl"),
      app: APP,
      depot: DEPOT,
      sql: RESET,
      files,
      settings: "grace: P14D\n",
    },
    ...{ holds: () => holds, now: () => at },
  });
  ({ service, opened } = bed);
  ({ desk } = opened);
});
afterAll(() => bed.close());
beforeEach(async () => {
  await service.store.query(RESET);
  await service.own.query("truncate requests cascade");
  at = new Date();
  holds = [];
  files.rows = ["1", "2", "3"].map((id) => ({ id, user: id === "3" ? "2" : "1" }));
});

const DAY_MS = 86_400_000;
const after = (days: number): Date => new Date(at.getTime() + days * DAY_MS);
const hold = (keys: readonly string[], until: Date): void => {
  holds = keys.map((key) => ({ collection: "files", key, until }));
};

async function erased(): Promise<{ readonly id: string; readonly secret: string }> {
  const key = oneWayKey();
  const { id } = await openRequest(desk, {
    ...{ right: "erase", identities: [{ namespace: "user_id", value: "1" }], via: "app" },
    ...{ asked: { scope: null, set: [], lift: false }, undoKey: key.publicKey },
    enqueue: async () => {},
  });
  const ran = await workOn(desk, id, { approve: async () => true, approver: "test" });
  expect(ran).toMatchObject({ busy: false, outcome: { state: "restricted" } });
  expect(files.rows.map((r) => r["id"])).toEqual(["3"]);
  return { id, secret: key.secret };
}
const restored = (id: string, secret: string) =>
  restoreRequest(desk, id, { secret, approve: async () => true });
const rowOf = async (id: string) =>
  (await service.own.query("select * from requests where id = $1", [id])).rows[0];
const world = async () => ({
  users: (await service.store.query("select id from users order by id")).rows.map((r) => r.id),
  posts: (await service.store.query("select id from posts order by id")).rows.map((r) => r.id),
  files: files.rows.map((r) => r["id"]).sort(),
});
const bundles = (): Promise<string[]> => readdir(join(service.folder, ".avow", "undo"));
const WHOLE = { users: [1, 2], posts: [1, 2], files: ["1", "2", "3"] };

test("what is held within the window waits, the rest is back, and the key brings what is left", async () => {
  const { id, secret } = await erased();
  hold(["2"], after(3));
  const until = after(3).toISOString();
  expect(await restored(id, secret)).toMatchObject({
    ok: false,
    failed: { store: "depot", failure: { error: "partial", until } },
  });
  expect(await world()).toEqual({ ...WHOLE, files: ["1", "3"] });
  expect(await rowOf(id)).toMatchObject({ state: "restricted", restoring_since: expect.any(Date) });
  expect(await bundles()).toEqual([id]);
  at = after(3);
  expect(await restored(id, secret)).toMatchObject({ ok: true, outcome: { state: "restored" } });
  expect(await world()).toEqual(WHOLE);
  expect(await bundles()).toEqual([]);
});

test.each<{ what: string; spoil: (path: string) => Promise<void> }>([
  { what: "is cut short", spoil: (path) => truncate(path, 40) },
  { what: "is missing", spoil: (path) => rm(path) },
])(
  "what a restore has written down of what it put back $what: the rest comes back all the same",
  async ({ spoil }) => {
    const { id, secret } = await erased();
    hold(["2"], after(3));
    expect(await restored(id, secret)).toMatchObject({ ok: false, failed: { store: "depot" } });
    const folder = join(service.folder, ".avow", "undo", id);
    const put = (await readdir(folder)).filter((name) => name.endsWith("-put.sealed"));
    expect(put.length).toBeGreaterThan(1);
    for (const name of put) await spoil(join(folder, name));
    at = after(3);
    const done = await restored(id, secret);
    expect(done).toMatchObject({ ok: true, outcome: { state: "restored" } });
    expect(done.ok ? done.outcome.results.filter((l) => l.result !== "restored") : null).toEqual([]);
    expect(await world()).toEqual(WHOLE);
  },
);

test("where the disk takes nothing, nothing comes back that is not written down, and the key brings it later", async () => {
  const { id, secret } = await erased();
  const folder = join(service.folder, ".avow", "undo", id);
  const { rows } = await service.own.query(
    "select nextval(pg_get_serial_sequence('request_steps', 'id'))::int as id",
  );
  const inTheWay = [1, 2, 3, 4, 5].map((n) => join(folder, `${rows[0].id + n}-put.sealed`));
  for (const path of inTheWay) await mkdir(join(path, "in the way"), { recursive: true });
  const before = await world();
  const done = await restored(id, secret);
  expect(done).toMatchObject({ ok: false, refused: "not_noted", reason: expect.stringContaining("(E") });
  expect(await world()).toEqual(before);
  expect(await rowOf(id)).toMatchObject({ state: "restricted" });
  const steps = "select 1 from request_steps where request = $1 and phase = 'restore'";
  expect((await service.own.query(steps, [id])).rows).toEqual([]);
  for (const path of inTheWay) await rm(path, { recursive: true });
  expect(await restored(id, secret)).toMatchObject({ ok: true, outcome: { state: "restored" } });
  expect(await world()).toEqual(WHOLE);
  expect(await bundles()).toEqual([]);
});

test("what is held beyond the window stays erased, is named with its day, and keeps nothing else away", async () => {
  const { id, secret } = await erased();
  hold(["2"], after(400));
  const done = await restored(id, secret);
  expect(done).toMatchObject({ ok: true, outcome: { state: "restored" } });
  const results = done.ok ? done.outcome.results : [];
  expect(results).toContainEqual({
    ...{ store: "depot", collection: "files", result: "stays_erased", rows: 1 },
    reason: `the store refuses it: 1 records are on hold, until ${after(400).toISOString()}: the window ends before that`,
  });
  expect(await world()).toEqual({ ...WHOLE, files: ["1", "3"] });
  expect(await rowOf(id)).toMatchObject({ state: "restored", grace_until: null });
  expect(await bundles()).toEqual([]);
});

test("one that waits and that nobody goes on with ends with the window: what came back is told, the rest is gone", async () => {
  const { id, secret } = await erased();
  hold(["1", "2"], after(3));
  expect(await restored(id, secret)).toMatchObject({ ok: false, failed: { failure: { error: "blocked" } } });
  const { grace_until: ends } = await rowOf(id);
  at = new Date(ends);
  // The window is over, whether or not somebody has ended it yet.
  expect(await restored(id, secret)).toMatchObject({ ok: false, refused: "ended" });
  expect(await world()).toEqual({ ...WHOLE, files: ["3"] });
  expect(await endWindows(desk)).toBe(1);
  expect(await rowOf(id)).toMatchObject({ state: "restored", grace_until: null });
  expect(await bundles()).toEqual([]);
  expect(await restored(id, secret)).toMatchObject({ ok: false, refused: "not_restricted" });
});

test("a request that nobody knows, or that is no erasure under grace, has nothing to give back", async () => {
  const { secret } = oneWayKey();
  expect(await restored(randomUUID(), secret)).toMatchObject({ ok: false, refused: "unknown" });
  const { id } = await openRequest(desk, {
    ...{ right: "access", identities: [{ namespace: "user_id", value: "1" }], via: "app" },
    enqueue: async () => {},
  });
  expect(await restored(id, secret)).toMatchObject({ ok: false, refused: "not_restricted" });
});

test("a window that is over gives nothing back, also where nobody has ended it yet", async () => {
  const { id, secret } = await erased();
  const { grace_until: ends } = await rowOf(id);
  at = new Date(new Date(ends).getTime() - 1);
  expect(await restoreRequest(desk, id, { secret, approve: async () => false })).toMatchObject({ ok: true });
  at = new Date(ends);
  expect(await restored(id, secret)).toMatchObject({ ok: false, refused: "ended" });
  expect(await world()).toEqual({ users: [2], posts: [2], files: ["3"] });
  expect(await bundles()).toEqual([id]);
});
