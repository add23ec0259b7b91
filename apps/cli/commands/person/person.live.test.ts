/** A visitor who turns out to be an account, as a script sees it: a real store, the real process. */
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { crashingCli, type Ended, runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { POLICY } from "../request/testing/shop.ts";

const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, phone: user.contact.phone_number }
  visitors:
    class: account
    person: { cookie: cookie, phone: { field: phone, shared: true }, user_id: user_id }
    fields: { id: system, cookie: user.unique_id, phone: user.contact.phone_number, user_id: user.unique_id }
  notes:
    class: account
    person: { cookie: { field: cookie, shared: true } }
    fields: { id: system, cookie: user.unique_id, body: user.content }
  pages:
    class: account
    owner: cookie -> visitors.cookie
    fields: { id: system, cookie: user.unique_id, url: user.behavior }
`;
const RESET = `
  drop table if exists pages, notes, visitors, users;
  create table users (id int primary key, phone text);
  create table visitors (id int primary key, cookie text, phone text, user_id int);
  create table pages (id int primary key, cookie text, url text);
  create table notes (id int primary key, cookie text, body text);
  insert into users values (1, '+1 1'), (2, '+1 1');
  insert into visitors values (1, 'c-1', '+1 1', null), (2, 'c-2', '+1 1', 2), (3, 'c-3', null, null);
  insert into notes values (1, 'c-7', 'mine'), (2, 'c-7', 'my flatmate''s');
  insert into pages values (1, 'c-1', '/a'), (2, 'c-1', '/b'), (3, 'c-2', '/c'), (4, 'c-3', '/d');
`;

let service: Service;
let store: pg.Client;

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "shop", policy: POLICY, map: MAP });
  ({ store } = service);
});
afterAll(() => service.close());
beforeEach(async () => {
  await store.query(RESET);
});

const avow = (...args: readonly string[]): Promise<Ended> => runningCli(service, [...args, "--json"]);

const merge = (visitor: string, account: string): Promise<Ended> =>
  avow("person", "merge", "--visitor", visitor, "--account", account);
const read = (ended: Ended): Record<string, unknown> => JSON.parse(ended.out);

/** Rows that a request about the person would take along, by collection. */
async function reached(person: string): Promise<Record<string, number>> {
  const { plan } = read(await avow("request", "erase", "--person", person, "--dry-run"));
  const lines = Array.isArray(plan) ? plan : [];
  return Object.fromEntries(lines.map((l) => [String(l.collection), Number(l.rows)]));
}

test.each([
  ["cookie=c-1", "user_id=9", "no-account"],
  ["cookie=c-2", "user_id=1", "visitor-has-account"],
  ["cookie=c-2", "user_id=2", "same-person"],
  ["user_id=1", "user_id=1", "same-person"],
  ["cookie=c-7", "user_id=1", "shared-only"],
  ["phone=+1 1", "user_id=1", "ambiguous"],
  ["cookie=c-1", "phone=+1 1", "ambiguous"],
])("merging %s into %s is refused: %s", async (visitor, account, why) => {
  const ended = await merge(visitor, account);
  expect(ended).toMatchObject({ code: 1 });
  expect(read(ended)).toEqual({ state: "refused", why });
  expect(ended.out + ended.err).not.toContain(visitor);
});

// Fifteen processes, one after the other, on a machine that may have other work.
test("merged, either name leads to both; undone, to one; another account has to wait", {
  timeout: 400_000,
}, async () => {
  expect(await reached("user_id=1")).toEqual({ users: 1 });
  const merged = await merge("cookie=c-1", "user_id=1");
  expect(merged).toMatchObject({ code: 0 });
  const { merge: id } = read(merged);
  expect(read(await merge("cookie=c-1", "user_id=1"))).toEqual({ state: "merged", merge: id, known: true });
  expect(read(await merge("cookie=c-1", "user_id=2"))).toEqual({ state: "refused", why: "merged-elsewhere" });
  const both = { users: 1, visitors: 1, pages: 2 };
  expect(await reached("user_id=1")).toEqual(both);
  expect(await reached("cookie=c-1")).toEqual(both);
  expect(await reached("cookie=c-3")).toEqual({ visitors: 1, pages: 1 });
  expect(read(await avow("person", "merges", "--person", "user_id=1"))).toMatchObject({
    merges: [{ merge: id }],
  });
  expect(await avow("person", "unmerge", String(id))).toMatchObject({ code: 0 });
  expect(await avow("person", "unmerge", String(id))).toMatchObject({ code: 2 });
  expect(await reached("user_id=1")).toEqual({ users: 1 });
  expect(await reached("cookie=c-1")).toEqual({ visitors: 1, pages: 2 });
});

test("an erasure of the account takes the visitor's rows along, and the record of the merge", async () => {
  expect(await merge("cookie=c-1", "user_id=1")).toMatchObject({ code: 0 });
  expect(await merge("cookie=c-3", "user_id=1")).toMatchObject({ code: 0 });
  expect(await avow("request", "erase", "--person", "cookie=c-3", "--yes")).toMatchObject({ code: 0 });
  const left = await store.query(
    "select cookie from visitors union all select url from pages union all select id::text from users",
  );
  expect(left.rows.map((r) => Object.values(r)[0]).sort()).toEqual(["/c", "2", "c-2"]);
  const { rows } = await service.own.query("select count(*)::int as n from merges where undone_at is null");
  expect(rows).toEqual([{ n: 0 }]);
});

const LEFT =
  "select cookie from visitors union all select url from pages union all select id::text from users";
const left = async (): Promise<unknown[]> =>
  (await store.query(LEFT)).rows.map((r) => Object.values(r)[0]).sort();

test.each(["planned", "acted", "verified"])(
  "killed when it has %s, an erasure of both goes on by either name, and ends the merge",
  async (point) => {
    expect(await merge("cookie=c-1", "user_id=1")).toMatchObject({ code: 0 });
    const args = ["request", "erase", "--person", "user_id=1", "--yes", "--json"];
    expect((await crashingCli(service, point, args)).signal).toBe("SIGKILL");
    const again = await avow("request", "erase", "--person", "cookie=c-1", "--yes");
    expect(again).toMatchObject({ code: 0 });
    expect(read(again)).toMatchObject({ state: "closed" });
    expect(await left()).toEqual(["/c", "/d", "2", "c-2", "c-3"]);
    const { rows } = await service.own.query(
      "select (select count(*) from merges where undone_at is null)::int as merges, (select count(*) from merge_names)::int as names, (select count(*) from requests where closed_at is null)::int as open",
    );
    expect(rows).toEqual([{ merges: 0, names: 0, open: 0 }]);
  },
);

test("a merge that is undone while an erasure of both is cut short: that one goes on as it was", async () => {
  const { merge: id } = read(await merge("cookie=c-1", "user_id=1"));
  const args = ["request", "erase", "--person", "user_id=1", "--yes", "--json"];
  expect((await crashingCli(service, "intended", args)).signal).toBe("SIGKILL");
  expect(await avow("person", "unmerge", String(id))).toMatchObject({ code: 0 });
  expect(await avow("request", "erase", "--person", "user_id=1", "--yes")).toMatchObject({ code: 0 });
  expect(await left()).toEqual(["/c", "/d", "2", "c-2", "c-3"]);
});

test("what people share finds nothing by a merge: neighbours stay, until somebody names it", async () => {
  await store.query("update visitors set phone = '+2 2' where id in (1, 3)");
  const said = await avow(
    "person",
    "merge",
    "--visitor",
    "cookie=c-1",
    "phone=+2 2",
    "--account",
    "user_id=1",
  );
  expect(said).toMatchObject({ code: 0 });
  const both = { users: 1, visitors: 1, pages: 2 };
  expect(await reached("user_id=1")).toEqual(both);
  expect(await reached("cookie=c-3")).toEqual({ visitors: 1, pages: 1 });
  expect(await avow("person", "unmerge", String(read(said).merge))).toMatchObject({ code: 0 });
  expect(read(await merge("cookie=c-1", "phone=+2 2"))).toEqual({ state: "refused", why: "shared-only" });
});

test("whom rows know only by what people share is not merged: it says what to do, and that finds them", async () => {
  const said = await merge("cookie=c-7", "user_id=1");
  expect(said.err).toContain("name the shared one beside the account in each request");
  expect(await reached("user_id=1")).toEqual({ users: 1 });
  const { plan } = read(await avow("request", "erase", "--person", "user_id=1", "cookie=c-7", "--dry-run"));
  expect(plan).toMatchObject([
    { collection: "users", rows: 1 },
    { collection: "notes", rows: 2 },
  ]);
});
