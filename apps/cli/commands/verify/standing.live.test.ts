/** What a run of the checks says of the stores that it reads: a standby that stands still, by a real one that streams, and a clock that is off. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createConnection, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { must } from "@avow/core/terms/assert";
import { type OpenService, openService } from "@avow/runtime/service/open";
import { type Embedded, useEmbedded } from "@avow/runtime/store/embedded";
import pg from "pg";
import { afterAll, afterEach, beforeAll, expect, inject, test } from "vitest";
import { checkService } from "../../check.ts";
import { CONNECTORS } from "../../connectors.ts";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { until } from "../worker/testbed.ts";
import { messagesOfAYear } from "./testing/messages.ts";

/** A reader may know that a standby hears of its primary, and not what; so much an account without any further right is told. */
const LAYOUT = `
  create table messages (id int primary key, owner int, created_at timestamptz not null);
  insert into messages values (1, 1, now());
  create role looks login password 'looks';
  grant select on messages to looks`;

const stack = new AsyncDisposableStack();
let service: Service;
let opened: OpenService;
let [primary, standby]: [pg.Client | null, pg.Client | null] = [null, null];

const connected = async (url: string): Promise<pg.Client> => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  stack.defer(() => client.end());
  return client;
};
const started = async (home: string): Promise<Embedded> => {
  const server = await useEmbedded({ home });
  stack.defer(() => server.release());
  return server;
};

/** From the primary to its standby: as fast as it goes, at 256 kB a second, or not at all. */
let line: "open" | "slow" | "shut" = "open";
const SLICE_BYTES = 16 * 1024;
const SLICE_MS = 62;

const narrowed = (): Transform =>
  new Transform({
    async transform(bytes: Buffer, _, done) {
      for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
        while (line === "shut") await sleep(SLICE_MS);
        if (line === "slow") await sleep(SLICE_MS);
        this.push(bytes.subarray(at, at + SLICE_BYTES));
      }
      done();
    },
  });

/** Gives the port of the line to that one. */
async function lineTo(port: number): Promise<number> {
  const server = createServer((near) => {
    const far = createConnection(port, "127.0.0.1");
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const)
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
    near.pipe(far);
    far.pipe(narrowed()).pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  stack.defer(() => void server.close());
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-standing-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const [one, other] = [join(folder, "one"), join(folder, "other")];
  const first = await useEmbedded({ home: one });
  const layout = new pg.Client({ connectionString: first.adminUrl() });
  await layout.connect();
  await layout.query(LAYOUT);
  await layout.end();
  await first.release();
  await cp(one, other, { recursive: true, preserveTimestamps: true });
  const memory = JSON.parse(await readFile(join(other, "embedded.json"), "utf8"));
  await writeFile(join(other, "embedded.json"), JSON.stringify({ ...memory, port: null }));
  await writeFile(join(other, "pg", "standby.signal"), "");
  const up = await started(one);
  const from = new URL(up.adminUrl());
  const info = `host=127.0.0.1 port=${await lineTo(Number(from.port))} user=${from.username} password=${decodeURIComponent(from.password)}`;
  await writeFile(
    join(other, "pg", "postgresql.auto.conf"),
    `primary_conninfo = '${info}'\nwal_receiver_timeout = '4s'\nwal_retrieve_retry_interval = '500ms'\n`,
  );
  // A copy belongs to whoever copied it; the server wants its own.
  if (process.getuid?.() === 0)
    await promisify(execFile)("chown", ["-R", `--reference=${join(one, "pg")}`, join(other, "pg")]);
  const copy = await started(other);
  primary = await connected(up.adminUrl());
  standby = await connected(copy.adminUrl());
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "standing", ...messagesOfAYear("standing") },
    settings: "checks: { behind: PT4S }\n",
  });
  stack.defer(() => service.close());
  expect((await runningCli(service, ["bind", "--yes"])).code).toBe(0);
  const reader = new URL(copy.adminUrl());
  [reader.username, reader.password] = ["looks", "looks"];
  const made = await openService(service.folder, {
    ...{ now: () => new Date(), onLog: () => undefined, connectors: CONNECTORS },
    env: { ...service.env, APP_URL: reader.href },
  });
  opened = must(made.value, made.issues.map((i) => i.message).join("\n"));
  stack.defer(() => opened.close());
});
afterEach(() => {
  line = "open";
});
afterAll(() => stack.disposeAsync());

const here = (): pg.Client => must(primary, "it is up");
const there = (): pg.Client => must(standby, "it is up");

async function looked(now = new Date()) {
  const { promises, stores, warnings } = await checkService(opened, { now, keepHistory: false });
  const { verdict, reason } = must(promises[0]?.commitments[0], "the policy has one");
  return { verdict, reason, stores, warnings };
}
/** The primary writes something of its own now and then: as long as that comes in, nobody can tell. */
async function becomesKept() {
  let last = await looked();
  await until(async () => {
    last = await looked();
    return last.verdict === "kept" && must(last.stores[0]?.behindMs, "it is a copy") <= 4_000;
  });
  return last;
}
/** Longer than the four seconds that this service allows, and after which a receiver gives up: since the last change that is shown over there. */
const longAgo = (): Promise<number> =>
  until(async () => {
    const { rows } = await there().query(
      "select clock_timestamp() - pg_last_xact_replay_timestamp() > '7 s' as is",
    );
    return rows[0].is;
  });
/** All that the primary has written by now has been shown, or at least heard of, over there. */
async function reached(what: "replay" | "receive"): Promise<void> {
  const { rows } = await here().query("select pg_current_wal_flush_lsn()::text as at");
  await until(async () => {
    const { rows: heard } = await there().query(`select pg_last_wal_${what}_lsn() >= $1::pg_lsn as has`, [
      rows[0].at,
    ]);
    return heard[0].has;
  });
}

test("a standby that has replayed all that there is proves as much as its primary, however long nothing came", async () => {
  await here().query("update messages set created_at = now()");
  await reached("replay");
  await longAgo();
  expect(await becomesKept()).toMatchObject({ verdict: "kept", warnings: [] });
});

/** As it is when it was away for a while: all that it was sent it has replayed, and the most it is still to be sent. */
async function catchesUp(): Promise<void> {
  await here().query("update messages set created_at = now()");
  // Whoever was cut off is sent the file anew in which he stopped: here it begins where he is.
  await here().query("select pg_switch_wal()");
  await reached("replay");
  line = "shut";
  for (let n = 0; n < 24; n += 1)
    await here().query("select pg_logical_emit_message(false, 'avow', repeat('x', 1000000))");
  const { rows } = await here().query(
    "insert into messages values (2, 1, now() - interval '3 years') returning pg_current_wal_insert_lsn()::text as at",
  );
  await longAgo();
  line = "slow";
  const left = "select pg_wal_lsn_diff($1::pg_lsn, pg_last_wal_receive_lsn())::float8 as bytes";
  const bytesLeft = async (): Promise<number> => (await there().query(left, [rows[0].at])).rows[0].bytes;
  const before = await bytesLeft();
  await until(async () => (await bytesLeft()) < before);
  expect(await looked()).toMatchObject({ verdict: "unproven" });
  expect(await bytesLeft()).toBeGreaterThan(0);
  line = "open";
  await reached("replay");
  expect(await looked()).toMatchObject({ verdict: "broken" });
  await here().query("delete from messages where id = 2");
  await reached("replay");
  await becomesKept();
}

test("one that catches up over a slow line is behind by what it shows, though it has replayed all that came", async () => {
  await catchesUp();
});

test("so it is for an account that sees where the primary ends, by which it else is as far behind as the last message is old", async () => {
  await here().query("grant pg_read_all_stats to looks");
  await reached("replay");
  await longAgo();
  await becomesKept();
  await catchesUp();
  await here().query("revoke pg_read_all_stats from looks");
  await reached("replay");
});

test("one that has stopped proves nothing, says so, and still breaks what it shows broken", async () => {
  await here().query("update messages set created_at = now()");
  await reached("replay");
  await there().query("select pg_wal_replay_pause()");
  await until(
    async () => (await there().query("select pg_get_wal_replay_pause_state() = 'paused' as is")).rows[0].is,
  );
  await here().query("insert into messages values (2, 1, now() - interval '3 years')");
  await reached("receive");
  await longAgo();
  const stopped = await looked();
  expect(stopped).toMatchObject({ verdict: "unproven", stores: [{ behindMs: expect.any(Number) }] });
  expect(stopped.reason).toMatch(
    /^`readUrl` of the store `app` leads to a copy that is behind, by \d+ \w+: what came since is not seen \(measured: /,
  );
  expect(stopped.warnings).toEqual([
    expect.stringContaining("no promise is called kept by it until it has caught up"),
  ]);
  await there().query("select pg_wal_replay_resume()");
  await reached("replay");
  expect(await looked()).toMatchObject({ verdict: "broken" });
  // What it shows broken stays so while it stands.
  await there().query("select pg_wal_replay_pause()");
  await here().query("delete from messages where id = 2");
  await reached("receive");
  await longAgo();
  expect(await looked()).toMatchObject({
    verdict: "broken",
    warnings: [expect.stringContaining("a copy that is behind")],
  });
  await there().query("select pg_wal_replay_resume()");
  await reached("replay");
  await becomesKept();
});

test("a clock that is off by more than two minutes is told of, and changes no verdict", async () => {
  const MINUTE_MS = 60_000;
  const at = (minutes: number): Date => new Date(Date.now() + minutes * MINUTE_MS);
  const ofClocks = async (now: Date): Promise<string[]> =>
    (await looked(now)).warnings.filter((w) => w.includes("clock"));
  expect(await ofClocks(at(1))).toEqual([]);
  expect(await ofClocks(at(7.5))).toEqual([
    expect.stringMatching(/^the clock of the store `app` is 7 minutes behind Avow's: /),
  ]);
  await until(async () => (await looked(at(7.5))).verdict === "kept");
  expect(await ofClocks(at(-7.5))).toEqual([
    expect.stringMatching(/^the clock of the store `app` is 7 minutes ahead of Avow's: /),
  ]);
});

test("one that lost its primary proves nothing, though it has replayed all that it was sent", async () => {
  await there().query("alter system set primary_conninfo = ''");
  await there().query("select pg_reload_conf()");
  await until(async () => (await there().query("select from pg_stat_wal_receiver")).rowCount === 0);
  await longAgo();
  expect(await looked()).toMatchObject({ verdict: "unproven" });
});
