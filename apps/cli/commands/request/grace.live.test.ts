/** Erasure under grace as a script sees it: a real store, the real process, wrong keys, broken bundles, ends of windows, and `kill -9`. */
import { copyFile, readdir, readFile, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import type pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import { crashingCli, type Ended, runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { MAP, POLICY, RESET, worldOf } from "./testing/club.ts";

// Each calls the command line many times: processes that start slowly where the machine has other work.
vi.setConfig({ testTimeout: 900_000 });

let service: Service;
let folder: string;
let store: pg.Client;
let own: pg.Client;

beforeAll(async () => {
  const settings = "grace: P14D\n";
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "club", policy: POLICY, map: MAP, settings },
  });
  ({ folder, store, own } = service);
});
afterAll(() => service.close());
beforeEach(async () => {
  await store.query(RESET);
});

const avow = (args: readonly string[], killedAt?: string): Promise<Ended> =>
  killedAt === undefined ? runningCli(service, args) : crashingCli(service, killedAt, args);

const world = () => worldOf(service);

async function erased(more: readonly string[] = []): Promise<{ request: string; key: string }> {
  const done = await avow([
    "request",
    "erase",
    "--person",
    "email=ada@example.org",
    "--yes",
    "--json",
    ...more,
  ]);
  expect(done.err).not.toContain("avow-undo-");
  const said = JSON.parse(done.out);
  expect(said).toMatchObject({
    state: "restricted",
    undoKey: expect.any(String),
    receipt: expect.any(String),
  });
  expect(done.code).toBe(0);
  return { request: said.request, key: said.undoKey };
}

const restore = (request: string, key: string, more: readonly string[] = ["--yes"], crashAt?: string) =>
  avow(["request", "restore", request, "--key", key, "--json", ...more], crashAt);

const rowOf = async (request: string) =>
  (await own.query("select * from requests where id = $1", [request])).rows[0];

const bundle = (request: string): string => join(folder, ".avow", "undo", request);

test("it is restriction until the window ends: said everywhere, and given back whole", async () => {
  const before = await world();
  const { request, key } = await erased();
  expect((await stat(key)).mode & 0o777).toBe(0o600);
  expect((await store.query("select 1 from posts where member = 1")).rowCount).toBe(0);
  expect((await store.query("select body, about from notes where id = 1")).rows).toEqual([
    { body: "erased", about: null },
  ]);
  const listed = JSON.parse((await avow(["request", "list", "--json"])).out);
  expect(listed.requests).toMatchObject([
    { request, state: "restricted", restrictedUntil: expect.any(String) },
  ]);
  const row = await rowOf(request);
  expect(row.grace_until.getTime() - Date.now()).toBeGreaterThan(13 * 86_400_000);
  const secret = (await readFile(key, "utf8")).trim();
  expect(JSON.stringify(row)).not.toContain(secret);
  for (const name of await readdir(bundle(request)))
    expect((await readFile(join(bundle(request), name))).toString("latin1")).not.toContain("Ada");
  const receipt = await readFile(join(folder, `club-${request}.tlog-proof`), "utf8");
  expect(receipt).not.toContain("request.closed");
  const dry = await restore(request, key, ["--dry-run"]);
  expect(dry).toMatchObject({ code: 0 });
  expect(JSON.parse(dry.out)).toMatchObject({ state: "planned", results: [] });
  const done = await restore(request, key);
  expect(JSON.parse(done.out)).toMatchObject({ request, state: "restored" });
  expect(done.code).toBe(0);
  expect(await world()).toEqual(before);
  const after = await rowOf(request);
  expect(after).toMatchObject({ state: "restored", grace_until: null, sealed_identities: null });
  expect(after.closed_at).not.toBeNull();
  for (const table of ["suppression_lots", "suppression_ends"])
    expect((await own.query(`select 1 from ${table} where request = $1`, [request])).rowCount).toBe(0);
  await expect(readdir(bundle(request))).rejects.toThrow();
  expect((await restore(request, key)).code).toBe(2);
  // The numbers go on behind those that came back.
  await store.query("insert into members (email) values ('new@example.org')");
});

test("what is newer stays, what is taken or has nothing to lead to is not forced, and each is named", async () => {
  const { request, key } = await erased();
  await store.query(`insert into posts values (1, 2, null, 'Bob took the number', null, null);
    update notes set body = 'written since' where id = 1; delete from notes where id = 2`);
  const done = await restore(request, key);
  expect(done.code).toBe(1);
  const { results } = JSON.parse(done.out);
  const stays = results.filter((r: { result: string }) => r.result === "stays_erased");
  const said = stays.map((r: { collection: string; rows: number; reason: string }) =>
    [r.collection, r.rows, r.reason].join(" "),
  );
  expect(said.sort()).toEqual([
    expect.stringMatching(/^notes 1 `body` was changed since/),
    expect.stringMatching(/^notes 1 the row is not there any more/),
    expect.stringMatching(/^posts 1 a row with this key is there again/),
  ]);
  expect((await store.query("select count(*)::int as n from posts where member = 1")).rows).toEqual([
    { n: 2999 },
  ]);
  expect((await store.query("select body, about from notes where id = 1")).rows).toEqual([
    { body: "written since", about: "1" },
  ]);
  expect((await store.query("select body from posts where id = 1")).rows).toEqual([
    { body: "Bob took the number" },
  ]);
});

test("an address that somebody else has now keeps the account from coming back, and with it what hangs on it", async () => {
  const { request, key } = await erased();
  await store.query("update members set email = 'ada@example.org' where id = 2");
  const done = await restore(request, key);
  expect(done.code).toBe(1);
  const reasons = JSON.parse(done.out).results.map(
    (r: { reason?: string; rows: number }) => `${r.rows} ${r.reason}`,
  );
  expect(reasons).toEqual(
    expect.arrayContaining([
      expect.stringContaining("1 another row has its `email` now"),
      expect.stringContaining("3000 the row of `members` that it refers to is not there"),
      expect.stringContaining("2 the row of `members` that it refers to is not there"),
    ]),
  );
  expect((await store.query("select 1 from posts where member = 1")).rowCount).toBe(0);
});

test("another key, a broken bundle, and the bundle of somebody else open nothing and change nothing", async () => {
  const mine = await erased();
  const bob = JSON.parse(
    (await avow(["request", "erase", "--person", "email=bob@example.org", "--yes", "--json"])).out,
  );
  const before = await world();
  const refused = async (request: string, key: string, code: number, reason: string): Promise<void> => {
    const done = await restore(request, key);
    expect(done).toMatchObject({ code, out: "" });
    expect(done.err).toContain(reason);
    expect(await world()).toEqual(before);
  };
  await refused(mine.request, oneWayKey().secret, 2, "not the key of this request");
  await refused(mine.request, bob.undoKey, 2, "not the key of this request");
  await refused(mine.request, "avow-undo-nonsense", 2, "not the key of this request");
  await refused(mine.request, "no-such-file", 2, "can not be read");
  const names = (await readdir(bundle(mine.request))).sort();
  const [first = ""] = names;
  const path = join(bundle(mine.request), first);
  const good = `${path}.good`;
  await copyFile(path, good);
  await truncate(path, (await stat(path)).size - 20);
  await refused(mine.request, mine.key, 1, "changed, cut short, or belongs to another request");
  const [theirs = ""] = (await readdir(bundle(bob.request))).sort();
  await copyFile(join(bundle(bob.request), theirs), path);
  await refused(mine.request, mine.key, 1, "belongs to another request");
  const other = names.find((name) => name !== first && name.endsWith("before.sealed")) ?? "";
  await copyFile(join(bundle(mine.request), other), path);
  await refused(mine.request, mine.key, 1, "belongs to another request");
  await rm(path);
  await refused(mine.request, mine.key, 1, "is missing");
  await copyFile(good, path);
  await rm(good);
  expect((await restore(mine.request, mine.key)).code).toBe(0);
});

test("when the window has ended the bundle is gone, the log says so, and nothing comes back", async () => {
  const { request, key } = await erased();
  const before = (await rowOf(request)).certificate;
  await own.query("update requests set grace_until = now() - interval '1 second' where id = $1", [request]);
  const late = await restore(request, key);
  expect(late).toMatchObject({ code: 1, out: "" });
  expect(late.err).toContain("the window has ended");
  await expect(readdir(bundle(request))).rejects.toThrow();
  const row = await rowOf(request);
  expect(row).toMatchObject({ state: "closed", grace_until: null, sealed_identities: null });
  expect(row.certificate).not.toBe(before);
  expect(row.results).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        ...{ collection: "posts", result: "verified_absent", rows: 3000 },
        reached: expect.objectContaining({ deleted: expect.any(String) }),
      }),
    ]),
  );
  const names = await own.query(
    "select sum(octet_length(names))::int / 16 as count from suppression_lots join suppression_ends using (request) where request = $1",
    [request],
  );
  expect(names.rows).toEqual([{ count: 3001 }]);
  const written = await avow(["receipt", "write", request]);
  expect(written.code).toBe(0);
});

test("two that come by at the window's end end it once, also after one that died between the bundle and the word for it", async () => {
  const { request } = await erased();
  await rm(bundle(request), { recursive: true });
  await own.query("update requests set grace_until = now() - interval '1 second' where id = $1", [request]);
  const both = await Promise.all([avow(["request", "list", "--json"]), avow(["request", "list", "--json"])]);
  for (const one of both) expect(one.code, one.err).toBe(0);
  expect(await rowOf(request)).toMatchObject({ state: "closed", grace_until: null, sealed_identities: null });
  const { out } = await avow(["ledger", "tail", "--json", "--lines", "200"]);
  const events: string[] = JSON.parse(out).entries.flatMap(
    ({ body }: { body: { request?: string; event: string } | null }) =>
      body?.request === request ? [body.event] : [],
  );
  for (const once of ["request.bundle_destroyed", "request.closed"])
    expect(events.filter((event) => event === once)).toHaveLength(1);
});

test("a restore that is cut short, and whose window ends: rows that came back unheard are said to be, perhaps", async () => {
  const { request, key } = await erased();
  expect((await restore(request, key, ["--yes"], "acted")).signal).toBe("SIGKILL");
  const back = await store.query("select 1 from members where name = 'Ada Lovelace'");
  expect(back.rowCount).toBe(1);
  await own.query("update requests set grace_until = now() - interval '1 second' where id = $1", [request]);
  expect((await restore(request, key)).code).toBe(2);
  const row = await rowOf(request);
  expect(row).toMatchObject({ state: "restored", grace_until: null });
  expect(row.results).toEqual([{ store: "app", collection: "members", result: "may_be_back", rows: 1 }]);
  expect(row.notes).toEqual([
    "the restore was cut short, and the window has ended: what did not come back stays erased",
    "1 rows may be back: nobody heard how the steps ended that should bring them",
  ]);
  const steps = await own.query("select state from request_steps where request = $1 and phase = 'restore'", [
    request,
  ]);
  expect(steps.rows).toEqual([{ state: "unknown" }]);
});

for (const point of ["intended", "acted", "outcome"])
  test(`kill -9 when the erasure has ${point}, then the restore: it goes on, and the world is what it was`, async () => {
    const before = await world();
    const args = [
      "request",
      "erase",
      "--person",
      "email=ada@example.org",
      "--yes",
      "--json",
      "--out",
      `${point}.key`,
    ];
    expect((await avow(args, point)).signal).toBe("SIGKILL");
    const again = await avow([...args.slice(0, -2), "--out", `${point}-2.key`]);
    const { request, state } = JSON.parse(again.out);
    expect(state).toBe("restricted");
    // The key is the one that was written down before anything was erased; a second one would open nothing.
    expect(await readdir(folder)).not.toContain(`${point}-2.key`);
    const key = join(folder, `${point}.key`);
    expect((await restore(request, key, ["--yes"], point)).signal).toBe("SIGKILL");
    const open = await rowOf(request);
    expect(open).toMatchObject({ state: "restricted" });
    expect(open.restoring_since).not.toBeNull();
    const done = await restore(request, key);
    expect(JSON.parse(done.out).results.filter((r: { result: string }) => r.result !== "restored")).toEqual(
      [],
    );
    expect(await world()).toEqual(before);
    const steps = await own.query(
      "select state from request_steps where request = $1 and phase = 'restore' and state = 'unknown'",
      [request],
    );
    expect(steps.rowCount).toBe(point === "outcome" ? 0 : 1);
  });

for (const kept of [true, false])
  test(`a row like an erased one, made by somebody before it came back, where what was put back is ${kept ? "known" : "not known"}`, async () => {
    const before = await world();
    const { request, key } = await erased();
    // The account is back, the posts are not.
    expect((await restore(request, key, ["--yes"], "outcome")).signal).toBe("SIGKILL");
    expect((await store.query("select 1 from members where id = 1")).rowCount).toBe(1);
    expect((await store.query("select 1 from posts where member = 1")).rowCount).toBe(0);
    await store.query(
      "insert into posts values (1, 1, null, 'post 1', decode('0001', 'hex'), array['a,b', '1'])",
    );
    const put = (await readdir(bundle(request))).filter((name) => name.endsWith("-put.sealed"));
    expect(put).toHaveLength(1);
    if (!kept) for (const name of put) await rm(join(bundle(request), name));
    const done = await restore(request, key);
    const { results } = JSON.parse(done.out);
    // Where nobody can say, a row that is as it was is taken for one that came back.
    expect(results.filter((r: { result: string }) => r.result === "stays_erased")).toEqual(
      kept
        ? [
            {
              ...{ store: "app", collection: "posts", result: "stays_erased", rows: 1 },
              reason: "a row with this key is there again; it is newer and stays",
            },
          ]
        : [],
    );
    expect(done.code).toBe(kept ? 1 : 0);
    expect(await world()).toEqual(before);
  });
