/** Receivers as they are: away, busy, mute, or wanting no more; by a real one that does what it is told. */
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "../store/database.ts";
import { deliverDue, listAlerts, putAlerts, retryDead, sinksOff } from "./outbox.ts";

const SINK = "env:ALERT_URL";
const SECRET = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

let own: FreshDatabase;
let db: Database;
let server: Server;
let url = "";
let seconds = 0;
let answers: number[] = [];
let retryAfter: string | null = null;
let isMute = false;
const got: string[] = [];
const bodies: unknown[] = [];
const log: string[] = [];

beforeAll(async () => {
  own = await freshDatabase(inject("postgresUrl"), "outbox_own");
  db = await openDatabase(own.url);
  server = createServer((request, response) => {
    got.push(String(request.headers["webhook-id"]));
    if (isMute) return;
    const headers = retryAfter === null ? {} : { "retry-after": retryAfter };
    void text(request).then((raw) => {
      bodies.push(JSON.parse(raw));
      response.writeHead(answers.shift() ?? 204, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/hook`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await db?.destroy();
  await own?.drop();
});
beforeEach(async () => {
  await db.deleteFrom("alerts").execute();
  [got.length, bodies.length, log.length, seconds] = [0, 0, 0, 0];
  [answers, retryAfter, isMute] = [[], null, false];
});

const now = (): Date => new Date(Date.UTC(2026, 5, 1) + seconds * 1000);
const put = (count: number, sink = SINK): Promise<void> => {
  const alerts = Array.from({ length: count }, (_, n) => ({ sink, body: { n } }));
  return putAlerts(db, "shop", { alerts, now: now() });
};
const deliver = (signal?: AbortSignal): Promise<number> =>
  deliverDue({
    ...{ db, service: "shop", now, onLog: (line) => log.push(line), signal },
    sinkOf: async (sink) => ({ url: sink === SINK ? url : "http://127.0.0.1:1/nobody", secret: SECRET }),
  });
const states = async (): Promise<string[]> =>
  (await listAlerts(db, "shop")).map((a) => `${a.state} ${a.tries} ${a.failure ?? ""}`.trim()).sort();

test("a receiver that wants no more is asked once, and gets nothing that comes later, until somebody begins again", async () => {
  await put(3);
  answers = [410];
  expect(await deliver()).toBe(0);
  expect(got).toHaveLength(1);
  expect(await states()).toEqual(["dead 0 http 410", "dead 0 http 410", "dead 1 http 410"]);
  expect(log.at(-1)).toContain("2 given up unsent: its receiver said that it wants no more (http 410)");
  await put(1);
  expect(await deliver()).toBe(0);
  expect(got).toHaveLength(1);
  expect(log.at(-1)).toContain("1 given up unsent");
  expect(await sinksOff(db, "shop")).toEqual([SINK]);
  expect(await retryDead(db, "shop", now())).toBe(4);
  expect(await sinksOff(db, "shop")).toEqual([]);
  expect(await deliver()).toBe(4);
  await put(1);
  expect(await deliver()).toBe(1);
});

test("a receiver that has taken something since it wanted no more is asked", async () => {
  await put(1);
  answers = [410];
  expect(await deliver()).toBe(0);
  seconds = 10;
  await put(1);
  // As a version left it that gave up each alert by itself.
  await db
    .updateTable("alerts")
    .set({ state: "sent", ended_at: now(), next_try_at: null })
    .where("state", "=", "waiting")
    .execute();
  expect(await sinksOff(db, "shop")).toEqual([]);
  seconds = 20;
  await put(1);
  expect(await deliver()).toBe(1);
  expect(await states()).toEqual(["dead 1 http 410", "sent 0", "sent 1"]);
});

test("a receiver that is away is asked once a round, and keeps no other from being asked", async () => {
  await put(3, "env:OTHER_URL");
  seconds = 1;
  await put(2);
  expect(await deliver()).toBe(2);
  expect(await states()).toEqual(["sent 1", "sent 1", "waiting 0", "waiting 0", "waiting 1 unreachable"]);
  answers = [503];
  await put(2);
  expect(await deliver()).toBe(0);
  expect(got).toHaveLength(3);
});

test("what one message alone is refused for keeps no other waiting; no message is tried twice in a round", async () => {
  await put(2);
  answers = [400];
  expect(await deliver()).toBe(1);
  expect(await states()).toEqual(["sent 1", "waiting 1 http 400"]);
  expect(new Set(got).size).toBe(2);
});

test("when a receiver says when to ask it again, nothing is sent to it before", async () => {
  await put(2);
  [answers, retryAfter] = [[429], "120"];
  expect(await deliver()).toBe(0);
  expect(log.at(-1)).toContain("not delivered (http 429); tried again in 120 seconds");
  seconds = 60;
  await put(1);
  seconds = 119;
  expect(await deliver()).toBe(0);
  expect(got).toHaveLength(1);
  const next = (await listAlerts(db, "shop")).map((a) => a.nextTryAt);
  expect(new Set(next)).toEqual(new Set([new Date(Date.UTC(2026, 5, 1, 0, 2)).toISOString()]));
  seconds = 121;
  expect(await deliver()).toBe(3);
});

test("whoever stops waits for no receiver; what was under way is sent by the next, under the same id", async () => {
  await put(2);
  isMute = true;
  const stopping = new AbortController();
  server.once("request", () => stopping.abort());
  const began = performance.now();
  expect(await deliver(stopping.signal)).toBe(0);
  expect(performance.now() - began).toBeLessThan(10_000);
  expect(await states()).toEqual(["waiting 0", "waiting 0"]);
  isMute = false;
  seconds = 61;
  expect(await deliver()).toBe(2);
  expect(new Set(got).size).toBe(2);
});

test("attempts that are cut short use up no tries, however many there are", async () => {
  await put(1);
  isMute = true;
  for (let n = 0; n < 12; n += 1) {
    const stopping = new AbortController();
    server.once("request", () => stopping.abort());
    expect(await deliver(stopping.signal)).toBe(0);
    seconds += 61;
  }
  expect(got).toHaveLength(12);
  [isMute, answers] = [false, [500]];
  expect(await deliver()).toBe(0);
  expect(await states()).toEqual(["waiting 1 http 500"]);
  seconds += 6;
  expect(await deliver()).toBe(1);
  expect(await states()).toEqual(["sent 2"]);
});

const turned = (name: string, to: string) => ({ type: "verdict.changed", data: { promise: name, to } });
const tell = (name: string, to: string): Promise<void> =>
  putAlerts(db, "shop", { alerts: [{ sink: SINK, body: turned(name, to) }], now: now() });

test("a receiver that was away for half an hour hears of a breach first, and then that the promise holds again, each once", async () => {
  await tell("M17", "broken");
  answers = [503, 503, 503];
  for (const at of [0, 5, 305]) {
    seconds = at;
    expect(await deliver()).toBe(0);
  }
  expect(got).toHaveLength(3);
  seconds = 1_200;
  await tell("M17", "kept");
  await tell("M18", "broken");
  // It is there again: once it has taken anything, it hears of the rest, too.
  expect(await deliver()).toBe(3);
  expect(bodies.slice(3)).toEqual([turned("M18", "broken"), turned("M17", "broken"), turned("M17", "kept")]);
  expect(new Set(got.slice(0, 3))).toEqual(new Set([got[4]]));
  seconds = 9_999;
  expect(await deliver()).toBe(0);
});

test("what was given up holds up nothing that is told of its promise afterwards", async () => {
  await tell("M17", "broken");
  await db.updateTable("alerts").set({ state: "dead", failure: "http 400", ended_at: now() }).execute();
  seconds = 20;
  await tell("M17", "kept");
  expect(await deliver()).toBe(1);
  expect(bodies).toEqual([turned("M17", "kept")]);
});

test("a message that its receiver can not read holds up nothing, one that it does not let in does", async () => {
  const after = async (answer: number): Promise<readonly unknown[]> => {
    await db.deleteFrom("alerts").execute();
    [seconds, bodies.length] = [0, 0];
    await tell("M17", "broken");
    answers = [answer];
    await deliver();
    seconds = 4;
    await tell("M17", "kept");
    await deliver();
    return bodies.slice(1);
  };
  expect(await after(422)).toEqual([turned("M17", "kept")]);
  expect(await after(401)).toEqual([]);
});
