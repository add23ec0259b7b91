/** Requests of one person beside each other: which of them are one, which of them end with another, and that scopes are told apart. */
import type { Scope } from "@avow/core/plan/scope";
import { tail } from "@avow/runtime/ledger/tail";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { endWithIt, othersOf } from "@avow/runtime/requests/desk/siblings";
import type { OpenDesk } from "@avow/runtime/service/desk";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { POLICY } from "./commands/request/testing/shop.ts";
import { openedDesk } from "./testing/opened-desk.ts";
import { type Service, startService } from "./testing/service.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number }
  leads:
    class: account
    person: { phone: { field: phone, shared: true }, lead: id }
    fields: { id: user.unique_id, phone: user.contact.phone_number }
  posts:
    class: account
    owner: author -> users.id
    fields: { id: system, author: user.unique_id, body: user.content }
  visits:
    class: account
    owner: visitor -> users.id
    fields: { id: system, visitor: user.unique_id, url: user.behavior }
`;
const RESET = `
  drop table if exists visits, posts, leads, users;
  create table users (id int primary key, email text unique, phone text);
  create table leads (id int primary key, phone text);
  create table posts (id int primary key, author int references users, body text);
  create table visits (id int primary key, visitor int references users, url text);
  insert into users values (1, 'ann@example.org', '+1 1'), (2, 'bob@example.org', '+1 2');
  insert into leads values (7, '+1 1'), (8, '+1 3');
  insert into posts values (1, 1, 'a'), (2, 2, 'b');
  insert into visits values (1, 1, '/a'), (2, 2, '/b');
`;

let service: Service;
let store: pg.Client;
let opened: OpenDesk;
let desk: Desk;

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "shop", policy: POLICY, map: MAP });
  ({ store } = service);
  await store.query(RESET);
  opened = await openedDesk(service);
  desk = opened.desk;
});
afterAll(async () => {
  await opened.service.close();
  await service.close();
});
beforeEach(async () => {
  await store.query(RESET);
  await service.own.query("truncate requests cascade");
});

const CONTENT = { categories: ["user.content"], products: [], since: null, until: null };
const BEHAVIOR = { ...CONTENT, categories: ["user.behavior"] };

const ask = (identities: Readonly<Record<string, string>>, scope: Scope | null = null) =>
  openRequest(desk, {
    right: "erase",
    identities: Object.entries(identities).map(([namespace, value]) => ({ namespace, value })),
    asked: { scope, set: [], lift: false },
    via: "app",
    enqueue: async () => {},
  });
const work = async (id: string) => {
  const ran = await workOn(desk, id, { approve: async () => true, approver: "test" });
  if (ran.busy) throw new Error("somebody else has it");
  return ran.outcome.state;
};
const stateOf = async (id: string) =>
  (await service.own.query("select state, notes from requests where id = $1", [id])).rows[0];
const left = async (): Promise<string> => {
  const { rows } = await store.query(
    "select 'user ' || id as row from users union all select 'lead ' || id from leads union all select 'post ' || id from posts where body is not null union all select 'visit ' || id from visits where url is not null",
  );
  return rows
    .map((r) => r.row)
    .sort()
    .join(", ");
};

test("the same scope is the same request, another scope is another one, and each is carried out", async () => {
  const first = await ask({ user_id: "1" }, CONTENT);
  expect(await ask({ email: "ann@example.org" }, CONTENT)).toEqual({ id: first.id, joined: true });
  const both = await ask({ user_id: "2" }, { ...CONTENT, categories: ["user.content", "user.behavior"] });
  const turned = { ...CONTENT, categories: ["user.behavior", "user.content", "user.behavior"] };
  expect(await ask({ user_id: "2" }, turned)).toEqual({ id: both.id, joined: true });
  const other = await ask({ user_id: "1" }, BEHAVIOR);
  const whole = await ask({ user_id: "1" });
  expect([other.joined, whole.joined]).toEqual([false, false]);
  expect(await work(first.id)).toBe("closed");
  // A part is not the other part, and not all.
  for (const { id } of [other, whole]) expect((await stateOf(id)).state).toBe("received");
  expect(await left()).toBe("lead 7, lead 8, post 2, user 1, user 2, visit 1, visit 2");
  expect(await work(other.id)).toBe("closed");
  expect((await stateOf(whole.id)).state).toBe("received");
  expect(await left()).toBe("lead 7, lead 8, post 2, user 1, user 2, visit 2");
  expect(await work(whole.id)).toBe("closed");
  expect(await left()).toBe("lead 7, lead 8, post 2, user 2, visit 2");
});

test("with the erasure of all end those of a part, whatever the part; another person's stay", async () => {
  const parts = [await ask({ user_id: "1" }, CONTENT), await ask({ email: "ann@example.org" }, BEHAVIOR)];
  const neighbour = await ask({ user_id: "2" }, CONTENT);
  const whole = await ask({ email: "ann@example.org" });
  expect(await work(whole.id)).toBe("closed");
  for (const { id } of parts)
    expect(await stateOf(id)).toEqual({
      state: "closed",
      notes: [`carried out by the request ${whole.id} of the same person`],
    });
  expect((await stateOf(neighbour.id)).state).toBe("received");
});

test("one that ended by itself after it was found keeps its end and its certificate; one in its window, too", async () => {
  for (const end of ["closed_at", "grace_until"]) {
    await service.own.query("truncate requests cascade");
    const part = await ask({ user_id: "1" }, CONTENT);
    const whole = await ask({ user_id: "1" });
    const ended = await desk.db.transaction().execute(async (tx) => {
      const others = await othersOf(desk, tx, [whole.id]);
      expect(others).toMatchObject([{ id: part.id, contained: true, by: whole.id }]);
      await service.own.query(`update requests set ${end} = now(), notes = '["its own"]' where id = $1`, [
        part.id,
      ]);
      return endWithIt(desk, tx, { ids: [whole.id], right: "erase", giving: [] }, others);
    });
    expect(ended).toEqual([]);
    expect(await stateOf(part.id)).toEqual({ state: "received", notes: ["its own"] });
  }
});

test("one of a part that names the person by more goes on, and finds what is left", async () => {
  const part = await ask({ user_id: "1", lead: "8" }, BEHAVIOR);
  const whole = await ask({ user_id: "1" });
  expect(whole.joined).toBe(false);
  expect(await work(whole.id)).toBe("closed");
  expect((await stateOf(part.id)).state).toBe("received");
  expect(await left()).toBe("lead 7, lead 8, post 2, user 2, visit 2");
  expect(await work(part.id)).toBe("closed");
});

test("one of a part that names what people share goes on: the erasure of all did not look there", async () => {
  const part = await ask({ user_id: "1", phone: "+1 3" }, BEHAVIOR);
  const whole = await ask({ user_id: "1" });
  expect(await work(whole.id)).toBe("closed");
  expect((await stateOf(part.id)).state).toBe("received");
  expect(await work(part.id)).toBe("closed");
});

test.each([null, CONTENT])(
  "what people share is not lost when a request joins another: %j",
  async (scope) => {
    const first = await ask({ user_id: "1" }, scope);
    expect(await ask({ user_id: "1", phone: "+1 1" }, scope)).toEqual({ id: first.id, joined: true });
    expect(await work(first.id)).toBe("closed");
    expect(await left()).toBe(
      scope === null
        ? "lead 8, post 2, user 2, visit 2"
        : "lead 7, lead 8, post 2, user 1, user 2, visit 1, visit 2",
    );
  },
);

test("steps that the store takes one by one only: their first try, together, is no failure in the certificate", async () => {
  await store.query(`
    create table acts (act bigint);
    create or replace function note_act() returns trigger language plpgsql as $$ begin insert into acts values (txid_current()); return old; end $$;
    create or replace function refuse_same() returns trigger language plpgsql as $$ begin
      if exists (select from acts where act = txid_current()) then raise exception 'one at a time'; end if; return old; end $$;
    create trigger note before delete on posts for each row execute function note_act();
    create trigger refuse before delete on users for each row execute function refuse_same()`);
  const { id } = await ask({ user_id: "1" });
  expect(await work(id)).toBe("closed");
  await store.query("drop table acts");
  expect(await left()).toBe("lead 7, lead 8, post 2, user 2, visit 2");
  const tried = await service.own.query(
    "select count(*)::int as n from request_steps where request = $1 and state = 'failed' and reason like 'tried together: %'",
    [id],
  );
  expect(tried.rows[0].n).toBeGreaterThan(1);
  await opened.service.ledger.settle();
  const entries = await tail(opened.service.ledger, 10_000);
  const [closed] = entries.flatMap(({ body }) =>
    body?.["request"] === id && body["event"] === "request.closed" ? [body] : [],
  );
  expect(closed).toMatchObject({ steps: { done: tried.rows[0].n, failed: 0 } });
});
