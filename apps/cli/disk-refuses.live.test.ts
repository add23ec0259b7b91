/**
 * The disk of Avow's home takes nothing (full, for reading only, something in the way) while a request is carried out: nothing goes that could
 * not be kept, the request says so and stays open, and goes on when there is room.
 */
import { mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { must } from "@avow/core/terms/assert";
import { DiskRefused } from "@avow/runtime/disk/refused";
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { type Desk, workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { forgetRecords, removeOutdated } from "@avow/runtime/requests/desk/retire";
import { restoreRequest } from "@avow/runtime/requests/grace/restore";
import { endWindows } from "@avow/runtime/requests/grace/window";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import { startRequestWorker } from "@avow/worker/requests";
import { afterAll, beforeAll, beforeEach, expect, inject, onTestFinished, test } from "vitest";
import { MAP, POLICY, RESET, rowOf, worldOf } from "./commands/request/testing/club.ts";
import { until } from "./commands/worker/testbed.ts";
import { openedDesk } from "./testing/opened-desk.ts";
import { runningCli } from "./testing/run.ts";
import { type Service, startService } from "./testing/service.ts";

let service: Service;
let opened: OpenDesk;
let desk: Desk;

beforeAll(async () => {
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "club", policy: POLICY, map: MAP, settings: "grace: P14D\n" },
  });
  await service.store.query(RESET);
  const bound = await runningCli(service, ["bind", "--yes"]);
  expect(bound.code, bound.err).toBe(0);
  opened = await openedDesk(service);
  ({ desk } = opened);
});
afterAll(async () => {
  await opened.service.close();
  await service.close();
});
beforeEach(async () => {
  await service.store.query(RESET);
  await service.own.query("truncate requests cascade");
  for (const name of ["undo", "archives"]) await rm(home(name), { recursive: true, force: true });
});

const home = (name: string): string => join(service.folder, ".avow", name);
const world = () => worldOf(service);
const stepsOf = async (id: string): Promise<string[]> =>
  (
    await service.own.query(
      "select phase || ' ' || state || ' ' || coalesce(rows, -1) as step from request_steps where request = $1 order by id",
      [id],
    )
  ).rows.map((r) => r.step);

async function asked(member = "1"): Promise<{ readonly id: string; readonly secret: string }> {
  const key = oneWayKey();
  const identities = [{ namespace: "member", value: member }];
  const given = { undoKey: key.publicKey, enqueue: async () => {} };
  const { id } = await openRequest(desk, { right: "erase", identities, via: "app", ...given });
  return { id, secret: key.secret };
}

/** Something lies where the parts of the next steps are to be. */
async function inTheWay(id: string, part: "before" | "after"): Promise<readonly string[]> {
  const { rows } = await service.own.query(
    "select nextval(pg_get_serial_sequence('request_steps', 'id'))::int as id",
  );
  const paths = [1, 2, 3, 4].map((n) => join(home("undo"), id, `${rows[0].id + n}-${part}.sealed`));
  for (const path of paths) await mkdir(join(path, "in the way"), { recursive: true });
  return paths;
}

const erase = async (id: string) => {
  const ran = await workOn(desk, id, { approve: async () => true, approver: "test" });
  if (ran.busy) throw new Error("nobody else has it");
  return ran.outcome;
};

const HOME = "the disk of Avow's home";
const REFUSED = /the disk of Avow's home took nothing \(E[A-Z]+\): see that it has room/;

test("what can not be kept for the person does not go; it goes when there is room, and all of it comes back", async () => {
  const before = await world();
  const { id, secret } = await asked();
  const paths = await inTheWay(id, "before");
  const outcome = await erase(id);
  expect(outcome.state).toBe("not_done");
  const why = outcome.results.filter((r) => r.result === "failed");
  expect(why.map((r) => `${r.collection} ${r.rows}`).sort()).toEqual(["notes 2", "posts 3000"]);
  for (const line of why) expect(line.reason).toMatch(REFUSED);
  expect(await world()).toEqual(before);
  expect(await rowOf(service, id)).toMatchObject({
    state: "not_done",
    tries: 1,
    next_try_at: expect.any(Date),
  });
  expect(new Set(await stepsOf(id))).toEqual(new Set(["dependents failed 0"]));
  for (const path of paths) await rm(path, { recursive: true });
  expect(await erase(id)).toMatchObject({ state: "restricted" });
  const back = await restoreRequest(desk, id, { secret, approve: async () => true });
  expect(back).toMatchObject({ ok: true, outcome: { state: "restored" } });
  expect(await world()).toEqual(before);
});

test("masked, and what that left could not be written down: the request stays open, goes on, and all of it comes back", async () => {
  const before = await world();
  const { id, secret } = await asked();
  const paths = await inTheWay(id, "after");
  const outcome = await erase(id);
  expect(outcome).toMatchObject({ state: "not_done", notes: [expect.stringMatching(REFUSED)] });
  expect(await rowOf(service, id)).toMatchObject({
    state: "not_done",
    tries: 1,
    next_try_at: expect.any(Date),
  });
  for (const path of paths) await rm(path, { recursive: true });
  expect(await erase(id)).toMatchObject({ state: "restricted" });
  const back = await restoreRequest(desk, id, { secret, approve: async () => true });
  expect(back).toMatchObject({ ok: true, outcome: { state: "restored" } });
  expect(await world()).toEqual(before);
});

test.each(["the folder of archives", "the archive's own place"])(
  "an archive that can not be written is no archive: %s is taken by something else",
  async (place) => {
    const identities = [{ namespace: "member", value: "1" }];
    const { id } = await openRequest(desk, {
      ...{ right: "access", identities, via: "app", enqueue: async () => {} },
    });
    const path =
      place === "the folder of archives" ? home("archives") : join(home("archives"), `${id}.sealed`);
    if (place === "the folder of archives") await writeFile(path, "in the way");
    else await mkdir(join(path, "in the way"), { recursive: true });
    const access = async () => {
      const draft = desk.archives.draft(id);
      const ran = await workOn(desk, id, {
        ...{ approve: async () => true, approver: "rule", archiveWaits: true, deliver: () => draft.keep() },
        archive: { head: archiveHead(desk, "your data"), writable: draft.writable },
      }).finally(() => draft.drop());
      return ran.busy ? null : ran.outcome;
    };
    expect(await access()).toMatchObject({ state: "not_done", notes: [expect.stringMatching(REFUSED)] });
    expect(await rowOf(service, id)).toMatchObject({
      ...{ state: "not_done", tries: 1, next_try_at: expect.any(Date), closed_at: null, archive_until: null },
    });
    await rm(path, { recursive: true });
    expect(await access()).toMatchObject({ state: "closed" });
    expect(await readdir(home("archives"))).toEqual([`${id}.sealed`]);
  },
);

/** A closed request for access whose archive waits. */
async function archived(member: string): Promise<string> {
  const identities = [{ namespace: "member", value: member }];
  const { id } = await openRequest(desk, {
    ...{ right: "access", identities, via: "app", enqueue: async () => {} },
  });
  const draft = desk.archives.draft(id);
  const ran = await workOn(desk, id, {
    ...{ approve: async () => true, approver: "rule", archiveWaits: true, deliver: () => draft.keep() },
    archive: { head: archiveHead(desk, "your data"), writable: draft.writable },
  });
  expect(ran).toMatchObject({ outcome: { state: "closed" } });
  return id;
}

/** Something else stands where a folder of Avow's home was. Gives what puts it back. */
async function replaced(name: string): Promise<() => Promise<void>> {
  const aside = `${home(name)}-aside`;
  await rename(home(name), aside);
  await writeFile(home(name), "in the way");
  return async () => {
    await rm(home(name));
    await rename(aside, home(name));
  };
}

test("a bundle that can not be removed: its window ends later, and holds up no other command until then", async () => {
  const { id } = await asked();
  expect(await erase(id)).toMatchObject({ state: "restricted" });
  await service.own.query("update requests set grace_until = now() - interval '1 minute' where id = $1", [
    id,
  ]);
  const putBack = await replaced("undo");
  const listed = await runningCli(service, ["request", "list", "--json"]);
  await putBack();
  expect(listed.code, listed.err).toBe(0);
  expect(listed.err).toMatch(/can not be ended yet: the disk of Avow's home took nothing \(ENOTDIR\)/);
  expect(listed.err).not.toMatch(/\n {4}at /);
  expect(await rowOf(service, id)).toMatchObject({ state: "restricted", closed_at: null });
  expect(await readdir(home("undo"))).toEqual([id]);
  expect(await endWindows(desk)).toBe(1);
  expect(await rowOf(service, id)).toMatchObject({ state: "closed" });
  expect(await readdir(home("undo"))).toEqual([]);
}, 240_000);

test("an archive that can not be removed: the erasure has ended all the same, says so, and the archive goes later", async () => {
  const access = await archived("1");
  const { id } = await asked();
  const putBack = await replaced("archives");
  const outcome = await erase(id);
  await putBack();
  expect(outcome).toMatchObject({
    state: "restricted",
    notes: [
      expect.stringMatching(/^sealed files of what has ended are still there, .*took nothing \(ENOTDIR\)/),
    ],
  });
  expect(await readdir(home("archives"))).toEqual([`${access}.sealed`]);
  await removeOutdated(desk);
  expect(await readdir(home("archives"))).toEqual([]);
});

test("an archive that can not be removed holds up no other, no window and no record; the worker says so once, and removes it later", async () => {
  const [stuck, old] = [await archived("1"), await archived("2")];
  const forgotten = await archived("2");
  const { id: first } = await asked("1");
  const { id: second } = await asked("2");
  for (const id of [first, second]) expect(await erase(id)).toMatchObject({ state: "restricted" });
  const set = (what: string, id: string) =>
    service.own.query(`update requests set ${what} where id = $1`, [id]);
  await set("archive_until = now() - interval '1 minute'", old);
  await set("closed_at = closed_at - interval '30 years'", forgotten);
  await set("grace_until = now() - interval '1 minute'", first);
  // The erasure took its archive away. Something is in its place that `rm` refuses.
  await set("archive_until = now() - interval '1 day'", stuck);
  const path = join(home("archives"), `${stuck}.sealed`);
  await mkdir(join(path, "in the way"), { recursive: true });
  for (const id of [old, forgotten]) await writeFile(join(home("archives"), `${id}.sealed`), "sealed");

  const log: string[] = [];
  const worker = await startRequestWorker(desk, {
    ...{ jobs: await opened.service.jobs(), concurrency: 1, onLog: (line) => void log.push(line) },
  });
  onTestFinished(() => worker.stop());
  const closed = (id: string) => async () => (await rowOf(service, id))?.state === "closed";
  const left = () => readdir(home("archives"));
  await until(closed(first));
  await until(async () => (await rowOf(service, forgotten)) === undefined);
  expect(await left()).toEqual([`${stuck}.sealed`]);
  expect(await rowOf(service, old)).toMatchObject({ archive_until: null });
  expect(await rowOf(service, stuck)).toMatchObject({ archive_until: expect.any(Date) });
  // Of the next rounds, in which it is refused again, only what is new is said.
  await set("grace_until = now() - interval '1 minute'", second);
  await until(closed(second));
  await rm(path, { recursive: true });
  await until(() => log.includes("archives that have run out: all is done again"));
  expect(await rowOf(service, stuck)).toMatchObject({ archive_until: null });
  expect(log.filter((line) => line.startsWith("archives that have run out"))).toEqual([
    `archives that have run out: the disk of Avow's home took nothing (ERR_FS_EISDIR): see that it has room and can be written to (the archive of the request ${stuck}); the rest goes on, trying again`,
    "archives that have run out: all is done again",
  ]);
});

/** The same desk, and how often its stores were asked how far an erasure went. */
function reachesOf(some: Desk): readonly [desk: Desk, count: () => number] {
  let asked = 0;
  const stores = Object.fromEntries(
    Object.entries(some.estate.stores).map(([name, store]) => [
      name,
      {
        ...store,
        eraser: {
          ...store.eraser,
          reached: (query: Parameters<NonNullable<typeof store.eraser.reached>>[0]) => {
            asked += 1;
            return must(store.eraser.reached, "this store can tell")(query);
          },
        },
      },
    ]),
  );
  return [{ ...some, estate: { ...some.estate, stores } }, () => asked];
}

test("of several bundles and records one that the disk does not give up stays alone", async () => {
  const [{ id: stuck }, { id: other }] = [await asked("1"), await asked("2")];
  for (const id of [stuck, other]) await erase(id);
  await service.own.query("update requests set grace_until = now() - interval '1 minute'");
  // As a mount or somebody's rights do: the one can not be removed, and neither can be read what is in it.
  const refusing = (what: "bundles" | "archives"): Desk => ({
    ...desk,
    [what]: {
      ...desk[what],
      remove: (id: string) =>
        id === stuck ? Promise.reject(new DiskRefused(HOME, "EROFS")) : desk[what].remove(id),
    },
  });
  const [shop, reaches] = reachesOf(refusing("bundles"));
  const stopped = AbortSignal.abort();
  expect(await endWindows(shop, { stop: stopped })).toBe(0);
  await expect(endWindows(shop)).rejects.toThrow(`(the bundle of the request ${stuck})`);
  // In each round again, the stores would clean up for a window that can not end.
  expect(reaches()).toBe(1);
  expect(await rowOf(service, stuck)).toMatchObject({ state: "restricted" });
  expect(await rowOf(service, other)).toMatchObject({ state: "closed" });
  expect(await endWindows(desk)).toBe(1);
  await service.own.query("update requests set closed_at = closed_at - interval '30 years'");
  await expect(forgetRecords(refusing("archives"))).rejects.toThrow(`(what is left of the request ${stuck})`);
  expect((await service.own.query("select id from requests")).rows).toEqual([{ id: stuck }]);
  expect(await forgetRecords(desk)).toBe(1);
});

test("the command line says it in words, where the key is, and the same command goes on", async () => {
  await writeFile(home("undo"), "in the way");
  const command = ["request", "erase", "--person", "email=ada@example.org", "--yes", "--json"];
  const refused = await runningCli(service, command);
  expect(refused.code, refused.err).toBe(1);
  expect(refused.err).not.toContain(" at ");
  expect(JSON.parse(refused.out)).toMatchObject({
    state: "not_done",
    undoKey: expect.any(String),
    results: expect.arrayContaining([
      expect.objectContaining({
        collection: "posts",
        result: "failed",
        reason: expect.stringMatching(REFUSED),
      }),
    ]),
  });
  await rm(home("undo"));
  const done = await runningCli(service, command);
  expect(done.code, done.err).toBe(0);
  expect(JSON.parse(done.out)).toMatchObject({ state: "restricted" });
}, 240_000);
