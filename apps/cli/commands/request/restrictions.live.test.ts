/** What an application is told when it asks whether somebody's data may be used, however it calls the person and whatever happened since. */
import { logView } from "@avow/runtime/ledger/serve";
import { createServer } from "@avow/server/server";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { openedDesk } from "../../testing/opened-desk.ts";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { POLICY } from "./testing/shop.ts";

const MAP = `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id, email: email, phone: { field: phone, shared: true } }
    fields: { id: user.unique_id, email: user.contact.email, phone: user.contact.phone_number }
  notes:
    class: account
    owner: member -> members.id
    fields: { id: system, member: user.unique_id }
`;
const ADA = "a1b2c3d4-0000-4000-8000-00000000000a";
const BOB = "a1b2c3d4-0000-4000-8000-00000000000b";

let service: Service;
let server: ReturnType<typeof createServer>;
let close: () => Promise<void>;

beforeAll(async () => {
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "club", map: MAP },
    policy: POLICY.replace("service: shop", "service: club").replace(
      "right: [access, rectify]",
      "right: [access, rectify, erase, restrict]",
    ),
  });
  await service.store.query("create table members (id uuid primary key, email text unique, phone text)");
  await service.store.query("create table notes (id int primary key, member uuid)");
  const opened = await openedDesk(service);
  const board = {
    ...{ service: "club", controller: "", version: "", at: null, summary: {}, promises: [], problems: [] },
    log: null,
    holdsOverdue: 0,
    trying: false,
    holdsLost: 0,
  };
  server = createServer({
    ...{ service: "club", token: "secret", desk: opened.desk, board: () => board },
    ...{ enqueue: async () => {}, receipt: async () => null, verifier: async () => "", onLog: () => {} },
    log: logView(opened.service.db, opened.service.ledger.place),
  });
  close = () => opened.service.close();
});
afterAll(async () => {
  await server.close();
  await close();
  await service.close();
});
beforeEach(async () => {
  await service.own.query("delete from restrictions");
  await service.store.query("truncate members, notes");
  await service.store.query(
    `insert into members values ('${ADA}', 'ada@example.org', '+49 1'), ('${BOB}', 'bob@example.org', '+49 1')`,
  );
  await service.store.query(`insert into notes values (1, '${ADA}'), (2, '${BOB}')`);
});

const asked = async (query: string, authorization: string | null = "Bearer secret") => {
  const headers = authorization === null ? {} : { authorization };
  const answer = await server.inject({ url: `/api/v1/services/club/restrictions?${query}`, headers });
  return { status: answer.statusCode, says: answer.json() };
};
const isRestricted = async (query: string): Promise<boolean> => {
  const { status, says } = await asked(query);
  expect([status, query]).toEqual([200, query]);
  return says.restricted;
};
const request = async (...args: string[]): Promise<void> => {
  const ended = await runningCli(service, ["request", ...args, "--yes", "--json"]);
  expect(ended, ended.err).toMatchObject({ code: 0 });
};

test("nobody is answered without the token, and nothing is said of anybody unknown", async () => {
  for (const wrong of [
    null,
    "",
    "secret",
    "Bearer",
    "Bearer ",
    "Bearer wrong!",
    "Basic secret",
    "Bearer secret x",
  ])
    expect([wrong, (await asked(`member=${ADA}`, wrong)).status]).toEqual([wrong, 401]);
  expect((await asked(`member=${ADA}`, "bearer secret")).status).toBe(200);
  expect(await isRestricted("email=nobody@example.org")).toBe(false);
  for (const wrong of ["", "shoe=7", `member=${ADA}&member=${BOB}`, "member="])
    expect([wrong, (await asked(wrong)).status]).toEqual([wrong, 422]);
});

test("whatever the person is called by, and also once that has changed", async () => {
  await request("restrict", "--person", `member=${ADA}`);
  for (const query of [
    ...[`member=${ADA}`, `member=${ADA.toUpperCase()}`, "email=ada@example.org", "email=%20ADA@Example.org"],
    // A number that two people share: it may be hers.
    ...["phone=%2B49%201", "phone=0049-1", `member=${BOB}&email=ada@example.org`],
  ])
    expect([query, await isRestricted(query)]).toEqual([query, true]);
  for (const query of [`member=${BOB}`, "email=bob@example.org", "email=nobody@example.org"])
    expect([query, await isRestricted(query)]).toEqual([query, false]);
  await service.store.query(`update members set email = 'ada@new.example' where id = '${ADA}'`);
  expect(await isRestricted("email=ada@new.example")).toBe(true);
  await request("restrict", "--person", "email=ada@new.example", "--lift");
  for (const query of [`member=${ADA}`, "email=ada@new.example", "email=ada@example.org", "phone=%2B49%201"])
    expect([query, await isRestricted(query)]).toEqual([query, false]);
});

test("two hundred at once are all answered; where a store can not be asked, nobody is said to be free", async () => {
  await request("restrict", "--person", `member=${ADA}`);
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, i) => isRestricted(i % 2 === 0 ? `member=${ADA}` : `member=${BOB}`)),
  );
  expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => i % 2 === 0));
  await service.store.query("alter table members rename to away");
  expect(await isRestricted(`member=${ADA}`)).toBe(true);
  const away = await asked(`member=${BOB}`);
  await service.store.query("alter table away rename to members");
  expect(away).toMatchObject({
    status: 503,
    says: { detail: expect.stringContaining("take the person for restricted") },
  });
  expect(JSON.stringify(away.says)).not.toContain(BOB);
});

test("an erasure ends it with all else; whoever comes anew with the same address is free", async () => {
  await request("restrict", "--person", `member=${ADA}`);
  await request("restrict", "--person", `member=${BOB}`);
  await request("erase", "--person", "email=ada@example.org");
  expect((await service.own.query("select distinct mark from restrictions")).rowCount).toBe(1);
  await service.store.query(`insert into members values (gen_random_uuid(), 'ada@example.org', '+49 2')`);
  expect(await isRestricted("email=ada@example.org")).toBe(false);
  expect(await isRestricted(`member=${ADA}`)).toBe(false);
  expect(await isRestricted(`member=${BOB}`)).toBe(true);
});
