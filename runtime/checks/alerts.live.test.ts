/** A verdict turns, and somebody is told: through a real receiver that checks each signature by itself. */
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { Body } from "@avow/core/evidence/entry";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Appender } from "../ledger/append.ts";
import { deliverDue, listAlerts, retryDead } from "../notices/outbox.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { tellOf } from "./alerts.ts";
import type { RememberedPromise } from "./context.ts";
import { databaseHistory, type HistoryOptions } from "./db-history.ts";
import { expireVerdicts } from "./expire.ts";

const KEY = Buffer.from("a key of the receiver's own, 32 b");
const SECRET = `whsec_${KEY.toString("base64")}`;
const TOLERANCE_SECONDS = 300;
const at = (seconds: number): Date => new Date(Date.UTC(2026, 5, 1) + seconds * 1000);

interface Got {
  readonly id: string;
  readonly body: { type: string; data: Record<string, unknown> };
  readonly genuine: boolean;
}

let own: FreshDatabase;
let db: Database;
let server: Server;
let url = "";
let clock = 0;
let answers: number[] = [];
const got: Got[] = [];
const log: string[] = [];

/** As standardwebhooks.com says that a receiver does it, with nothing of ours. */
function isGenuine(headers: Record<string, unknown>, raw: string): boolean {
  const [id, time, signatures] = ["id", "timestamp", "signature"].map((h) => String(headers[`webhook-${h}`]));
  const right = createHmac("sha256", KEY).update(`${id}.${time}.${raw}`, "utf8").digest("base64");
  const recent = Math.abs(Number(time) - at(clock).getTime() / 1000) <= TOLERANCE_SECONDS;
  return recent && (signatures ?? "").split(" ").includes(`v1,${right}`);
}

beforeAll(async () => {
  own = await freshDatabase(inject("postgresUrl"), "alerts_own");
  db = await openDatabase(own.url);
  server = createServer((request, response) => {
    let raw = "";
    request.on("data", (chunk) => (raw += String(chunk)));
    request.on("end", () => {
      const body: Got["body"] = JSON.parse(raw);
      got.push({
        id: String(request.headers["webhook-id"]),
        body,
        genuine: isGenuine(request.headers, raw),
      });
      response.writeHead(answers.shift() ?? 204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/hook`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  await db?.destroy();
  await own?.drop();
});
beforeEach(async () => {
  for (const table of ["alerts", "verdict_changes", "promise_verdicts", "verdicts", "logged_looks"] as const)
    await db.deleteFrom(table).execute();
  got.length = 0;
  log.length = 0;
  answers = [];
  clock = 0;
});

const promise = (verdict: RememberedPromise["verdict"], hash = "h"): RememberedPromise => ({
  ...{ promise: "M17", hash, verdict, freshUntil: at(86_400).toISOString(), waived: false },
  commitments: [
    {
      ...{ id: "two-years", kind: "retain", says: "Keeps it for 2 years.", section: "periods" },
      ...{ file: "policy.en.md", line: 12, verdict, basis: "exact", examined: 1, population: 1 },
      ...{ reason: `it is ${verdict}`, evidence: [], freshUntil: null, since: null },
      ...{ looks: ["index"], coverage: null, waiver: null },
    },
  ],
});
const history = (change: Partial<HistoryOptions> = {}) =>
  databaseHistory({
    ...{ db, service: "shop", keep: true },
    countRequests: async () => ({ open: 0, waiting: 0, overdue: 0, closed: 0 }),
    leaving: async () => null,
    held: async () => ({ ok: true, key: [], keys: [] }),
    onTurned: (tx, turned) =>
      tellOf(tx, "shop", {
        turned,
        listeners: [{ sink: "env:ALERT_URL", on: ["broken", "unproven", "kept"] }],
      }),
    ...change,
  });
const see = (
  verdict: RememberedPromise["verdict"],
  seconds: number,
  { hash, ...change }: Partial<HistoryOptions> & { readonly hash?: string } = {},
) => {
  clock = seconds;
  const commitments = [{ commitment: "two-years", hash: "h", verdict }];
  return history(change).remember({ commitments, promises: [promise(verdict, hash)] }, at(seconds));
};
const deliver = (sink: string | null = url): Promise<number> =>
  deliverDue({
    ...{ db, service: "shop", now: () => at(clock), onLog: (line) => log.push(line) },
    sinkOf: async () => (sink === null ? null : { url: sink, secret: SECRET }),
  });
const changes = async (): Promise<string[]> =>
  (
    await db.selectFrom("verdict_changes").selectAll().where("scope", "=", "promise").orderBy("at").execute()
  ).map((c) => `${c.from_verdict ?? "first"} ${c.to_verdict}`);

test("a verdict that turns is written down once, with its day, and told once; one that stays is not", async () => {
  expect((await see("kept", 0)).promises.get("M17")).toEqual(at(0));
  expect((await see("kept", 60)).promises.get("M17")).toEqual(at(0));
  expect((await see("broken", 120)).promises.get("M17")).toEqual(at(120));
  await see("broken", 180);
  await see("kept", 240);
  expect(await changes()).toEqual(["first kept", "kept broken", "broken kept"]);
  expect(await deliver()).toBe(2);
  expect(got.map((g) => [g.genuine, g.body.data["from"], g.body.data["to"]])).toEqual([
    [true, "kept", "broken"],
    [true, "broken", "kept"],
  ]);
  expect(got[0]?.body).toMatchObject({
    type: "verdict.changed",
    data: {
      service: "shop",
      promise: "M17",
      commitments: [{ id: "two-years", reason: "it is broken", line: 12 }],
    },
  });
  expect(await deliver()).toBe(0);
});

test("a verdict that nobody renews runs out, is told once, and is back with the next look; a breach does not run out", async () => {
  await see("kept", 0);
  const expire = (seconds: number) =>
    expireVerdicts({
      ...{ db, service: "shop", now: at(seconds) },
      onTurned: (tx, turned) =>
        tellOf(tx, "shop", { turned, listeners: [{ sink: "env:ALERT_URL", on: ["unproven", "kept"] }] }),
    });
  expect(await expire(86_399)).toBe(0);
  expect(await expire(86_401)).toBe(1);
  expect(await expire(86_500)).toBe(0);
  await see("kept", 86_600);
  expect(await changes()).toEqual(["first kept", "kept unproven", "unproven kept"]);
  expect(await deliver()).toBe(2);
  expect(got[0]?.body.data).toMatchObject({ from: "kept", to: "unproven", stale: true, commitments: [] });
  await see("broken", 86_700);
  expect(await expire(999_999)).toBe(0);
});

test("a first look is news only when it shows a breach; each wording has a history of its own", async () => {
  await see("unproven", 0);
  await see("broken", 10, { hash: "other words" });
  expect(await changes()).toEqual(["first unproven", "first broken"]);
  expect(await deliver()).toBe(1);
});

/** What looks leave in the log. */
function listening(): { readonly said: Body[]; readonly evidence: Appender } {
  const said: Body[] = [];
  const append: Appender["append"] = async (_, entries) => {
    said.push(...entries.map((e) => e.body));
    return entries.map((e) => e.type);
  };
  return { said, evidence: { append } };
}

test("a look leaves an entry with what was seen, where something turned or nothing was said for an hour; so does what ran out", async () => {
  const { said, evidence } = listening();
  const looked = (verdict: RememberedPromise["verdict"]) => ({
    commitments: [
      { commitment: "two-years", hash: "h", verdict },
      { commitment: "no-cards", hash: "c", verdict: "kept" },
    ],
    promises: [promise(verdict)],
  });
  await history({ evidence }).remember(looked("kept"), at(0));
  await history({ evidence }).remember(looked("kept"), at(60));
  await history({ evidence, keep: false }).remember(looked("broken"), at(61));
  await history({ evidence }).remember(looked("broken"), at(62));
  await history({ evidence }).remember(looked("kept"), at(63));
  await history({ evidence }).remember(looked("kept"), at(3663));
  await expireVerdicts({ ...{ db, service: "shop", now: at(90_500), evidence }, onTurned: async () => {} });
  expect(said.map((s) => [s["event"], s["verdicts"] ?? s["commitment"] ?? s["promise"]])).toEqual([
    ["checked", { kept: ["two-years", "no-cards"] }],
    ["verdict.changed", "two-years"],
    ["verdict.changed", "no-cards"],
    ["checked", { broken: ["two-years"], kept: ["no-cards"] }],
    ["verdict.changed", "two-years"],
    ["checked", { kept: ["two-years", "no-cards"] }],
    ["verdict.changed", "two-years"],
    ["checked", { kept: ["two-years", "no-cards"] }],
    ["verdict.ran_out", "M17"],
  ]);
});

test("an hour of looks every half minute, and nothing new: two entries, and the look itself is on record each time", async () => {
  const { said, evidence } = listening();
  const commitments = [{ commitment: "two-years", hash: "h", verdict: "kept" }];
  for (let seconds = 0; seconds <= 3600; seconds += 30)
    await history({ evidence }).remember({ commitments, promises: [] }, at(seconds));
  expect(said.filter((s) => s["event"] === "checked").map((s) => s["at"])).toEqual(
    [0, 3600].map((seconds) => at(seconds).toISOString()),
  );
  const row = await db.selectFrom("verdicts").select("checked_at").executeTakeFirstOrThrow();
  expect(row.checked_at).toEqual(at(3600));
});

test("other words, another choice of promises, a clock that went back, and an entry that did not commit: each is said", async () => {
  const { said, evidence } = listening();
  const one = { commitment: "two-years", hash: "h", verdict: "kept" };
  const other = { commitment: "no-cards", hash: "c", verdict: "kept" };
  const look = (commitments: readonly (typeof one)[], seconds: number, by = evidence) =>
    history({ evidence: by }).remember({ commitments, promises: [] }, at(seconds));
  await look([one, other], 1000);
  await look([other, one], 1010);
  expect(said.splice(0)).toHaveLength(3);
  await look([one], 1020);
  expect(said.splice(0)).toHaveLength(1);
  await look([one, { ...other, hash: "d" }], 1030);
  expect(said.splice(0)).toHaveLength(2);
  await look([one], 500);
  expect(said.splice(0)).toHaveLength(1);
  const refuses: Appender = { append: async () => Promise.reject(new Error("the log refuses")) };
  await expect(look([one], 9000, refuses)).rejects.toThrow("the log refuses");
  await look([one], 9001);
  expect(said.splice(0)).toHaveLength(1);
});

test("a breach that is waived, by somebody else, until another day, no more: each is said, with the day, and who answers for it is not", async () => {
  const { said, evidence } = listening();
  const broken = { commitment: "two-years", hash: "h", verdict: "broken" };
  const ada = { owner: "Ada", until: "2026-12-31" };
  const look = (seconds: number, waived?: typeof ada) =>
    history({ evidence }).remember(
      {
        commitments: [waived === undefined ? broken : { ...broken, waived }, { ...broken, commitment: "x" }],
        promises: [],
      },
      at(seconds),
    );
  await look(0);
  said.splice(0);
  for (const [n, waived] of [undefined, ada, ada, { ...ada, owner: "Eve" }, ada].entries())
    await look(10 + 20 * n, waived);
  await look(100, { ...ada, until: "2027-01-31" });
  await look(110);
  expect(said.map((s) => [s["event"], s["waived"]])).toEqual([
    ["checked", [{ commitment: "two-years", until: "2026-12-31" }]],
    ["checked", [{ commitment: "two-years", until: "2026-12-31" }]],
    ["checked", [{ commitment: "two-years", until: "2026-12-31" }]],
    ["checked", [{ commitment: "two-years", until: "2027-01-31" }]],
    ["checked", undefined],
  ]);
});

test("the alert commits with the change, or neither does", async () => {
  await see("kept", 0);
  const failing = history({
    evidence: { append: async () => Promise.reject(new Error("the log refuses")) },
  });
  const looked = {
    commitments: [{ commitment: "two-years", hash: "h", verdict: "broken" }],
    promises: [promise("broken")],
  };
  await expect(failing.remember(looked, at(5))).rejects.toThrow("the log refuses");
  expect(await changes()).toEqual(["first kept"]);
  expect(await listAlerts(db, "shop")).toEqual([]);
});

test("two runs at once see one change", async () => {
  await see("kept", 0);
  await Promise.all(Array.from({ length: 6 }, () => see("broken", 10)));
  expect(await changes()).toEqual(["first kept", "kept broken"]);
  expect(await listAlerts(db, "shop")).toHaveLength(1);
});

/** A look that ends so much later than it began. */
const lasting = (seconds: number) => ({ lastedMs: () => seconds * 1000 });

test("a look that another one overtook turns no breach back, and says what it saw", async () => {
  const { said, evidence } = listening();
  await see("kept", 1_000);
  await see("broken", 1_030);
  await see("kept", 1_010, { ...lasting(25), evidence });
  await see("unproven", 400, { ...lasting(700), evidence });
  expect(await changes()).toEqual(["first kept", "kept broken"]);
  expect(said.map((s) => [s["event"], s["at"], s["verdicts"]])).toEqual([
    ["checked", at(1_010).toISOString(), { kept: ["two-years"] }],
    ["checked", at(400).toISOString(), { unproven: ["two-years"] }],
  ]);
  expect((await see("broken", 1_060)).promises.get("M17")).toEqual(at(1_030));
  expect(await listAlerts(db, "shop")).toHaveLength(1);
});

test("a breach that an overtaken look saw is told, after what overtook it; so is all that a clock which was put back says", async () => {
  const { said, evidence } = listening();
  await see("kept", 10);
  await see("broken", 0, { ...lasting(95), evidence });
  expect(await changes()).toEqual(["first kept", "kept broken"]);
  expect((await see("broken", 100)).promises.get("M17")).toEqual(at(10.001));
  expect(said.map((s) => [s["event"], s["at"]])).toEqual([
    ["checked", at(0).toISOString()],
    ["verdict.changed", at(10.001).toISOString()],
  ]);
  expect(await listAlerts(db, "shop")).toHaveLength(1);
  await see("kept", 90, lasting(2));
  expect(await listAlerts(db, "shop")).toHaveLength(2);
});

test("what is not taken is tried again under the same id, later each time, until it is given up; then it can be told again", async () => {
  await see("broken", 0);
  answers = Array.from({ length: 10 }, () => 503);
  const waits: number[] = [];
  for (let n = 0; n < 10; n += 1) {
    expect(await deliver()).toBe(0);
    const [alert] = await listAlerts(db, "shop");
    if (alert?.nextTryAt == null) break;
    waits.push((Date.parse(alert.nextTryAt) - at(clock).getTime()) / 1000);
    // Not before its time.
    clock = (Date.parse(alert.nextTryAt) - at(0).getTime()) / 1000 - 1;
    const before = got.length;
    await deliver();
    expect(got).toHaveLength(before);
    clock += 1;
  }
  expect(waits).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  expect(await listAlerts(db, "shop")).toMatchObject([{ state: "dead", tries: 10, failure: "http 503" }]);
  expect(new Set(got.map((g) => g.id)).size).toBe(1);
  expect(got.every((g) => g.genuine)).toBe(true);
  expect(log.at(-1)).toContain("given up after 10 tries (http 503)");
  expect(await retryDead(db, "shop", at(clock))).toBe(1);
  expect(await deliver()).toBe(1);
  expect(new Set(got.map((g) => g.id)).size).toBe(1);
});

test("for a receiver that is away, or not configured, an alert waits", async () => {
  await see("kept", 0);
  await see("broken", 10);
  await deliver("http://127.0.0.1:1/nobody");
  expect((await listAlerts(db, "shop"))[0]).toMatchObject({ state: "waiting", failure: "unreachable" });
  clock = 20;
  await deliver(null);
  expect((await listAlerts(db, "shop"))[0]).toMatchObject({ state: "waiting", failure: "no address" });
});

test("two workers send each alert once; one that dies between sending and writing it down sends again, under the same id", async () => {
  for (let n = 0; n < 8; n += 1) await see(n % 2 === 0 ? "broken" : "kept", n);
  clock = 100;
  const sent = await Promise.all([deliver(), deliver(), deliver()]);
  expect(sent.reduce((a, b) => a + b, 0)).toBe(8);
  expect(new Set(got.map((g) => g.id)).size).toBe(8);
  expect(got).toHaveLength(8);
  // As a kill leaves it: sent, and nobody wrote that down.
  const [first] = await listAlerts(db, "shop");
  await db
    .updateTable("alerts")
    .set({ state: "waiting", ended_at: null, next_try_at: at(160) })
    .where("id", "=", first?.id ?? "")
    .execute();
  expect(await deliver()).toBe(0);
  clock = 161;
  expect(await deliver()).toBe(1);
  expect(got.at(-1)?.id).toBe(first?.id);
});

test("changes are forgotten after a time of their own, and what holds now is not", async () => {
  const kept = { keptMs: 100_000 };
  await history(kept).remember({ commitments: [], promises: [promise("kept")] }, at(0));
  await history(kept).remember({ commitments: [], promises: [promise("broken")] }, at(50));
  await history(kept).remember({ commitments: [], promises: [promise("broken")] }, at(99_000));
  await history(kept).remember({ commitments: [], promises: [promise("broken")] }, at(100_200));
  expect(await changes()).toEqual([]);
  const later = await history(kept).remember({ commitments: [], promises: [promise("broken")] }, at(100_300));
  expect(later.promises.get("M17")).toEqual(at(50));
});
