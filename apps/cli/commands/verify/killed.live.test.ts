/** A verdict turns, and whoever is to tell it is killed on the way: it is told at least once, under one id, and nothing is told that is not on record. */
import { type ChildProcess, spawn } from "node:child_process";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { must } from "@avow/core/terms/assert";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { type Ended, runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { until } from "../worker/testbed.ts";
import { messagesOfAYear } from "./testing/messages.ts";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** A moment of Avow's at which its database holds it up: what it does there it does for as long as the test has this lock. */
const LOCK = 7_301;
const HOLDS_UP = `
  create function hold_up() returns trigger language plpgsql as $$ begin perform pg_advisory_xact_lock(${LOCK}); return new; end $$;
  create trigger told before insert on alerts for each row execute function hold_up();
  create trigger taken before update on alerts for each row when (new.state = 'waiting' and new.tries = old.tries) execute function hold_up();
  create trigger sent before update on alerts for each row when (new.state = 'sent') execute function hold_up();
  alter table alerts disable trigger told, disable trigger taken, disable trigger sent;
`;

/** As the first look left them: kept. */
const VERDICTS = ["verdicts", "promise_verdicts"] as const;

/** Of a process that starts on a machine with much else to do, until it is where it is to be. */
const PATIENCE_MS = 110_000;
const SLOW = { timeout: 300_000 };

interface Told {
  readonly id: string;
  readonly from: string | null;
  readonly to: string;
}

let service: Service;
let hook = "";
/** Connections to the receiver since the test began. */
let calls = 0;
const told: Told[] = [];
/** What a message is answered with, once it is all there; null: 204. */
let answer: ((response: ServerResponse) => void) | null = null;
/** Asked when somebody calls; true: it is hung up on at once. */
let onCall: () => boolean = () => false;

const receiver = createServer((request, response) => void receive(request, response));
receiver.on("connection", (socket) => {
  calls += 1;
  if (onCall()) socket.destroy();
});

async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let raw = "";
  for await (const chunk of request) raw += String(chunk);
  const { data }: { readonly data: { readonly from: string | null; readonly to: string } } = JSON.parse(raw);
  told.push({ id: String(request.headers["webhook-id"]), from: data.from, to: data.to });
  if (answer !== null) answer(response);
  else response.writeHead(204).end();
}

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  const address = receiver.address();
  hook = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}/`;
  const started = await startService({
    ...{ server: inject("postgresUrl"), name: "told", ...messagesOfAYear("told", "body: user.content, ") },
    settings: "alerts: [{ url: env:ALERT_URL, secret: env:ALERT_SECRET }]\n",
  });
  const secret = `whsec_${Buffer.alloc(32, 5).toString("base64")}`;
  service = { ...started, env: { ...started.env, ALERT_URL: hook, ALERT_SECRET: secret } };
  await service.store.query(
    "create table messages (id int primary key, owner int, body text, created_at timestamptz not null); insert into messages values (1, 1, 'a', now())",
  );
  expect((await runningCli(service, ["bind", "--yes"])).code).toBe(0);
  expect((await verify()).code).toBe(0);
  await service.own.query(HOLDS_UP);
  for (const table of VERDICTS) await service.own.query(`create table first_${table} as table ${table}`);
});
afterAll(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
  await service?.close();
});
beforeEach(async () => {
  [answer, onCall] = [null, () => false];
  await breach(false);
  await service.own.query("delete from alerts; delete from verdict_changes");
  for (const table of VERDICTS)
    await service.own.query(`delete from ${table}; insert into ${table} table first_${table}`);
  [told.length, calls] = [0, 0];
});

const verify = (): Promise<Ended> => runningCli(service, ["verify"]);
const breach = (is: boolean): Promise<unknown> =>
  service.store.query(`update messages set created_at = now() - interval '${is ? "3 years" : "1 day"}'`);

async function turns(): Promise<string[]> {
  const { rows } = await service.own.query<{ turn: string }>(
    "select from_verdict || ' ' || to_verdict as turn from verdict_changes where scope = 'promise' order by at",
  );
  return rows.map((r) => r.turn);
}
const states = async (): Promise<string[]> =>
  (await service.own.query<{ state: string }>("select state from alerts")).rows.map((r) => r.state);

interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<NodeJS.Signals | null>;
  readonly said: () => string;
}
function begin(command: "verify" | "worker"): Running {
  const args = [MAIN, command, "--service", service.folder];
  const child = spawn(process.execPath, args, { env: service.env, cwd: service.folder });
  let out = "";
  child.stdout.on("data", (chunk) => void (out += String(chunk)));
  const ended: Running["ended"] = new Promise((resolve) => child.on("close", (_, signal) => resolve(signal)));
  return { process: child, ended, said: () => out };
}

/** Whoever took an alert has it for a minute: that it is over. */
const aMinuteLater = (): Promise<unknown> =>
  service.own.query("update alerts set next_try_at = now() where state = 'waiting'");

type Point = "told" | "taken" | "sent";

/** Killed while its database has it wait there: what it was about to do is not done. */
async function killedWhere(point: Point, command: "verify" | "worker"): Promise<void> {
  const { own } = service;
  await own.query(`alter table alerts enable trigger ${point}`);
  await own.query("select pg_advisory_lock($1)", [LOCK]);
  const running = begin(command);
  let pid = 0;
  await until(async () => {
    const { rows } = await own.query<{ pid: number }>(
      "select pid from pg_locks where locktype = 'advisory' and objid = $1 and not granted and database = (select oid from pg_database where datname = current_database())",
      [LOCK],
    );
    pid = rows[0]?.pid ?? 0;
    return pid !== 0;
  }, PATIENCE_MS);
  running.process.kill("SIGKILL");
  expect(await running.ended).toBe("SIGKILL");
  // The server hears that nobody is there any more only when it has something to say; what lies in its hands goes with the killed one.
  await own.query("select pg_terminate_backend($1, 10000)", [pid]);
  await own.query("select pg_advisory_unlock($1)", [LOCK]);
  await own.query(`alter table alerts disable trigger ${point}`);
}

/** Killed by the receiver, when it is called or while it answers. */
async function killedBy(moment: "called" | "answering", command: "verify" | "worker"): Promise<void> {
  let running: Running | null = null;
  const kill = (): boolean => must(running, "it has been started").process.kill("SIGKILL");
  if (moment === "called") onCall = kill;
  else
    answer = (response) => {
      kill();
      response.destroy();
    };
  running = begin(command);
  expect(await running.ended).toBe("SIGKILL");
  [answer, onCall] = [null, () => false];
}

const BROKEN = { id: expect.any(String), from: "kept", to: "broken" };

describe("`avow verify`, killed", () => {
  test("before the turn is on record, tells of nothing; the next look does", SLOW, async () => {
    await breach(true);
    await killedWhere("told", "verify");
    expect([await turns(), await states(), calls]).toEqual([[], [], 0]);
    // What is not on record may be mended before anybody looks again: then nothing was ever broken.
    await breach(false);
    expect((await verify()).code).toBe(0);
    expect([await turns(), told]).toEqual([[], []]);
    await breach(true);
    expect((await verify()).code).toBe(1);
    expect([await turns(), told]).toEqual([["kept broken"], [BROKEN]]);
  });

  test.each([
    ["before anything is sent", (): Promise<void> => killedWhere("taken", "verify"), 0],
    ["when the receiver is called", (): Promise<void> => killedBy("called", "verify"), 0],
    ["while the receiver answers", (): Promise<void> => killedBy("answering", "verify"), 1],
    ["before the answer is written down", (): Promise<void> => killedWhere("sent", "verify"), 1],
  ])("%s, has the next one tell it, under the same id", SLOW, async (_, killed, before) => {
    await breach(true);
    await killed();
    expect([await turns(), await states(), told.length]).toEqual([["kept broken"], ["waiting"], before]);
    await aMinuteLater();
    expect((await verify()).code).toBe(1);
    expect([await turns(), await states(), told.length]).toEqual([["kept broken"], ["sent"], before + 1]);
    expect(told.at(-1)).toEqual(BROKEN);
    expect(new Set(told.map((t) => t.id)).size).toBe(1);
    expect((await verify()).code).toBe(1);
    expect(told).toHaveLength(before + 1);
  });
});

test.each([
  ["before anything is sent", (): Promise<void> => killedWhere("taken", "worker"), 0],
  ["while the receiver answers", (): Promise<void> => killedBy("answering", "worker"), 1],
])(
  "`avow worker`, killed %s, has the next one tell it, under the same id",
  SLOW,
  async (_, killed, before) => {
    await breach(true);
    await killedBy("called", "verify");
    await aMinuteLater();
    await killed();
    expect([await turns(), await states(), told.length]).toEqual([["kept broken"], ["waiting"], before]);
    await aMinuteLater();
    const next = begin("worker");
    try {
      await until(async () => (await states())[0] === "sent", PATIENCE_MS);
    } finally {
      next.process.kill("SIGTERM");
      await next.ended;
    }
    expect(await turns()).toEqual(["kept broken"]);
    expect(told).toHaveLength(before + 1);
    expect(told.at(-1)).toEqual(BROKEN);
    expect(new Set(told.map((t) => t.id)).size).toBe(1);
  },
);

test("verdicts are shown while the receiver has yet to answer", SLOW, async () => {
  let waiting: ServerResponse | null = null;
  answer = (response) => {
    waiting = response;
  };
  await breach(true);
  const running = begin("verify");
  await until(() => waiting !== null, PATIENCE_MS);
  await until(() => running.said().includes("told: 1 promise"));
  const shown = running.said();
  expect(running.process.exitCode).toBeNull();
  expect(shown).toMatch(/✗ broken .*a-year/);
  must<ServerResponse>(waiting, "the receiver was asked").writeHead(204).end();
  await running.ended;
  // All of it had been said: what came afterwards is not about verdicts.
  expect([running.process.exitCode, running.said(), await states()]).toEqual([1, shown, ["sent"]]);
});
