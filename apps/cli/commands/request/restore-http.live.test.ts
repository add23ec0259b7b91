/** An erasure under grace taken back by the host application: with the service's word and the person's key, followed at the request's address. */
import { readFile, rm } from "node:fs/promises";
import { must } from "@avow/core/terms/assert";
import { errorAt, type Issue } from "@avow/core/terms/issue";
import { logView } from "@avow/runtime/ledger/serve";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { oneWayKey } from "@avow/runtime/vault/one-way";
import { createServer } from "@avow/server/server";
import { afterAll, beforeAll, beforeEach, expect, inject, test, vi } from "vitest";
import { openedDesk } from "../../testing/opened-desk.ts";
import { crashingCli, runningCli } from "../../testing/run.ts";
import { type Service, startService } from "../../testing/service.ts";
import { MAP, POLICY, RESET } from "./testing/club.ts";

// Each calls the command line several times: processes that start slowly where the machine has other work.
vi.setConfig({ testTimeout: 900_000 });

let service: Service;
let opened: OpenDesk;
let api: ReturnType<typeof createServer>;
const logged: string[] = [];
/** What a test waits for: the next line of the operator's log. */
let said = Promise.withResolvers<string>();
/** What the store's acts wait for. */
let gate: Promise<unknown> = Promise.resolve();
/** What the store is said to take no changes by. */
let unwritable: readonly Issue[] = [];
/** Resolved when an act has come to the gate. */
let atGate = Promise.withResolvers<void>();

beforeAll(async () => {
  service = await startService({
    ...{ server: inject("postgresUrl"), name: "club", policy: POLICY, map: MAP, settings: "grace: P14D\n" },
  });
  await service.store.query(RESET);
  opened = await openedDesk(service);
  const { desk } = opened;
  const app = must(desk.estate.stores["app"], "the store is bound");
  const { eraser } = app;
  const slow: typeof eraser = {
    ...eraser,
    async mutate(mutations) {
      atGate.resolve();
      await gate;
      return eraser.mutate(mutations);
    },
  };
  const estate = { ...desk.estate, stores: { app: { ...app, eraser: slow } } };
  api = createServer({
    ...{
      service: "club",
      token: "word",
      desk: { ...desk, estate, unwritable: async () => unwritable },
      enqueue: async () => {},
    },
    board: () => {
      throw new Error("nobody asks for the board");
    },
    log: logView(opened.service.db, opened.service.ledger.place),
    receipt: async () => null,
    verifier: async () => "",
    onLog: (line) => {
      logged.push(line);
      said.resolve(line);
    },
  });
});
afterAll(async () => {
  await opened.service.close();
  await service.close();
});
beforeEach(async () => {
  await service.store.query(RESET);
});

async function world(): Promise<unknown> {
  const rows: unknown[] = [];
  for (const table of ["members", "posts", "notes"])
    rows.push(...(await service.store.query(`select t::text as row from ${table} t order by id`)).rows);
  return rows;
}

async function erased(): Promise<{ request: string; undoKey: string; file: string }> {
  const args = ["request", "erase", "--person", "email=ada@example.org", "--yes", "--json"];
  const said = JSON.parse((await runningCli(service, args)).out);
  expect(said.state).toBe("restricted");
  const undoKey = (await readFile(said.undoKey, "utf8")).trim();
  return { request: said.request, undoKey, file: said.undoKey };
}

async function call(id: string, payload?: unknown, { token = "word", prefer = "" } = {}) {
  const url = `/api/v1/services/club/requests/${id}`;
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", prefer };
  const {
    statusCode,
    body,
    headers: got,
  } = await (payload === undefined
    ? api.inject({ url, headers })
    : api.inject({ method: "POST", url: `${url}/restore`, headers, payload: JSON.stringify(payload) }));
  return { ...JSON.parse(body), status: statusCode, location: got["location"] };
}

test("with the service's word and the person's key, as often as it takes", async () => {
  const before = await world();
  const { request, undoKey, file } = await erased();
  expect(await call(request, { undoKey }, { token: "guess" })).toMatchObject({ status: 401 });
  expect(await call(request, { key: undoKey })).toMatchObject({ status: 400 });
  const unknown = "00000000-0000-4000-8000-000000000000";
  expect(await call(unknown, { undoKey })).toMatchObject({ status: 404 });
  const strange = { undoKey: oneWayKey().secret };
  for (const prefer of ["", "respond-async"])
    expect(await call(request, strange, { prefer })).toMatchObject({
      ...{ status: 403, detail: "this is not the key of this request" },
    });
  for (const prefer of ["", "respond-async"])
    expect(await call(request, { undoKey, dryRun: true }, { prefer })).toMatchObject({
      ...{ status: 200, state: "planned" },
    });
  expect(await call(request)).toMatchObject({ state: "restricted", notes: [] });
  expect(await world()).not.toEqual(before);
  expect(await call(request, { undoKey })).toMatchObject({ status: 200, request, state: "restored" });
  expect(await world()).toEqual(before);
  expect(await call(request)).toMatchObject({ state: "restored", closedAt: expect.any(String) });
  expect(await call(request, { undoKey })).toMatchObject({ status: 409 });
  await rm(file);
});

test("while a store takes no changes nothing begins: 503 at once, and sent again it is done", async () => {
  const before = await world();
  const { request, undoKey, file } = await erased();
  const place = { file: "avow.yaml", line: 1, column: 1 };
  unwritable = [errorAt(place, { code: "erase-on-copy", message: "`app` takes no changes" })];
  try {
    for (const prefer of ["", "respond-async"])
      expect(await call(request, { undoKey }, { prefer })).toMatchObject({
        ...{ status: 503, title: "a store takes no changes" },
        detail: expect.stringContaining(
          "so nothing was changed: try again when it does: `app` takes no changes",
        ),
      });
    expect(await call(request, { undoKey, dryRun: true })).toMatchObject({ status: 200, state: "planned" });
    expect(await call(request)).toMatchObject({ state: "restricted", notes: [] });
  } finally {
    unwritable = [];
  }
  expect(await call(request, { undoKey })).toMatchObject({ status: 200, state: "restored" });
  expect(await world()).toEqual(before);
  await rm(file);
});

test("one that takes long is followed where the request is, and ends without whoever asked", async () => {
  const before = await world();
  const { request, undoKey, file } = await erased();
  const open = Promise.withResolvers<void>();
  gate = open.promise;
  atGate = Promise.withResolvers();
  said = Promise.withResolvers();
  try {
    const begun = await call(request, { undoKey }, { prefer: "respond-async" });
    const location = `/api/v1/services/club/requests/${request}`;
    expect(begun).toMatchObject({ status: 202, request, state: "restoring", location });
    await atGate.promise;
    expect(await call(request)).toMatchObject({ state: "restoring", closedAt: null });
    expect(await call(request, { undoKey })).toMatchObject({
      status: 409,
      title: "somebody is working on it",
    });
    const { out } = await runningCli(service, ["request", "list"]);
    expect(out).toContain("being restored, restricted until");
  } finally {
    open.resolve();
  }
  expect(await said.promise).toBe(`restore of ${request}: restored`);
  expect(await call(request)).toMatchObject({ state: "restored", closedAt: expect.any(String) });
  expect(await world()).toEqual(before);
  expect(logged).toHaveLength(1);
  await rm(file);
});

test("one that was cut short says so to whoever follows it, and goes on with the key", async () => {
  const before = await world();
  const { request, undoKey, file } = await erased();
  const args = ["request", "restore", request, "--key", file, "--yes", "--json"];
  expect((await crashingCli(service, "acted", args)).signal).toBe("SIGKILL");
  expect(await call(request)).toMatchObject({
    ...{ state: "restricted", restrictedUntil: expect.any(String) },
    notes: [expect.stringContaining("stopped before its end: send the key again")],
  });
  expect(await call(request, { undoKey })).toMatchObject({ status: 200, state: "restored" });
  expect(await world()).toEqual(before);
  await rm(file);
});
