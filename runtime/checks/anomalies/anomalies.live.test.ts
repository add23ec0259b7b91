/** On real stores: each anomaly is laid out, counted, and nothing of a person comes out. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as mysql } from "@avow/connector-mysql/connector";
import { connector as postgres } from "@avow/connector-postgres/connector";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import { kinds } from "@avow/core/commitments/index";
import { readDataMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import { freshMariaDb } from "@avow/provision/mariadb";
import mysql2 from "mysql2/promise";
import pg from "pg";
import { afterAll, describe, expect, inject, test } from "vitest";
import type { Connector } from "../../connector-kit/contract.ts";
import { BUDGET, type Budget } from "../budget/model.ts";
import { findAnomalies } from "./find.ts";
import type { AnomalyReport } from "./model.ts";

const policy = must(
  compilePolicy({
    file: "policy.md",
    text: `---
service: shop
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Shop Ltd, country: DE, contact: { rights: privacy@shop.example } }
jurisdictions: [EU]
purposes:
  selling: [essential.service]
classes:
  account: [user.contact, user.name, user.unique_id]
  order: [user.financial, user.contact, user.unique_id]
  survey: [user.content, user.unique_id]
---
# Privacy

We use your account and your orders to sell you things.

\`\`\`commit
- id: selling
  use: selling
  data: [account, order]
\`\`\`
`,
    lock: null,
    kinds,
  }).value,
  "the policy compiles",
);

const APP = `store: app
connector: ENGINE
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, title: user.name, nickname: user.name }
    erase: delete
  orders:
    class: order
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, receipt_to: user.contact.email, total: user.financial }
    erase: delete
  surveys:
    class: survey
    owner: user_id -> users.id
    fields: { id: system, user_id: user.unique_id, answer: user.content }
    erase: delete
  files:
    class: order
    links:
      - { role: owner, from: [of_id], to: { collection: users, fields: [id] }, when: { of_kind: user } }
      - { role: owner, from: [of_id], to: { collection: orders, fields: [id] }, when: { of_kind: order } }
    fields: { id: system, of_kind: system, of_id: user.unique_id }
    erase: delete
  groups:
    class: order
    links: [{ role: owner, from: [id], via: { collection: members, fields: [group_id] } }]
    fields: { id: system }
    erase: delete
  members:
    class: order
    owner: user_id -> users.id
    fields: { id: system, group_id: system, user_id: user.unique_id }
    erase: delete
`;
const BILLING = `store: billing
connector: sqlite
collections:
  customers:
    class: account
    person: { user_id: user_id, email: email }
    fields: { user_id: user.unique_id, email: user.contact.email }
    erase: delete
  invoices:
    class: order
    links: [{ role: owner, from: [user_id], to: { store: app, collection: users, fields: [id] } }]
    fields: { id: system, user_id: user.unique_id }
    erase: delete
`;

const PEOPLE = 60;
const TABLES = `
create table users (id integer primary key, email varchar(200), name varchar(100), title varchar(100), nickname varchar(100));
create table orders (id integer primary key, user_id integer, receipt_to varchar(200), total integer);
create table surveys (id integer primary key, user_id integer, answer varchar(200));
create table files (id integer primary key, of_kind varchar(20), of_id integer);
create table members (id integer primary key, group_id integer, user_id integer);`;

/** `groups` is a word of MariaDB. */
const GROUPS = (engine: string): string => (engine === "mysql" ? "`groups`" : "groups");

/** Sixty people; of 60 files 2 are of an order that is not there, 3 of a kind that nobody knows; of 6 groups 2 have no member. Of 60 orders 4 name people who are not there (3 different ones) and 2 nobody; 5 receipts go elsewhere. */
function statements(engine: string): string[] {
  const n = Array.from({ length: PEOPLE }, (_, i) => i + 1);
  const users = n.map((i) => `(${i}, 'Ann${i}@example.org', 'Ann ${i}', 'Dr', null)`);
  const orders = n.map((i) => {
    const owner = i <= 4 ? String(900 + Math.min(i, 3)) : i <= 6 ? "null" : String(i);
    const to = i > PEOPLE - 5 ? `other${i}@example.org` : ` ann${i}@EXAMPLE.org`;
    return `(${i}, ${owner}, '${to}', ${i})`;
  });
  const files = n.map((i) => {
    const kind = i <= 3 ? "ghost" : i % 2 === 0 ? "order" : "user";
    return `(${i}, '${kind}', ${kind === "order" && i <= 6 ? 700 + i : i})`;
  });
  const surveys = n.map((i) => `(${i}, ${i}, 'answer ${i}')`);
  return [
    ...TABLES.split(";").filter((s) => s.trim() !== ""),
    `insert into users values ${users.join(", ")}`,
    `insert into orders values ${orders.join(", ")}`,
    `insert into surveys values ${surveys.join(", ")}`,
    `insert into files values ${files.join(", ")}`,
    `create table ${GROUPS(engine)} (id integer primary key)`,
    `insert into ${GROUPS(engine)} values (1), (2), (3), (4), (5), (6)`,
    "insert into members values (1, 1, 1), (2, 1, 2), (3, 2, 2), (4, 3, 4), (5, 4, 5)",
  ];
}

const folder = await mkdtemp(join(tmpdir(), "avow-anomalies-"));
const closing: (() => Promise<unknown>)[] = [];
afterAll(async () => {
  for (const close of closing.reverse()) await close();
  await rm(folder, { recursive: true });
});

/** Another store, with another system: seven customers, two of them under another address. */
function billing(): Connector {
  const file = join(folder, "billing.db");
  const store = new DatabaseSync(file);
  store.exec(
    "drop table if exists customers; create table customers (user_id integer primary key, email text)",
  );
  store.exec(
    `drop table if exists invoices; create table invoices (id integer primary key, user_id text);
     insert into invoices values (1, '1'), (2, '2'), (3, '901'), (4, 'nobody'), (5, null), (6, '60')`,
  );
  for (let i = 10; i < 17; i += 1)
    store.exec(`insert into customers values (${i}, '${i < 12 ? "old" : "ANN"}${i}@example.org')`);
  store.close();
  const reader = sqlite.open({ url: `sqlite:${file}`, access: "read", statementTimeoutMs: 30_000 });
  closing.push(() => reader.close());
  return reader;
}

type Engine = { readonly engine: string; readonly open: () => Promise<Connector> };
const reading = { access: "read", statementTimeoutMs: 30_000 } as const;

async function onPostgres(): Promise<Connector> {
  const database = await freshDatabase(inject("postgresUrl"), "anomalies");
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  for (const statement of [...statements("postgres"), "analyze"]) await client.query(statement);
  await client.end();
  const reader = postgres.open({ url: database.url, ...reading });
  closing.push(
    () => database.drop(),
    () => reader.close(),
  );
  return reader;
}

async function onMariaDb(url: string): Promise<Connector> {
  const database = await freshMariaDb(url, "anomalies");
  const client = await mysql2.createConnection({ uri: database.url });
  for (const statement of statements("mysql")) await client.query(statement);
  await client.query("analyze table users, orders, surveys");
  await client.end();
  const reader = mysql.open({ url: database.url, ...reading });
  closing.push(
    () => database.drop(),
    () => reader.close(),
  );
  return reader;
}

async function onSqlite(): Promise<Connector> {
  const file = join(folder, "app.db");
  const store = new DatabaseSync(file);
  for (const statement of statements("sqlite")) store.exec(statement);
  store.close();
  const reader = sqlite.open({ url: `sqlite:${file}`, ...reading });
  closing.push(() => reader.close());
  return reader;
}

const server = inject("mariaDb");
if ("missing" in server) console.warn(`anomalies on MariaDB are not tried: ${server.missing}`);
const ENGINES: readonly Engine[] = [
  { engine: "postgres", open: onPostgres },
  ...("missing" in server ? [] : [{ engine: "mysql", open: () => onMariaDb(server.url) }]),
  { engine: "sqlite", open: onSqlite },
];

describe.each(ENGINES)("on $engine", ({ engine, open }) => {
  const map = must(
    readDataMap([
      { file: "app.yaml", text: APP.replace("ENGINE", engine) },
      { file: "billing.yaml", text: BILLING },
    ]).value,
    "the maps are sound",
  );
  const find = async (app: Connector, budget: Budget = BUDGET): Promise<AnomalyReport> =>
    findAnomalies({ policy, map, readers: { app, billing: billing() }, budget, now: new Date() });

  test("each is counted, with nothing of a person", async () => {
    const app = await open();
    const report = await find(app);
    expect(report.notLooked).toEqual([]);
    expect(
      report.anomalies.map((a) => [a.anomaly, `${a.collection}.${a.field ?? ""}`, a.count]).sort(),
    ).toEqual(
      [
        ["unowned", "orders.", 2],
        ["missing person", "orders.", 3],
        ["missing person", "files.", 2],
        ["unowned", "files.", 3],
        ["unowned", "groups.", 2],
        ["missing person", "invoices.", 2],
        ["unowned", "invoices.", 1],
        ["says nothing", "users.title", null],
        ["says nothing", "users.nickname", null],
        ["no use", "surveys.", null],
        ["contradictory", "orders.receipt_to", 5],
        ["contradictory", "customers.email", 2],
      ].sort(),
    );
    const said = report.anomalies.map((a) => a.what);
    expect(said).toContain("4 of 60 rows of `app.orders` name an owner who is not there (3 missing owners)");
    expect(said).toContain("2 of 60 rows of `app.files` name an owner who is not there (2 missing owners)");
    expect(said).toContain("2 of 6 rows of `app.groups` belong to nobody: no owner is set");
    expect(said).toContain(
      "2 of 7 people have another value in `billing.customers.email` than in `app.users.email`",
    );
    expect(said).toContain("`app.users.title` holds the same in every row: nobody can be using it");
    expect(JSON.stringify(report)).not.toMatch(/example\.org|Ann/i);
    // What costs more than it may is read in part, or said to be too large.
    const narrow = await find(app, { ...BUDGET, rows: 30 });
    expect(narrow.anomalies.find((a) => a.anomaly === "unowned")).toMatchObject({ partial: true });
    expect(narrow.notLooked.join()).toContain("too large to be searched for fields that say nothing");
  });
});

test("a number without a digit names nobody, and who has such a one owns nothing by it", async () => {
  const file = join(folder, "calls.db");
  const store = new DatabaseSync(file);
  store.exec(`create table users (id integer primary key, phone text);
    create table calls (id integer primary key, caller text);
    insert into users values (1, '+49 30 1'), (2, 'unknown'), (3, null);
    insert into calls values (1, '0049 30-1'), (2, 'n/a'), (3, 'unknown'), (4, ''), (5, '+49 30 2'), (6, null)`);
  store.close();
  const app = sqlite.open({ url: `sqlite:${file}`, ...reading });
  closing.push(() => app.close());
  const text = `store: app
connector: sqlite
collections:
  users:
    class: account
    person: { user_id: id, phone: phone }
    fields: { id: user.unique_id, phone: user.contact.phone_number }
  calls:
    class: order
    owner: caller -> users.phone
    fields: { id: system, caller: user.contact.phone_number }
`;
  const map = must(readDataMap([{ file: "app.yaml", text }]).value, "the map is sound");
  const report = await findAnomalies({ policy, map, readers: { app }, budget: BUDGET, now: new Date() });
  expect(report.notLooked).toEqual([]);
  const whose = report.anomalies.filter((a) => a.anomaly === "missing person" || a.anomaly === "unowned");
  expect(whose.map((a) => [a.anomaly, a.collection, a.count])).toEqual([
    ["unowned", "calls", 4],
    ["missing person", "calls", 1],
  ]);
});

test("pseudo-people are no persons, their rows no orphans, and what they hold no finding", async () => {
  const file = join(folder, "forum.db");
  const store = new DatabaseSync(file);
  store.exec(`create table users (id integer primary key, email text, name text);
    create table posts (id integer primary key, author integer references users, reply_to text);`);
  for (let i = 0; i < 30; i += 1) {
    const key = -2_000_000_000 + i;
    store.exec(
      `insert into users values (${key}, 'erased-${String(i).padStart(16, "0")}', 'former member');
       insert into posts values (${i}, ${key}, ${i < 5 ? "'erased'" : `'old${i}@example.org'`})`,
    );
  }
  store.exec(
    "insert into users values (1, 'ann@example.org', 'former member'); insert into posts values (99, 1, 'erased')",
  );
  store.close();
  const app = sqlite.open({ url: `sqlite:${file}`, ...reading });
  closing.push(() => app.close());
  const text = `store: app
connector: sqlite
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name }
    stand_in: { email: tombstone, name: former member }
    erase: delete
  posts:
    class: order
    owner: author -> users.id
    fields: { id: system, author: user.unique_id, reply_to: user.contact.email }
    erase: { stand_in: each }
`;
  const map = must(readDataMap([{ file: "app.yaml", text }]).value, "the map is sound");
  const report = await findAnomalies({ policy, map, readers: { app }, budget: BUDGET, now: new Date() });
  expect(report.anomalies).toEqual([]);
  expect(report.notLooked).toEqual([
    "`app.users.name` holds the same in every row, which may be of pseudo-people only",
  ]);
});

test("a store that is away is said, and the others are looked at", async () => {
  const text = APP.replace("ENGINE", "postgres");
  const map = must(
    readDataMap([
      { file: "app.yaml", text },
      { file: "billing.yaml", text: BILLING },
    ]).value,
    "the maps are sound",
  );
  const away = postgres.open({ url: "postgres://nobody@127.0.0.1:1/none", ...reading });
  closing.push(() => away.close());
  const report = await findAnomalies({
    ...{ policy, map, readers: { app: away, billing: billing() }, budget: BUDGET, now: new Date() },
  });
  expect(report.notLooked).toEqual([
    expect.stringContaining("`billing.invoices`: where its owners lie, the server does not answer"),
    expect.stringContaining("`app`: the server does not answer"),
  ]);
  expect(report.anomalies.map((a) => a.anomaly)).toEqual(["no use"]);
});

test("owners whom another type names are looked for: a UUID in a text of the same store", async () => {
  const database = await freshDatabase(inject("postgresUrl"), "anomalies_uuid");
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const id = "a1b2c3d4-0000-4000-8000-00000000000a";
  for (const sql of [
    "create table users (id uuid primary key, email text)",
    "create table logs (id int primary key, row_id text)",
    `insert into users values ('${id}', 'ada@example.org')`,
    `insert into logs values (1, '${id}'), (2, '${id.toUpperCase()}'), (3, '${id.replace("a1", "b1")}')`,
  ])
    await client.query(sql);
  await client.end();
  const app = postgres.open({ url: database.url, ...reading });
  closing.push(
    () => database.drop(),
    () => app.close(),
  );
  const text = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email }
  logs:
    class: account
    owner: row_id -> users.id
    fields: { id: system, row_id: user.unique_id }
`;
  const map = must(readDataMap([{ file: "app.yaml", text }]).value, "the map is sound");
  const report = await findAnomalies({ policy, map, readers: { app }, budget: BUDGET, now: new Date() });
  expect(report.notLooked).toEqual([]);
  const missing = report.anomalies.filter((a) => a.anomaly === "missing person" || a.anomaly === "unowned");
  expect(missing.map((a) => [a.anomaly, a.collection, a.count])).toEqual([["missing person", "logs", 1]]);
});
