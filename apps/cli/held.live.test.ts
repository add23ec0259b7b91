/**
 * A store that keeps rows back, some of them or all, for a time: what can go goes, the request says what is left and until when, and goes on by
 * itself then. Nothing that is held is ever called done.
 */
import type { ArrayTable } from "@avow/provision/array-store";
import type { Hold } from "@avow/provision/held-store";
import { logView } from "@avow/runtime/ledger/serve";
import { tail } from "@avow/runtime/ledger/tail";
import { listOpen, refuseRequest } from "@avow/runtime/requests/desk/decide";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { enqueueOpen } from "@avow/runtime/requests/desk/jobs";
import { lookAgain } from "@avow/runtime/requests/suppression/run";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { createServer } from "@avow/server/server";
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
    fields: { id: system, author: user.unique_id, made: system }
    anchors: { creation: made }
`;
const DEPOT = `store: depot
connector: held
collections:
  files:
    class: account
    owner: user -> app/users.id
    fields: { id: system, user: user.unique_id, made: system }
    anchors: { creation: made }
`;
const RESET = `
  drop table if exists posts, users;
  create table users (id int primary key, email text);
  create table posts (id int primary key, author int references users, made date default '2020-01-01');
  insert into users values (1, 'ann@example.org'), (2, 'bob@example.org');
  insert into posts (id, author) values (1, 1), (2, 2);
`;

let bed: WithDepot;
let service: Service;
let opened: OpenDesk;
let desk: Desk;
let files: ArrayTable;
let holds: Hold[] = [];
let at = new Date();

beforeAll(async () => {
  files = { name: "files", fields: ["id", "user", "made"], rows: [] };
  bed = await startWithDepot({
    ...{ server: inject("postgresUrl"), app: APP, depot: DEPOT, sql: RESET, files },
    ...{ holds: () => holds, now: () => at },
  });
  ({ service, opened } = bed);
  ({ desk } = opened);
});
afterAll(() => bed.close());
beforeEach(async () => {
  await service.store.query(RESET);
  await service.own.query("truncate requests cascade; truncate suppression_lots, suppression_ends");
  at = new Date();
  const made = "2020-01-01";
  files.rows = ["1", "2", "3"].map((id) => ({ id, user: id === "3" ? "2" : "1", made }));
});

const DAY_MS = 86_400_000;
const after = (days: number): Date => new Date(at.getTime() + days * DAY_MS);
const hold = (keys: readonly string[], until: Date | null): void => {
  holds = keys.map((key) => ({ collection: "files", key, until }));
};
async function begun(namespace = "user_id", value = "1"): Promise<string> {
  const { id } = await openRequest(desk, {
    ...{ right: "erase", identities: [{ namespace, value }], via: "app" },
    asked: { scope: null, set: [], lift: false },
    enqueue: async () => {},
  });
  return id;
}
async function work(id: string) {
  const ran = await workOn(desk, id, { approve: async () => true, approver: "test" });
  if (ran.busy) throw new Error("somebody else has it");
  return ran.outcome;
}
const users = async (): Promise<number[]> =>
  (await service.store.query("select id from users order by id")).rows.map((r) => r.id);
/** What workers would take up now. */
async function due(): Promise<number> {
  const jobs = await opened.service.jobs();
  const n = await enqueueOpen(desk, jobs);
  await service.own.query("delete from avow_jobs.job where name = 'request'");
  return n;
}
async function bodyOf(id: string, event: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  await opened.service.ledger.settle();
  const entries = await tail(opened.service.ledger, 10_000);
  return entries.map(({ body }) => body ?? {}).findLast((b) => b["request"] === id && b["event"] === event);
}
async function lastLook(): Promise<Readonly<Record<string, unknown>> | undefined> {
  await opened.service.ledger.settle();
  const entries = await tail(opened.service.ledger, 10_000);
  return entries.map(({ body }) => body ?? {}).findLast((b) => b["event"] === "suppression.looked");
}
async function followed(id: string) {
  const api = createServer({
    ...{ service: "shop", token: "word", desk, enqueue: async () => {}, onLog: () => {} },
    board: () => {
      throw new Error("nobody asks for the board");
    },
    log: logView(opened.service.db, opened.service.ledger.place),
    receipt: async () => null,
    verifier: async () => "",
  });
  const { body } = await api.inject({
    url: `/api/v1/services/shop/requests/${id}`,
    headers: { authorization: "Bearer word" },
  });
  return JSON.parse(body);
}

test("what is held is tried again when it is let go, and not before; the person and staff see when", async () => {
  const id = await begun();
  const until = after(0.8).toISOString();
  hold(["1", "2"], after(0.8));
  const line = { store: "depot", collection: "files", result: "blocked", rows: 2, until };
  expect(await work(id)).toMatchObject({
    state: "not_done",
    results: expect.arrayContaining([expect.objectContaining({ ...line, reason: "2 records are on hold" })]),
    notes: expect.arrayContaining([`\`depot.files\` is blocked until ${until}: it is tried again then`]),
  });
  // What hangs on the person elsewhere is gone, and who it is stays until all is.
  expect((await service.store.query("select id from posts")).rows).toEqual([{ id: 2 }]);
  expect(await users()).toEqual([1, 2]);
  expect(await followed(id)).toMatchObject({
    ...{ state: "not_done", nextTryAt: until, closedAt: null },
    results: expect.arrayContaining([expect.objectContaining(line)]),
  });
  expect(await listOpen(desk)).toEqual([expect.objectContaining({ request: id, nextTryAt: until })]);
  expect(await bodyOf(id, "request.not_done")).toMatchObject({
    remains: expect.arrayContaining([line]),
  });
  at = after(0.7);
  expect(await due()).toBe(0);
  at = after(0.2);
  expect(await due()).toBe(1);
  expect(await work(id)).toMatchObject({ state: "closed" });
  expect(await users()).toEqual([2]);
  expect(files.rows.map((r) => r["id"])).toEqual(["3"]);
  expect(await followed(id)).toMatchObject({ state: "closed", nextTryAt: null });
});

test("a day that is far off, or never comes, is not waited for: what was let go earlier goes within a day", async () => {
  const id = await begun();
  const never = new Date("9998-01-01T00:00:00Z");
  hold(["1", "2"], never);
  expect(await work(id)).toMatchObject({ state: "not_done" });
  expect(await followed(id)).toMatchObject({
    nextTryAt: after(1).toISOString(),
    results: expect.arrayContaining([expect.objectContaining({ until: never.toISOString() })]),
  });
  holds = [];
  at = after(0.9);
  expect(await due()).toBe(0);
  at = after(0.2);
  expect(await due()).toBe(1);
  expect(await work(id)).toMatchObject({ state: "closed" });
});

test("a part is done, and the rest is counted, tried again soon and never called done", async () => {
  const id = await begun();
  hold(["2"], null);
  expect(await work(id)).toMatchObject({
    state: "not_done",
    results: expect.arrayContaining([
      { store: "depot", collection: "files", result: "partial", rows: 1, reason: "1 records are on hold" },
    ]),
  });
  expect(files.rows.map((r) => r["id"])).toEqual(["2", "3"]);
  expect(await users()).toEqual([1, 2]);
  const { rows } = await service.own.query(
    "select state, rows::int, reason from request_steps where request = $1 and store = 'depot'",
    [id],
  );
  expect(rows).toEqual([{ state: "partial", rows: 1, reason: "1 records are on hold" }]);
  expect(await bodyOf(id, "step.partial")).toMatchObject({ rows: 1 });
  // Nobody says when: after half a minute, and then ever later.
  expect((await followed(id)).nextTryAt).toBe(new Date(at.getTime() + 30_000).toISOString());
  expect(await work(id)).toMatchObject({ state: "not_done" });
  holds = [];
  expect(await work(id)).toMatchObject({ state: "closed" });
  expect(files.rows.map((r) => r["id"])).toEqual(["3"]);
  expect(await bodyOf(id, "request.closed")).toMatchObject({ state: "closed", steps: { failed: 2 } });
});

test("whoever ends it over what is held has a certificate that says so", async () => {
  const id = await begun();
  hold(["2"], after(400));
  await work(id);
  expect(await refuseRequest(desk, id, "the auditor keeps it")).toBe("refused");
  const until = after(400).toISOString();
  expect(await bodyOf(id, "request.closed")).toMatchObject({
    state: "refused",
    done: expect.arrayContaining([
      { store: "depot", collection: "files", result: "partial", rows: 1, until, reached: {} },
    ]),
  });
  expect((await followed(id)).nextTryAt).toBeNull();
});

test("only rows that were erased are known when they come back: not those of a step that was never made", async () => {
  const id = await begun("email", "ann@example.org");
  hold(["1"], null);
  expect(await work(id)).toMatchObject({ state: "not_done" });
  expect(files.rows.map((r) => r["id"])).toEqual(["1", "3"]);
  // By now somebody else has that address, too: it ends, and what is there stays.
  await service.store.query("insert into users values (9, 'ann@example.org')");
  at = after(1);
  expect(await work(id)).toMatchObject({ state: "ambiguous_identity" });
  holds = [];
  const looked = await lookAgain(desk, { by: "test" });
  expect(looked).toMatchObject({ lines: [], requests: [] });
  const says = { event: "suppression.looked", state: "done", examined: looked.examined };
  expect(await lastLook()).toEqual({ ...says, found: [], again: 0 });
  // What did go is known as before.
  await service.store.query("insert into posts (id, author) values (1, 1)");
  files.rows.push({ id: "2", user: "1", made: "2020-01-01" });
  const found = async () => {
    const { lines } = await lookAgain(desk, { by: "test" });
    // Entries of one batch have no order.
    await opened.service.ledger.settle();
    return lines.map((l) => `${l.collection} ${l.rows} ${l.verdict}`).sort();
  };
  // The account never went: what hangs on it is its owner's, as long as it stands.
  expect(await found()).toEqual(["files 1 unsure", "posts 1 unsure"]);
  await service.store.query("update posts set author = null where id = 1; delete from users where id = 1");
  expect(await found()).toEqual(["files 1 older", "posts 1 older"]);
  const said = await lastLook();
  expect(said).toMatchObject({ state: "done", again: 1 });
  expect(said?.["found"]).toHaveLength(2);
  expect(said?.["found"]).toContainEqual({ store: "app", collection: "posts", verdict: "older", rows: 1 });
});
