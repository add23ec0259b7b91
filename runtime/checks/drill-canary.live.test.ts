/** Whom a drill invented is taken away, in Avow's own database and at a service that lets people in and go as it is told. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { connector } from "@avow/connector-postgres/connector";
import { kinds } from "@avow/core/commitments/index";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { POLICY } from "@avow/provision/club";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Connector } from "../connector-kit/contract.ts";
import { type Ledger, openLedger } from "../ledger/ledger.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { createSealer } from "../vault/seal.ts";
import { leftCanaries, runDrill } from "./drill.ts";
import type { DrillAdapter } from "./drill-adapter.ts";
import { type CanaryBook, cleanUp, record, remember, sweep } from "./drill-canary.ts";

let own: FreshDatabase;
let db: Database;
let home: string;
let evidence: Ledger;
const now = (): Date => new Date();
const sealer = createSealer(new Uint8Array(32));
const policy = must(
  compilePolicy({ file: "policy.md", text: POLICY, lock: null, kinds }).value,
  "it compiles",
);

beforeAll(async () => {
  own = await freshDatabase(inject("postgresUrl"), "canary_own");
  db = await openDatabase(own.url);
  home = await mkdtemp(join(tmpdir(), "avow-canary-"));
  const seals = { installation: sealer, under: createSealer };
  evidence = await openLedger({ db, seals, home, log: "club", now });
});
afterAll(async () => {
  await db?.destroy();
  await own?.drop();
  await rm(home, { recursive: true });
});
beforeEach(async () => {
  accounts.clear();
  asked.length = 0;
  said.length = 0;
  await db.deleteFrom("drills").execute();
});

/** Who has an account; a session is the token, with what it is worth. */
const accounts = new Set<string>();
const asked: string[] = [];
const said: string[] = [];

interface Pass {
  readonly token: string;
  readonly holds: boolean;
}

function service(change: Partial<DrillAdapter<Pass>> = {}): DrillAdapter {
  const adapter: DrillAdapter<Pass> = {
    async signUp(_base, { token }) {
      accounts.add(token);
      return { identities: {}, session: { token, holds: true } };
    },
    async signIn(_base, { token }) {
      asked.push(token);
      return accounts.has(token) ? { token, holds: true } : null;
    },
    async cleanup(_base, { token, holds }) {
      if (holds) accounts.delete(token);
    },
    populate: async () => undefined,
    requestRight: async () => "",
    status: async () => "closed",
    archive: async () => null,
    ...change,
  };
  return {
    ...adapter,
    // What is written down between two acts is JSON.
    cleanup: (base, session) => adapter.cleanup(base, JSON.parse(JSON.stringify(session))),
    populate: async () => undefined,
    requestRight: async () => "",
    status: async () => "closed",
    archive: async () => null,
    warnings: async () => [],
  };
}

const bookOf = (change: Partial<DrillAdapter<Pass>> = {}, minutesLater = 0): CanaryBook => ({
  ...{ service: "club", adapter: service(change), base: "", db, sealer, evidence },
  basisOf: () => ({ plan: "", adapter: "", policy: "", proves: [] }),
  now: () => new Date(Date.now() + minutesLater * 60_000),
  left: async (token) => [...accounts].filter((a) => a.startsWith(token)),
  onStep: (text) => said.push(text),
});
const soon = (): number => performance.now() + 20_000;

test("whom nobody asked a service to let in is not waited for; whom somebody did, is", async () => {
  const book = bookOf();
  const ids = await record(book, ["complain", "access"], { token: "canarya" });
  expect(await leftCanaries(db, "club")).toBe(2);
  expect([await sweep(book, 0), asked]).toEqual([0, []]);
  expect(await leftCanaries(db, "club")).toBe(0);
  await remember(book, ids, { token: "canarya", session: null, asked: true });
  expect([await sweep(book, 0), said.at(-1)]).toEqual([
    1,
    expect.stringContaining("may still be signing up"),
  ]);
  expect(await sweep(bookOf({}, 11), 0)).toBe(0);
});

test("what an earlier version wrote down does not say, and so it is waited for", async () => {
  const book = bookOf();
  const ids = await record(book, ["access"], { token: "canaryb" });
  await remember(book, ids, { token: "canaryb", session: null });
  expect([await sweep(book, 0), asked]).toEqual([1, ["canaryb"]]);
});

test("a further canary that may still come is waited for, too, and goes when it has come", async () => {
  const book = bookOf();
  await record(book, ["minors"], { token: "canaryc", also: ["canarycchild"] });
  expect([await sweep(book, 0), asked]).toEqual([1, ["canarycchild"]]);
  accounts.add("canarycchild");
  expect([await sweep(book, 0), accounts.size]).toEqual([0, 0]);
});

test("a service that takes a moment to let somebody go is waited for; one that does not, is not for ever", async () => {
  const slow = async (_base: string, { token }: Pass): Promise<void> => {
    void setTimeout(400).then(() => accounts.delete(token));
  };
  accounts.add("canaryd");
  const left = { ids: [], startedAt: now() };
  const recorded = { token: "canaryd", session: { token: "canaryd", holds: true } };
  expect(await cleanUp(bookOf({ cleanup: slow }), { ...left, recorded }, soon())).toBe(true);
  accounts.add("canaryd");
  const never = bookOf({ cleanup: async () => undefined });
  expect(await cleanUp(never, { ...left, recorded }, performance.now() + 400)).toBe(false);
  expect(said).toEqual([
    "the canary is not known to be gone (it still lies in canaryd); the next drill or worker looks again",
  ]);
});

test("whose session has ended since it was written down is signed in anew, and goes", async () => {
  const book = bookOf();
  accounts.add("canarye");
  const ids = await record(book, ["access"], { token: "canarye" });
  await remember(book, ids, { token: "canarye", session: { token: "canarye", holds: false }, asked: true });
  expect([await sweep(book, 0), asked, accounts.size]).toEqual([0, ["canarye"], 0]);
  const strict = bookOf({
    async cleanup(_base, { token, holds }) {
      if (!holds) throw new Error("the service answered `401`");
      accounts.delete(token);
    },
  });
  for (const there of [["canarye"], []]) {
    for (const token of there) accounts.add(token);
    await remember(strict, ids, {
      token: "canarye",
      session: { token: "canarye", holds: false },
      asked: true,
    });
    expect([await sweep(strict, 0), accounts.size]).toEqual([0, 0]);
  }
});

test("a session that ended quietly is noticed while there is time left, also where a service takes a moment", async () => {
  const book = bookOf({
    async cleanup(_base, { token, holds }) {
      if (holds) void setTimeout(400).then(() => accounts.delete(token));
    },
  });
  accounts.add("canaryf");
  const recorded = { token: "canaryf", session: { token: "canaryf", holds: false } };
  expect(await cleanUp(book, { recorded, ids: [], startedAt: now() }, soon())).toBe(true);
  expect([asked, said]).toEqual([["canaryf"], []]);
});

test("whom a service lets in no more, and takes its time to take away, is waited for", async () => {
  const book = bookOf({
    async signIn(_base, { token }) {
      asked.push(token);
      throw new Error("the service answered `403`");
    },
    cleanup: async (_base, { token }) => void setTimeout(3_000).then(() => accounts.delete(token)),
  });
  accounts.add("canaryg");
  const recorded = { token: "canaryg", session: { token: "canaryg", holds: true } };
  expect(await cleanUp(book, { recorded, ids: [], startedAt: now() }, soon())).toBe(true);
  expect(said).toEqual([]);
});

/** Longer than a test may take. */
const NEVER_MS = 600_000;

test("whoever stops a drill does not wait until a canary is gone, neither of this one nor of earlier ones", async () => {
  const ways: AbortController[] = [];
  const stopped = (isBefore: boolean): CanaryBook => {
    const stopping = new AbortController();
    ways.push(stopping);
    const cleanup = async (): Promise<void> => {
      if (isBefore) stopping.abort();
      else void setTimeout(50).then(() => stopping.abort());
    };
    return { ...bookOf({ cleanup }), signal: stopping.signal };
  };
  for (const isBefore of [true, false]) {
    accounts.add("canaryh");
    const recorded = { token: "canaryh", session: { token: "canaryh", holds: true } };
    const left = { recorded, ids: [], startedAt: now() };
    expect(await cleanUp(stopped(isBefore), left, performance.now() + NEVER_MS)).toBe(false);
  }
  for (const token of ["canaryh", "canaryi"]) {
    const book = bookOf();
    const ids = await record(book, ["access"], { token });
    await remember(book, ids, { token, session: { token, holds: true }, asked: true });
  }
  said.length = 0;
  expect(await sweep(stopped(true), performance.now() + NEVER_MS)).toBe(2);
  expect(said).toHaveLength(1);
  expect(ways.map((w) => w.signal.aborted)).toEqual([true, true, true]);
});

test("a drill that is stopped while it waits has no result, failed nothing, and its canary is gone", async () => {
  const stopping = new AbortController();
  const status = async (): Promise<string> => {
    void setTimeout(20).then(() => stopping.abort());
    return "carried_out";
  };
  const fields = [{ name: "name", type: "text", nullable: true, generated: false }];
  const people = { name: "people", rowsEstimate: null, primaryKey: ["name"], uniques: [], foreignKeys: [] };
  const reader = Object.assign<Connector, Pick<Connector, "describe" | "search">>(Object.create(null), {
    describe: async () => ({ ok: true, value: { collections: [{ ...people, indexes: [], fields }] } }),
    search: async () => {
      const hits = [...accounts].map((value) => ({ field: "name", key: [value], value }));
      return { ok: true, value: { examined: 1, population: 1, partial: false, hits } };
    },
  });
  const adapter: DrillAdapter = { ...service(), status };
  const around = { adapter, readers: { app: reader }, waitMsMax: NEVER_MS, signal: stopping.signal };
  const all = { ...drillInput(), ...around };
  await expect(runDrill({ ...all, only: ["erase"] })).rejects.toMatchObject({ name: "AbortError" });
  const ended = await db.selectFrom("drills").select(["state", "sealed_canary"]).execute();
  expect(ended).toEqual([{ state: "stopped", sealed_canary: null }]);
  expect(accounts.size).toBe(0);
});

test("a stopped drill that left something under way at the service leaves the record of its canary to whoever comes next", async () => {
  const stopping = new AbortController();
  const populate = (): Promise<never> => {
    stopping.abort();
    return new Promise(() => undefined);
  };
  const adapter: DrillAdapter = { ...service(), populate };
  const all = { ...drillInput(), adapter, signal: stopping.signal };
  await expect(runDrill({ ...all, only: ["erase"] })).rejects.toMatchObject({ name: "AbortError" });
  expect(said.at(-1)).toContain("something may still be under way");
  expect([await leftCanaries(db, "club"), accounts.size]).toEqual([1, 0]);
  expect([await sweep(bookOf(), 0), await leftCanaries(db, "club")]).toEqual([0, 0]);
});

const drillInput = () => ({
  ...{ service: "club", base: "", db, sealer, evidence, policy, now, waitMsMax: 5_000 },
  ...{ map: { stores: [], hash: "" }, readers: {}, planBasis: "", adapterBasis: "" },
  onStep: (text: string) => void said.push(text),
});

test("a drill without an account asks for none, and one with it lets it go", async () => {
  const input = drillInput();
  const adapter = { ...service(), authority: async () => "" };
  const apart = await runDrill({ ...input, adapter, only: ["complain"] });
  expect([apart, asked]).toMatchObject([{ busy: false, results: [{ right: "complain" }] }, []]);
  const staying = await runDrill({ ...input, adapter, only: ["warned"] });
  expect(staying).toMatchObject({ busy: false, results: [{ right: "warned" }] });
  expect([await leftCanaries(db, "club"), accounts.size]).toEqual([0, 0]);
  expect(said.join()).not.toContain("not known to be gone");
});

test("a canary of an earlier drill that can not go costs a later one a moment, and one that is stopped nothing", async () => {
  await using stack = new AsyncDisposableStack();
  const app = await freshDatabase(inject("postgresUrl"), "canary_app");
  stack.defer(() => app.drop());
  const client = new pg.Client({ connectionString: app.url });
  await client.connect();
  await client.query("create table people (name text); insert into people values ('canaryj')");
  await client.end();
  const reader = connector.open({ url: app.url, access: "read", statementTimeoutMs: 30_000 });
  stack.defer(() => reader.close());
  const ids = await record(bookOf(), ["access"], { token: "canaryj" });
  const session = { token: "canaryj", holds: true };
  await remember(bookOf(), ids, { token: "canaryj", session, asked: true });
  const patient = { ...drillInput(), readers: { app: reader }, waitMsMax: NEVER_MS };
  const adapter = { ...service(), authority: async () => "" };
  const later = await runDrill({ ...patient, adapter, only: ["complain"] });
  expect([later, said]).toMatchObject([
    { busy: false, results: [{ right: "complain" }] },
    [expect.stringContaining("it still lies in app.people.name")],
  ]);
  const begun = await db.selectFrom("drills").select("id").execute();
  const stopping = new AbortController();
  const stopped = { ...service({ cleanup: async () => stopping.abort() }), authority: async () => "" };
  const all = { ...patient, adapter: stopped, signal: stopping.signal };
  await expect(runDrill(all)).rejects.toThrow("aborted");
  expect(await db.selectFrom("drills").select("id").execute()).toHaveLength(begun.length);
  expect([await leftCanaries(db, "club"), accounts.size]).toEqual([1, 0]);
});
