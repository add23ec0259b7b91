/** An erasure of a part, as a script sees it: what is planned when it is asked for again, and what of it stays. */

import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { POLICY } from "./testing/shop.ts";

const MAP = `store: app
connector: postgres
collections:
  customers:
    class: account
    person: { customer_id: id }
    fields: { id: user.unique_id, name: user.name }
  cards:
    class: account
    owner: customer -> customers.id
    fields:
      id: system
      customer: user.unique_id
      mood: user.contact
      tags: user.contact
      short: user.contact
      paid: user.contact
      host: user.contact
      ref: user.contact
      note: user.content
  letters:
    class: account
    links:
      - { role: owner, from: [writer], to: { collection: customers, fields: [id] } }
      - { role: co_owner, from: [reader], to: { collection: customers, fields: [id] } }
    fields: { id: system, writer: user.unique_id, reader: user.unique_id, title: user.name, body: user.content }
  reviews:
    class: account
    links: [{ role: about, from: [customer], to: { collection: customers, fields: [id] } }]
    fields: { id: system, customer: user.unique_id, body: user.content, by: user.name }
  posts:
    class: account
    links:
      - { role: owner, from: [author], to: { collection: customers, fields: [id] } }
      - { role: mention, from: [greets], to: { collection: customers, fields: [id] } }
    fields: { id: system, author: user.unique_id, greets: user.unique_id, title: user.name, body: user.content }
`;

const RESET = `
  drop table if exists posts, reviews, letters, cards, customers;
  drop type if exists mood;
  create type mood as enum ('so so', 'well');
  create table customers (id int primary key, name text);
  create table cards (id int primary key, customer int references customers, mood mood not null, tags text[] not null,
    short varchar(3) not null, paid money not null, host inet not null, ref uuid not null, note text);
  create table letters (id int primary key, writer int, reader int, title text, body text);
  create table reviews (id int primary key, customer int, body text, by text);
  create table posts (id int primary key, author int, greets int, title text, body text);
  insert into letters values (1, 1, 2, 'Bob', 'dear Bob'), (2, 2, 2, 'me', 'dear me');
  insert into reviews values (1, 1, 'slow to pay', 'Bob'), (2, 1, null, 'Bob');
  insert into posts values (1, 2, 1, 'Ada', 'hello'), (2, 1, null, 'I', 'hello');
  insert into customers values (1, 'Ada'), (2, 'Bob');
  insert into cards select n, n, 'well', '{a,b}', 'abc', 12.5, '1.2.3.4', '00000000-0000-4000-8000-000000000001', 'n'
    from generate_series(1, 2) n;
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

async function part(...scope: string[]) {
  const args = ["request", "erase", "--person", "customer_id=1", "--scope", ...scope, "--yes", "--json"];
  const ended = await runningCli(service, args);
  expect(ended, ended.err + ended.out).toMatchObject({ code: 0 });
  return JSON.parse(ended.out);
}

test("what a mask has left is not planned again, whatever the type; what somebody wrote since is", async () => {
  const cells =
    "select mood, tags, short, paid, host, left(ref::text, 20) as ref, note from cards order by id";
  const first = await part("category=user.contact");
  expect(first.results).toMatchObject([{ collection: "cards", result: "done", rows: 1 }]);
  const masked = { mood: "so so", tags: [], short: "era", paid: "$0.00", host: "0.0.0.0" };
  const { rows } = await store.query(cells);
  expect(rows[0]).toEqual({ ...masked, ref: "00000000-0000-4e4a-a", note: "n" });
  expect(rows[1]).toMatchObject({ mood: "well", short: "abc", ref: "00000000-0000-4000-8" });
  expect(await part("category=user.contact")).toMatchObject({ state: "closed", plan: [], results: [] });
  await store.query("update cards set short = 'e1' where id = 1");
  const again = await part("category=user.contact");
  expect(again.results).toMatchObject([{ collection: "cards", result: "done", rows: 1 }]);
  expect((await store.query(cells)).rows[0]).toMatchObject(masked);
});

test("what of a category stays is told with its reason, and nothing is said to be done to it", async () => {
  const others =
    "select body from letters union all select body from reviews union all select body from posts where id = 1";
  const before = (await store.query(others)).rows;
  const told = await part("category=user.content");
  const by = (l: { collection: string; why?: string; result?: string; rows: number }) => [
    l.collection,
    l.why ?? l.result,
    l.rows,
  ];
  expect(told.results.map(by).toSorted()).toEqual([
    ["cards", "done", 1],
    ["posts", "done", 1],
  ]);
  expect(told.kept.map(by).toSorted()).toEqual([
    ["letters", "co_owner", 1],
    ["posts", "mention", 1],
    ["reviews", "about", 1],
  ]);
  expect(told.kept.find((k: { why: string }) => k.why === "about").reason).toContain(
    "somebody else wrote it",
  );
  expect((await store.query(others)).rows).toEqual(before);
  expect((await store.query("select note from cards order by id")).rows).toEqual([
    { note: null },
    { note: "n" },
  ]);
  // Told again as long as it is there, and nothing is done.
  expect(await part("category=user.content")).toMatchObject({ results: [], kept: told.kept });
});

test("what stays with the account is told with the reason, once for each", async () => {
  const told = await part("category=user.unique_id");
  expect(told.results).toEqual([]);
  const account = told.kept.filter((k: { why: string }) => k.why === "account");
  expect(account).toMatchObject(
    ["customers", "cards", "posts"].map((collection) => ({
      ...{ collection, rows: 1, commitment: null, until: null },
      reason: "says who the person is or whose it is: it stays while the account does",
    })),
  );
});
