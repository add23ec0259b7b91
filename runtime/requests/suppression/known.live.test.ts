import { randomBytes, randomUUID } from "node:crypto";
import { must } from "@avow/core/terms/assert";
import { type Duration, parseDuration } from "@avow/core/terms/duration";
import { freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../../store/database.ts";
import { FINGERPRINT_BYTES } from "../../vault/fingerprint.ts";
import { createSealer } from "../../vault/seal.ts";
import { type Erasure, knownPortions } from "./known.ts";
import { endSuppressions, forgetSuppressed, keepSuppressed, namesOfKeys, noteAll } from "./names.ts";

const YEAR = must(parseDuration("P1Y"), "a period");
const MONTH = must(parseDuration("P30D"), "a period");
const NOW = new Date("2026-03-01T00:00:00Z");
const COLLECTION = "app.letters";
let db: Database;
let drop: () => Promise<void>;

beforeAll(async () => {
  const fresh = await freshDatabase(inject("postgresUrl"), "known");
  drop = fresh.drop;
  db = await openDatabase(fresh.url);
});
afterAll(async () => {
  await db.destroy();
  await drop();
});

const sealer = createSealer(randomBytes(32));
const deskAt = (now: Date, service: string) => ({ db, sealer, service, now: () => now });
const keysOf = (from: number, count: number): string[][] =>
  Array.from({ length: count }, (_, i) => [String(from + i)]);

const keep = (request: string, at: Date, suppression: Duration, service = "shop") =>
  keepSuppressed({ ...deskAt(at, service), suppression }, db, [{ request }]);

async function erased(service: string, at: Date, keys: readonly string[][]): Promise<string> {
  const request = randomUUID();
  const desk = deskAt(at, service);
  await noteAll(desk, [{ collection: COLLECTION, keys, requests: keys.map(() => request) }]);
  await keep(request, at, YEAR, service);
  return request;
}

/** The last erasure of each key, over portions of that size. */
async function look(service: string, keys: readonly string[][], namesMax: number) {
  const desk = deskAt(NOW, service);
  const names = namesOfKeys(desk, COLLECTION, keys);
  let portions = 0;
  const found = keys.map((): Erasure | undefined => undefined);
  for await (const known of knownPortions(desk, namesMax)) {
    portions += 1;
    for (const i of keys.keys()) {
      const one = known.find(names, i * FINGERPRINT_BYTES);
      if (one !== undefined && (found[i]?.erasedAt ?? 0) < one.erasedAt) found[i] = one;
    }
  }
  return { portions, found: found.map((f) => f?.request) };
}

const day = (n: number): Date => new Date(Date.UTC(2026, 0, n));

test("each key is found under its last erasure, in one portion or in many", async () => {
  const first = await erased("one", day(1), keysOf(1, 10_000));
  const second = await erased("one", day(2), keysOf(9_000, 10));
  const third = await erased("one", day(3), [...keysOf(5, 1), ...keysOf(50_000, 1)]);
  const keys = [...keysOf(4, 3), ...keysOf(8_999, 3), ...keysOf(10_001, 1), ...keysOf(50_000, 1)];
  const expected = [first, third, first, first, second, second, undefined, third];
  expect(await look("one", keys, 2_000_000)).toEqual({ portions: 1, found: expected });
  const small = await look("one", keys, 1);
  expect(small.found).toEqual(expected);
  expect(small.portions).toBe(5);
  expect((await look("another", keys, 1)).portions).toBe(0);
});

test("what was noted does not count before its request has ended, nor twice, nor after its time", async () => {
  const request = randomUUID();
  const desk = deskAt(day(5), "two");
  const going = [
    { collection: COLLECTION, keys: keysOf(1, 3), requests: [request, request, request] },
    { collection: "app.users", keys: keysOf(1, 1), requests: [request] },
  ];
  await noteAll(desk, going);
  await noteAll(desk, going);
  expect((await look("two", keysOf(1, 1), 10)).portions).toBe(0);
  await keep(request, day(5), MONTH);
  expect((await look("two", keysOf(3, 2), 10)).found).toEqual([request, undefined].map(() => undefined));
  expect((await look("two", keysOf(3, 2), 10)).portions).toBe(0);
  await keep(request, day(5), YEAR);
  expect((await look("two", keysOf(3, 2), 10)).found).toEqual([request, undefined]);
  expect(await endSuppressions(deskAt(NOW, "two"))).toBe(0);
  expect(await endSuppressions(deskAt(new Date("2027-02-01T00:00:00Z"), "two"))).toBe(4);
  expect((await look("two", keysOf(3, 2), 10)).portions).toBe(0);
});

test("names outlast their time under a hold, and until the first look after it was lifted is done", async () => {
  const request = await erased("four", day(1), keysOf(1, 3));
  await keep(request, day(1), MONTH, "four");
  const ending = () => endSuppressions(deskAt(NOW, "four"));
  const seen = async () => (await look("four", keysOf(3, 1), 10)).found;
  expect(await seen()).toEqual([undefined]);
  const hold = { id: randomUUID(), service: "four", sealed: Buffer.from(""), grounds: "[]" };
  await db
    .insertInto("holds")
    .values({ ...hold, review_at: NOW, placed_at: day(2) })
    .execute();
  expect([await ending(), await seen()]).toEqual([0, [request]]);
  await db
    .updateTable("holds")
    .set({ lifted_at: day(20) })
    .where("id", "=", hold.id)
    .execute();
  const ran = async (state: string, at: Date): Promise<void> => {
    const run = { id: randomUUID(), service: "four", request: null, results: null, ended_at: at };
    await db
      .insertInto("suppression_runs")
      .values({ ...run, state, started_at: at })
      .execute();
  };
  // One before the lift, and one that was cut short.
  await ran("done", day(19));
  await ran("stopped", day(21));
  expect([await ending(), await seen()]).toEqual([0, [request]]);
  await ran("done", day(22));
  expect([await seen(), await ending()]).toEqual([[undefined], 3]);
});

test("what was taken back is forgotten", async () => {
  const request = await erased("three", day(1), keysOf(1, 5_000));
  expect((await look("three", keysOf(5_000, 1), 10)).found).toEqual([request]);
  await forgetSuppressed(db, request);
  expect((await look("three", keysOf(5_000, 1), 10)).portions).toBe(0);
});
