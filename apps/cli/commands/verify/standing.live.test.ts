/** What a run of the checks says of the stores that it reads: a standby that stands still, by a real one that streams, and a clock that is off. */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { must } from "@avow/core/terms/assert";
import { type OpenService, openService } from "@avow/runtime/service/open";
import { type Embedded, useEmbedded } from "@avow/runtime/store/embedded";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { checkService } from "../../check.ts";
import { CONNECTORS } from "../../connectors.ts";
import { runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { until } from "../worker/testbed.ts";

const POLICY = `---
service: standing
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Standing Ltd, country: DE, contact: { rights: privacy@standing.example } }
jurisdictions: [EU]
classes:
  message: [user.content, user.unique_id]
---
# Privacy

We keep messages for a year.

\`\`\`commit
- id: a-year
  retain: message
  for: P1Y
  from: creation
  then: erase
\`\`\`
`;
const MAP = `store: app
connector: postgres
collections:
  messages:
    class: message
    person: { member: owner }
    fields: { id: system, owner: user.unique_id, created_at: system }
    anchors: { creation: created_at }
    erase: delete
`;
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
  const info = `host=${from.hostname} port=${from.port} user=${from.username} password=${decodeURIComponent(from.password)}`;
  await writeFile(join(other, "pg", "postgresql.auto.conf"), `primary_conninfo = '${info}'\n`);
  // A copy belongs to whoever copied it; the server wants its own.
  if (process.getuid?.() === 0)
    await promisify(execFile)("chown", ["-R", `--reference=${join(one, "pg")}`, join(other, "pg")]);
  const copy = await started(other);
  primary = await connected(up.adminUrl());
  standby = await connected(copy.adminUrl());
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "standing", policy: POLICY, map: MAP },
    settings: "checks: { behind: PT2S }\n",
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
afterAll(() => stack.disposeAsync());

const here = (): pg.Client => must(primary, "it is up");
const there = (): pg.Client => must(standby, "it is up");

async function looked(now = new Date()) {
  const { promises, stores, warnings } = await checkService(opened, { now, keepHistory: false });
  const { verdict, reason } = must(promises[0]?.commitments[0], "the policy has one");
  return { verdict, reason, stores, warnings };
}
/** Longer than the two seconds that this service allows: since the last change that is shown over there. */
const longAgo = (): Promise<number> =>
  until(async () => {
    const { rows } = await there().query(
      "select clock_timestamp() - pg_last_xact_replay_timestamp() > '4 s' as is",
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
  expect(await looked()).toMatchObject({
    verdict: "kept",
    stores: [{ store: "app", behindMs: 0 }],
    warnings: [],
  });
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
  expect(stopped.warnings).toEqual([expect.stringContaining("what rests on it is proven by nothing")]);
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
  expect(await looked()).toMatchObject({ verdict: "kept", warnings: [] });
});

test("a clock that is off by more than two minutes is told of, and changes no verdict", async () => {
  const MINUTE_MS = 60_000;
  const at = (minutes: number): Date => new Date(Date.now() + minutes * MINUTE_MS);
  expect((await looked(at(1))).warnings).toEqual([]);
  const off = await looked(at(7.5));
  expect(off.verdict).toBe("kept");
  expect(off.warnings).toEqual([
    expect.stringMatching(/^the clock of the store `app` is 7 minutes behind Avow's: /),
  ]);
  expect((await looked(at(-7.5))).warnings).toEqual([
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
