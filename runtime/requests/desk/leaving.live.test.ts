import { randomUUID } from "node:crypto";
import { freshDatabase } from "@avow/provision/database";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { createSealer } from "../../vault/seal.ts";
import { sealOwed } from "../holds/sealed.ts";
import { leavingOf } from "./leaving.ts";
import { nameOf } from "./subjects.ts";

const NOW = new Date("2026-06-01T00:00:00.000Z");
const UNDER_WAY = { held: false };
const sealer = createSealer(new Uint8Array(32).fill(3));
let state: { url: string; drop: () => Promise<void> };
let db: Database;

beforeAll(async () => {
  state = await freshDatabase(inject("postgresUrl"), "leaving");
  db = await openDatabase(state.url);
});
afterAll(async () => {
  await db.destroy();
  await state.drop();
});

interface Asked {
  readonly service?: string;
  readonly right?: string;
  readonly approved?: Date | null;
  readonly closed?: Date | null;
  readonly part?: string;
  readonly due?: Date;
  /** Nothing but this legal hold is in the way. */
  readonly hold?: string;
}

async function requested(email: string, { service = "shop", right = "erase", ...rest }: Asked = {}) {
  const { approved = NOW, closed = null, part = "", due = NOW, hold } = rest;
  const results = JSON.stringify(hold === undefined ? [] : [{ result: "blocked", hold }]);
  const id = randomUUID();
  await sql`insert into requests (id, service, right_name, state, via, policy_hash, map_hash, received_at, due_at, approved_at, closed_at, asked_name, results)
    values (${id}, ${service}, ${right}, 'not_done', 'app', 'p', 'm', ${NOW}, ${due}, ${approved}, ${closed}, ${part}, ${results})`.execute(
    db,
  );
  const name = nameOf({ sealer, service }, { namespace: "email", value: email });
  await db.insertInto("request_subjects").values({ request: id, name }).execute();
  return id;
}

test("whose erasure was agreed to and is not over is leaving, and nobody else is", async () => {
  const book = { db, sealer, service: "shop" };
  expect(await leavingOf(book, NOW, UNDER_WAY)).toBeNull();
  await requested("waits@example.org", { approved: null });
  await requested("gone@example.org", { closed: NOW });
  await requested("copied@example.org", { right: "access" });
  await requested("elsewhere@example.org", { service: "club" });
  await requested("in-part@example.org", { part: "a part" });
  expect(await leavingOf(book, NOW, UNDER_WAY)).toBeNull();
  await requested("stuck@example.org");
  const isLeaving = await leavingOf(book, NOW, UNDER_WAY);
  const found = (namespace: string, value: string): boolean | undefined =>
    isLeaving?.([
      { namespace: "id", value: "7" },
      { namespace, value },
    ]);
  expect(found("email", "stuck@example.org")).toBe(true);
  expect(found("phone", "stuck@example.org")).toBe(false);
  for (const who of ["waits", "gone", "copied", "elsewhere", "in-part"])
    expect(found("email", `${who}@example.org`)).toBe(false);
});

test("past its deadline an erasure explains nothing, but where a legal hold that is in effect alone keeps it from its end", async () => {
  const book = { db, sealer, service: "held" };
  const hold = randomUUID();
  await db
    .insertInto("holds")
    .values({
      ...{ id: hold, service: "held", sealed: Buffer.from("sealed"), grounds: "[]" },
      ...{ review_at: NOW, placed_at: NOW },
    })
    .execute();
  await requested("late@example.org", { service: "held" });
  await requested("kept@example.org", { service: "held", hold });
  const later = new Date(NOW.getTime() + 1);
  const at = async (now: Date, who: string): Promise<boolean | undefined> =>
    (await leavingOf(book, now, UNDER_WAY))?.([{ namespace: "email", value: `${who}@example.org` }]);
  expect(await Promise.all([at(NOW, "late"), at(NOW, "kept")])).toEqual([true, true]);
  expect(await Promise.all([at(later, "late"), at(later, "kept")])).toEqual([false, true]);
  await db.updateTable("holds").set({ lifted_at: NOW }).where("id", "=", hold).execute();
  expect(await leavingOf(book, later, UNDER_WAY)).toBeNull();
});

test("whose erasure is over but for what a legal hold keeps has left, where that is asked for, until the hold is lifted", async () => {
  const book = { db, sealer, service: "left" };
  const holds = [randomUUID(), randomUUID()] as const;
  for (const id of holds)
    await db
      .insertInto("holds")
      .values({
        ...{ id, service: "left", sealed: Buffer.from("sealed"), grounds: "[]" },
        ...{ review_at: NOW, placed_at: NOW },
      })
      .execute();
  const called = (name: string, id: string) => [
    { namespace: "email", value: `${name}@example.org` },
    { namespace: "user_id", value: id },
  ];
  const owe = async (hold: string, name: string, id: string, asked: Buffer | null) => {
    const place = { hold, request: randomUUID() };
    const sealed = sealOwed({ sealer }, place, { identities: called(name, id), accounts: [] });
    await db
      .insertInto("hold_owed")
      .values({ ...place, sealed_identities: sealed, sealed_asked: asked })
      .execute();
  };
  await owe(holds[0], "ada", "1", null);
  await owe(holds[0], "bob", "2", Buffer.from("a part"));
  await owe(holds[1], "cem", "3", null);
  expect(await leavingOf(book, NOW, UNDER_WAY)).toBeNull();
  const has = await leavingOf(book, NOW, { held: true });
  const left = ([name, id]: readonly [string, string]): boolean | undefined => has?.(called(name, id));
  // With the same address, and another number: somebody who came anew.
  const people = [
    ["ada", "1"],
    ["ada", "9"],
    ["bob", "2"],
    ["cem", "3"],
    ["dee", "1"],
  ] as const;
  expect(people.map(left)).toEqual([true, false, false, true, false]);
  expect(has?.(called("ada", "1").slice(0, 1))).toBe(true);
  // Nobody knows any more when that erasure ended: it explains nothing that was done at some time.
  expect(has?.(called("ada", "1"), new Date(0))).toBe(false);
  expect(has?.([])).toBe(false);
  await db.updateTable("holds").set({ lifted_at: NOW }).where("id", "=", holds[0]).execute();
  expect((await leavingOf(book, NOW, { held: true }))?.(called("ada", "1"))).toBe(false);
  await db.updateTable("holds").set({ lifted_at: NOW }).where("id", "=", holds[1]).execute();
  expect(await leavingOf(book, NOW, { held: true })).toBeNull();
});

test("an erasure under a hold ended with its last step, though people had to do something for weeks more", async () => {
  const book = { db, sealer, service: "weeks" };
  const days = (n: number): Date => new Date(NOW.getTime() + n * 86_400_000);
  const hold = randomUUID();
  await db
    .insertInto("holds")
    .values({
      ...{ id: hold, service: "weeks", sealed: Buffer.from("sealed"), grounds: "[]" },
      ...{ review_at: days(90), placed_at: NOW },
    })
    .execute();
  const closed = days(20);
  const owed = async (name: string): Promise<string> => {
    const request = await requested(`${name}@example.org`, { service: "weeks", closed });
    const identities = [{ namespace: "email", value: `${name}@example.org` }];
    const sealed = sealOwed({ sealer }, { hold, request }, { identities, accounts: [] });
    await db
      .insertInto("hold_owed")
      .values({ hold, request, sealed_identities: sealed, sealed_asked: null })
      .execute();
    return request;
  };
  const request = await owed("ada");
  await owed("bob");
  for (const [state, day] of [
    ["done", 1],
    ["done", 2],
    ["unknown", 9],
  ] as const)
    await sql`insert into request_steps (request, phase, store, changes, state, intended_at, ended_at)
      values (${request}, 'erase', 'app', '[]', ${state}, ${days(day)}, ${days(day)})`.execute(db);
  const has = await leavingOf(book, NOW, { held: true });
  const left = (name: string, day: number): boolean | undefined =>
    has?.([{ namespace: "email", value: `${name}@example.org` }], days(day));
  expect([left("ada", 2), left("ada", 3), left("bob", 20), left("bob", 21)]).toEqual([
    true,
    false,
    true,
    false,
  ]);
});
