/** The rights beside access and erasure, as a script sees them: a real store, the real process, and `kill -9` at each named moment. */

import { createHash } from "node:crypto";
import { openAsBlob } from "node:fs";
import { join } from "node:path";
import { logView } from "@avow/runtime/ledger/serve";
import { createServer } from "@avow/server/server";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { openedDesk } from "../../testing/opened-desk.ts";
import { crashingCli, type Ended, runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { MAP, POLICY, RESET } from "./testing/shop.ts";

let service: Service;
let folder: string;
let store: pg.Client;

beforeAll(async () => {
  service = await startService({ server: inject("postgresUrl"), name: "shop", policy: POLICY, map: MAP });
  ({ folder, store } = service);
});
afterAll(() => service.close());
beforeEach(async () => {
  await store.query(RESET);
});

function request(args: readonly string[], killedAt?: string): Promise<Ended> {
  const all = ["request", ...args, "--json"];
  return killedAt === undefined ? runningCli(service, all) : crashingCli(service, killedAt, all);
}

const all = async (sql: string): Promise<unknown[]> =>
  (await store.query({ text: sql, rowMode: "array" })).rows;
const ADA = ["--person", "customer_id=1"];
const RIGHT_NAME = ["rectify", ...ADA, "--set", "customers.name=Ada Lovelace", "--yes"];

const corrected = async (): Promise<void> => {
  expect(await all("select name from customers order by id")).toEqual([["Ada Lovelace"], ["Bob"]]);
  expect(await all("select ship_to from orders order by id")).toEqual([
    ["Ada Lovelace"],
    ["Charles"],
    ["Ada Lovlace"],
    ["Ada Lovlace"],
    ["Ada Lovlace"],
  ]);
  expect(await all("select named from reviews")).toEqual([["Ada Lovlace"]]);
};

test("the right name lands in every copy; what differs, is shared, or is about the person is told and left", async () => {
  const ended = await request(RIGHT_NAME);
  expect(ended).toMatchObject({ code: 0 });
  expect(JSON.parse(ended.out)).toMatchObject({
    state: "closed",
    results: [
      { collection: "customers", result: "done", rows: 1 },
      { collection: "orders", result: "done", rows: 1 },
    ],
    contradictions: [
      { store: "app", collection: "orders", field: "ship_to", why: "differs", rows: 1 },
      { store: "app", collection: "orders", field: "ship_to", why: "shared", rows: 2 },
      { store: "app", collection: "reviews", field: "named", why: "about", rows: 1 },
    ],
  });
  expect(ended.out + ended.err).not.toMatch(/Lovelace|Lovlace/);
  await corrected();
});

// Every moment, right and engine: `apps/cli/crash-matrix.live.test.ts`. Here it is whoever calls the command again.
test.each(["intended", "acted"])("killed when it has %s, it ends the same", async (point) => {
  const killed = await request(RIGHT_NAME, point);
  expect(killed.signal).toBe("SIGKILL");
  const again = await request(RIGHT_NAME);
  expect(again).toMatchObject({ code: 0 });
  expect(again.err).toContain("there is an open request for this person");
  await corrected();
  // Another value is another request, and does not join.
  const other = await request(["rectify", ...ADA, "--set", "customers.name=A. L.", "--yes"]);
  expect(other.err).not.toContain("there is an open request");
});

test("an address that changes takes along what is named by it, and is nobody else's", async () => {
  const email = (value: string) =>
    request(["rectify", ...ADA, "--set", `user.contact.email=${value}`, "--yes"]);
  expect(await email("ada@new.example")).toMatchObject({ code: 0 });
  expect(await all("select email from customers where id = 1")).toEqual([["ada@new.example"]]);
  expect(await all("select id from orders where buyer = 'ada@new.example' order by id")).toEqual([
    [1],
    [2],
    [3],
  ]);
  const taken = await email("Bob@Example.org");
  expect(taken.code).toBe(1);
  expect(JSON.parse(taken.out)).toMatchObject({ state: "ambiguous_identity" });
  expect(await all("select email from customers where id = 1")).toEqual([["ada@new.example"]]);
});

// Eleven processes, one after the other, on a machine that may have other work.
test("what is too long for the store, or is no field to correct, changes nothing", {
  timeout: 400_000,
}, async () => {
  const long = await request(["rectify", ...ADA, "--set", `customers.name=${"x".repeat(21)}`, "--yes"]);
  expect(long.code).toBe(1);
  expect(JSON.parse(long.out)).toMatchObject({
    state: "not_done",
    results: [{ result: "failed" }, { result: "failed" }],
  });
  expect(long.out + long.err).not.toContain("xxx");
  expect(JSON.parse(long.out).notes[0]).toContain("`avow request refuse` ends this request");
  expect(await all("select name from customers where id = 1")).toEqual([["Ada Lovlace"]]);
  const wrong = async (...args: string[]) => {
    const ended = await request(args);
    expect(ended.code).toBe(2);
    return ended.err.trim();
  };
  expect(await wrong("rectify", ...ADA, "--set", "customers.id=7")).toBe(
    "`customers.id`: it is part of the key: the row could not be found again",
  );
  expect(await wrong("rectify", ...ADA, "--set", "orders.buyer=x")).toBe(
    "`orders.buyer`: it says whose the row is: correct what it points at",
  );
  expect(await wrong("rectify", ...ADA, "--set", "orders.made_at=2020-01-01")).toBe(
    "`orders.made_at` is of category `system`: it says nothing about a person",
  );
  expect(await wrong("rectify", ...ADA, "--set", "user.content=x")).toContain("name the field");
  expect(await wrong("rectify", ...ADA, "--set", "customers.email=erased")).toContain("must name somebody");
  expect(await wrong("rectify", ...ADA, "--set", "customers.name=")).toContain(
    "`avow request erase --scope category=user.name`",
  );
  expect(await wrong("access", ...ADA, "--set", "customers.name=x")).toBe("`access` takes no `--set`");
  expect(await wrong("access", ...ADA, "--scope", "product=games")).toBe(
    "no collection of the map says `product: games`",
  );
  expect(await wrong("access", ...ADA, "--scope", "since=yesterday")).toContain("write `2026-01-31`");
});

test("what is missing is filled in, and what is there stays", async () => {
  const filled = await request(["supplement", ...ADA, "--set", "customers.phone=+44 20 1", "--yes"]);
  expect(filled).toMatchObject({ code: 0 });
  const again = await request(["supplement", ...ADA, "--set", "customers.phone=+44 20 2", "--yes"]);
  expect(JSON.parse(again.out).contradictions).toEqual([
    { store: "app", collection: "customers", field: "phone", why: "differs", rows: 1 },
  ]);
  expect(await all("select phone from customers order by id")).toEqual([["+44 20 1"], ["+1 555"]]);
});

test("a missing name by which rows would go is filled in, where a correction of it is refused", async () => {
  await store.query(`delete from orders where buyer = 'ada@example.org'; update customers set email = null where id = 1;
    create table if not exists mailboxes (address text primary key);
    insert into mailboxes values ('bob@example.org') on conflict do nothing;
    alter table orders add foreign key (buyer) references mailboxes`);
  const set = [...ADA, "--set", "customers.email=ada@new.example", "--yes"];
  const corrected = await request(["rectify", ...set]);
  expect(corrected).toMatchObject({ code: 2 });
  expect(corrected.err).toContain("and a foreign key of the store holds it (`buyer`)");
  expect(await request(["supplement", ...set])).toMatchObject({ code: 0 });
  expect(await all("select email from customers order by id")).toEqual([
    ["ada@new.example"],
    ["bob@example.org"],
  ]);
  expect(await all("select distinct buyer from orders")).toEqual([["bob@example.org"]]);
});

async function unpack(path: string): Promise<Map<string, string>> {
  const reader = new ZipReader(new BlobReader(await openAsBlob(path)), { useWebWorkers: false });
  const texts = new Map<string, string>();
  for (const entry of await reader.getEntries())
    if (!entry.directory) texts.set(entry.filename, await entry.getData(new TextWriter()));
  await reader.close();
  return texts;
}

test("portability gives what the person gave, with a schema and checksums; a scope narrows it", async () => {
  const out = join(folder, "ada.zip");
  expect(await request(["portability", ...ADA, "--out", out, "--force"])).toMatchObject({ code: 0 });
  const files = await unpack(out);
  const rows = (name: string) => JSON.parse(files.get(`data/app.${name}.json`) ?? "null");
  expect(rows("customers")).toEqual([{ id: 1, email: "ada@example.org", name: "Ada Lovlace", phone: null }]);
  // The gift of somebody else and what others wrote are not hers to take along.
  expect(rows("orders").map((r: { id: number }) => r.id)).toEqual([1, 2, 3]);
  expect(files.has("data/app.reviews.json")).toBe(false);
  const manifest = JSON.parse(files.get("manifest.json") ?? "{}");
  const named = manifest.collections.flatMap((c: { files: { name: string; sha256: string }[] }) => c.files);
  expect(named).toHaveLength(6);
  for (const { name, sha256 } of named)
    expect(
      createHash("sha256")
        .update(files.get(name) ?? "")
        .digest("hex"),
      name,
    ).toBe(sha256);
  expect(JSON.parse(files.get("data/app.orders.schema.json") ?? "{}").items).toMatchObject({
    properties: { note: { "x-category": "user.content" } },
    "x-links": expect.arrayContaining([
      { from: ["buyer"], to: { collection: "customers", fields: ["email"] } },
    ]),
  });
  const scope = ["--scope", "category=user.content", "since=2026-01-01", "until=2026-01-06"];
  expect(await request(["access", ...ADA, ...scope, "--out", out, "--force"])).toMatchObject({ code: 0 });
  const scoped = await unpack(out);
  expect(JSON.parse(scoped.get("data/app.orders.json") ?? "[]")).toEqual([
    { id: 2, note: null },
    { id: 3, note: "for Bob" },
  ]);
  expect([...scoped.keys()].filter((n) => n.endsWith(".json"))).toEqual([
    "data/app.orders.json",
    "manifest.json",
  ]);
});

test("a restriction is told to the application, whatever it knows the person by, and lifted again", async () => {
  const opened = await openedDesk({ folder, env: service.env });
  const server = createServer({
    service: "shop",
    token: "secret",
    desk: opened.desk,
    board: () => ({
      service: "shop",
      controller: "",
      version: "",
      at: null,
      summary: {},
      promises: [],
      problems: [],
      holdsOverdue: 0,
      trying: false,
      holdsLost: 0,
      log: null,
    }),
    enqueue: async () => {},
    log: logView(opened.service.db, opened.service.ledger.place),
    receipt: async () => null,
    verifier: async () => "",
    onLog: () => {},
  });
  const asked = async (query: string) => {
    const headers = { authorization: "Bearer secret" };
    const answer = await server.inject({ url: `/api/v1/services/shop/restrictions?${query}`, headers });
    return answer.json();
  };
  try {
    expect(await asked("customer_id=1")).toEqual({ restricted: false });
    const marked = await request(["restrict", ...ADA, "--yes"]);
    expect(marked).toMatchObject({ code: 0 });
    const told = await asked("email=ADA@example.org");
    expect(told).toEqual({ restricted: true, since: expect.stringMatching(/^20\d\d-/) });
    expect(await asked("customer_id=1")).toEqual(told);
    expect(await asked("customer_id=2")).toEqual({ restricted: false });
    expect(await asked("shoe_size=7")).toMatchObject({ status: 422 });
    expect(await request(["restrict", ...ADA, "--yes"])).toMatchObject({ code: 0 });
    expect(await asked("customer_id=1")).toEqual(told);
    expect(await request(["restrict", "--person", "email=ada@example.org", "--lift", "--yes"])).toMatchObject(
      { code: 0 },
    );
    expect(await asked("customer_id=1")).toEqual({ restricted: false });
    expect(
      (await server.inject({ url: "/api/v1/services/shop/restrictions?customer_id=1" })).statusCode,
    ).toBe(401);
  } finally {
    await server.close();
    await opened.service.close();
  }
});

test("what a missing index would cost is told, and asked about, before anything goes", async () => {
  await store.query("insert into parcels select n, 2 from generate_series(1, 2500) n");
  await store.query("insert into scans select n, 1 + n % 2500, 'Rome' from generate_series(1, 50000) n");
  await store.query("analyze");
  const unasked = async () => (await request(["erase", "--person", "customer_id=2"])).err;
  expect(await unasked()).toMatch(
    /careful: `scans\.parcel` has no index: for each of the 2500 rows of `parcels` that go, .* 50000 rows, some \d+ s in all/,
  );
  await store.query("create index on scans (parcel)");
  const indexed = await unasked();
  expect(indexed).not.toContain("has no index");
  expect(indexed).toContain("nothing was changed");
});

// Six processes, one after the other, on a machine that may have other work.
test("an erasure with a scope takes that part, and the person stays", {
  timeout: 400_000,
}, async () => {
  const part = (...scope: string[]) => request(["erase", ...ADA, "--scope", ...scope, "--yes"]);
  expect(await part("product=shop", "until=2026-01-05")).toMatchObject({ code: 0 });
  expect(await all("select id from orders order by id")).toEqual([[3], [4], [5]]);
  const shared = await part("product=shop");
  expect(JSON.parse(shared.out)).toMatchObject({
    state: "closed",
    kept: [{ collection: "orders", rows: 2, why: "co_owner" }],
  });
  // Of what others own too she has let go; what is about her is in another product.
  expect(await all("select id, buyer, gift_for from orders order by id")).toEqual([
    [3, null, 2],
    [4, "bob@example.org", null],
    [5, "bob@example.org", null],
  ]);
  expect(await all("select customer from reviews")).toEqual([[1]]);
  expect(await part("category=user.behavior", "category=user.name")).toMatchObject({ code: 0 });
  const again = JSON.parse((await part("category=user.behavior", "category=user.name")).out);
  expect(again).toMatchObject({ state: "closed", results: [] });
  expect(await all("select email, name, segment from customers order by id")).toEqual([
    ["ada@example.org", null, null],
    ["bob@example.org", "Bob", "minnow"],
  ]);
  // Another scope is another request; the same one joins, and a scope of nothing changes nothing.
  expect(JSON.parse((await part("product=shop", "since=2030-01-01")).out)).toMatchObject({
    state: "closed",
    plan: [],
  });
  expect(await request(["erase", ...ADA, "--yes"])).toMatchObject({ code: 0 });
  expect(await all("select id from customers")).toEqual([[2]]);
});
