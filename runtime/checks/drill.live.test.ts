/** A small service of our own, on a real database, that can be told what to do wrong. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connector } from "@avow/connector-postgres/connector";
import { kinds } from "@avow/core/commitments/index";
import type { Reading } from "@avow/core/commitments/proof";
import { readStoreMap } from "@avow/core/datamap/read";
import { compilePolicy } from "@avow/core/policy/compile";
import { must } from "@avow/core/terms/assert";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import { TextReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import type { Connector } from "../connector-kit/contract.ts";
import { type Ledger, openLedger } from "../ledger/ledger.ts";
import { type TailEntry, tail } from "../ledger/tail.ts";
import { type Database, openDatabase } from "../store/database.ts";
import { createSealer } from "../vault/seal.ts";
import { databaseHistory } from "./db-history.ts";
import { type Drilled, type DrillInput, isAway, leftCanaries, runDrill, sweepDrills } from "./drill.ts";
import type { DrillAdapter } from "./drill-adapter.ts";
import { drillBasis } from "./drill-basis.ts";
import { record, remember } from "./drill-canary.ts";
import { spokenFor } from "./measures/drill.ts";

const MAP = `store: app
connector: postgres
collections:
  people:
    class: account
    key: [id]
    person: { email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, ledger: user.financial }
    erase: { keep: books, mask: { email: "null", name: "null" } }
  notes:
    class: note
    owner: author -> people.id
    fields: { author: user.unique_id, body: user.content }
    erase: delete
`;
const store = must(readStoreMap({ file: "app.yaml", text: MAP }).value, "the map is sound");
const map = { stores: [store], hash: "" };
const POLICY =
  "---\nservice: notes\nversion: 1\neffective: 2025-01-01\nlocale: en\ncontroller: { name: Notes }\n---\n# Privacy\n\nNo children.\n\n```commit\n- id: none\n  minors: refused\n  under: 13\n```\n";
const compiled = compilePolicy({ file: "policy.md", text: POLICY, lock: null, kinds });
const policy = must(compiled.value, JSON.stringify(compiled.issues));

let app: FreshDatabase;
let own: FreshDatabase;
let db: Database;
let client: pg.Client;
let reader: Connector;
let home: string;
let evidence: Ledger;

beforeAll(async () => {
  const admin = inject("postgresUrl");
  app = await freshDatabase(admin, "drill_app");
  own = await freshDatabase(admin, "drill_own");
  db = await openDatabase(own.url);
  home = await mkdtemp(join(tmpdir(), "avow-drill-"));
  const seals = { installation: createSealer(new Uint8Array(32)), under: createSealer };
  evidence = await openLedger({ db, seals, home, log: "notes", now: () => new Date() });
  client = new pg.Client({ connectionString: app.url });
  await client.connect();
  reader = connector.open({ url: app.url, access: "read", statementTimeoutMs: 30_000 });
});
afterAll(async () => {
  await reader?.close();
  await client?.end();
  await db?.destroy();
  await app?.drop();
  await own?.drop();
  await rm(home, { recursive: true });
});
beforeEach(async () => {
  await client.query(`
    drop table if exists notes, people;
    create table people (id int primary key, email text unique, name text, ledger text);
    create table notes (author int, body text);
    insert into people values (1, 'ada@example.org', 'Ada', 'paid');
    insert into notes values (1, 'not the canary''s')`);
  await db.deleteFrom("drills").execute();
});

const away = (): never => {
  throw new TypeError("fetch failed");
};

/** The session is the canary's id. */
function service(change: Partial<DrillAdapter<number>> = {}): DrillAdapter {
  const archiveOf = async (id: number): Promise<Uint8Array> => {
    const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
    for (const [name, key] of [
      ["people", "id"],
      ["notes", "author"],
    ] as const) {
      const { rows } = await client.query(`select * from ${name} where ${key} = $1`, [id]);
      await zip.add(`data/app.${name}.json`, new TextReader(JSON.stringify(rows)));
    }
    return zip.close();
  };
  const erase = async (id: number): Promise<void> => {
    await client.query("delete from notes where author = $1", [id]);
    await client.query("update people set email = null, name = null where id = $1", [id]);
  };
  const adapter: DrillAdapter<number> = {
    async signUp(_base, { token }) {
      await client.query("insert into people values (2, $1, $2, 'nothing')", [
        `${token}@canary.example`,
        token,
      ]);
      return { identities: { email: `${token}@canary.example` }, session: 2 };
    },
    async signIn(_base, { token }) {
      const { rows } = await client.query("select id from people where name = $1", [token]);
      return rows[0]?.id ?? null;
    },
    async populate(_base, id, { token }) {
      await client.query("insert into notes values ($1, $2)", [id, `by ${token}`]);
    },
    async requestRight(_base, id, right) {
      if (right === "erase") await erase(id);
      return right;
    },
    status: async () => "closed",
    archive: (_base, id) => archiveOf(id),
    cleanup: (_base, id) => erase(id),
    ...change,
  };
  // What the drill keeps between two acts is JSON, as after a restart.
  const idOf = (session: unknown): number => Number(session);
  return {
    ...adapter,
    populate: (base, session, canary) => adapter.populate(base, idOf(session), canary),
    requestRight: (base, session, right) => adapter.requestRight(base, idOf(session), right),
    status: (base, session, request) => adapter.status(base, idOf(session), request),
    archive: (base, session, request) => adapter.archive(base, idOf(session), request),
    cleanup: (base, session) => adapter.cleanup(base, idOf(session)),
  };
}

const input = (change: Partial<DrillAdapter<number>> = {}): DrillInput => ({
  service: "notes",
  map,
  policy,
  readers: { app: reader },
  adapter: service(change),
  base: "http://127.0.0.1:1",
  db,
  sealer: createSealer(new Uint8Array(32)),
  evidence,
  planBasis: "as it is",
  adapterBasis: "this one",
  now: () => new Date(),
  onStep: () => undefined,
  waitMsMax: 300,
});
const drill = (change: Partial<DrillAdapter<number>> = {}): Promise<Drilled> => runDrill(input(change));
const results = async (change: Partial<DrillAdapter<number>> = {}) => {
  const drilled = await drill(change);
  if (drilled.busy) throw new Error("nobody else drills here");
  return Object.fromEntries(drilled.results.map((r) => [r.right, r]));
};
const states = async (): Promise<string[]> =>
  (await db.selectFrom("drills").selectAll().orderBy("started_at").orderBy("right_name").execute()).map(
    (d) => `${d.right_name} ${d.state}${d.sealed_canary === null ? "" : ", canary known"}`,
  );
const history = (keep = true) =>
  databaseHistory({
    db,
    service: "notes",
    countRequests: async () => ({ open: 0, waiting: 0, overdue: 0, closed: 0 }),
    leaving: async () => null,
    held: async () => ({ ok: true, key: [], keys: [] }),
    keep,
  });
const basisOf = (
  drill: string,
  change: Partial<Pick<DrillInput, "planBasis" | "adapterBasis" | "policy">> = {},
) => {
  const { planBasis: plan, adapterBasis: adapter, policy, map, now } = { ...input(), ...change };
  return drillBasis(drill, { policy, map, now: now() }, { plan, adapter });
};
const last = (right: string, change: Parameters<typeof basisOf>[1] = {}) =>
  history().lastDrill(right, basisOf(right, change));
const canaries = async (): Promise<number> =>
  Number((await client.query("select count(*) as n from people where name like 'canary%'")).rows[0].n);

test("a service that does what it should passes, and nothing is left to clean up", async () => {
  expect(await results()).toMatchObject({
    access: { passed: true, detail: "the archive holds the traces of all 2 collections" },
    erase: { passed: true, detail: "nothing of the canary is left in any store" },
  });
  expect(await states()).toEqual(["access passed", "erase passed"]);
  expect((await client.query("select body from notes")).rows).toEqual([{ body: "not the canary's" }]);
});

/** What the log says of drills since it had so many entries. */
const loggedSince = async (size: number): Promise<Readonly<Record<string, unknown>>[]> => {
  await evidence.settle();
  // Those of one batch stand in any order.
  const said = ({ body }: TailEntry): string => `${String(body?.["event"])} ${String(body?.["tries"])}`;
  return (await tail(evidence, 10_000))
    .slice(size)
    .sort((a, b) => (said(a) < said(b) ? -1 : 1))
    .map(({ type, body }) => ({ type, ...body }));
};
const sizeNow = async (): Promise<number> => (await loggedSince(0)).length;

test("each drill is an entry before anybody signs up, when it ends and when its canary is gone; none names the canary", async () => {
  const before = await sizeNow();
  let tokens: string[] = [];
  const atSignUp: unknown[] = [];
  await drill({
    async signUp(base, canary) {
      tokens = [canary.token];
      atSignUp.push(...(await loggedSince(before)));
      return { ...(await service().signUp(base, canary)), session: 2 };
    },
    requestRight: async (_base, _id, right) => right,
  });
  expect(atSignUp).toMatchObject([
    { type: "check", event: "drill.begun", drills: [{ tries: "access" }, { tries: "erase" }] },
  ]);
  const rows = await db.selectFrom("drills").selectAll().orderBy("right_name").execute();
  const [access, erase] = rows.map((row) => row.id);
  const logged = await loggedSince(before);
  expect(logged.filter((e) => "tries" in e)).toEqual([
    { type: "check", event: "drill.ended", drill: access, tries: "access", state: "passed" },
    { type: "check", event: "drill.ended", drill: erase, tries: "erase", state: "failed" },
  ]);
  expect(logged).toContainEqual({ type: "check", event: "drill.cleaned_up", drills: [access, erase] });
  expect(logged).toHaveLength(4);
  expect(JSON.stringify(logged)).not.toContain(must(tokens[0], "somebody signed up"));
});

test("what the log can not say is not done: no canary signs up, and no drill ends", async () => {
  const away = () => db.schema.alterTable("ledger_outbox").renameTo("away").execute();
  const back = () => db.schema.alterTable("away").renameTo("ledger_outbox").execute();
  await away();
  await expect(drill()).rejects.toThrow();
  expect([await states(), await canaries()]).toEqual([[], 0]);
  await back();
  const cut = drill({
    populate: async () => {
      await away();
    },
  });
  await expect(cut).rejects.toThrow();
  await back();
  expect(await states()).toEqual(["access running, canary known", "erase running, canary known"]);
  const before = await sizeNow();
  expect(await sweepDrills(input())).toBe(0);
  expect((await loggedSince(before)).map((e) => [e["event"], e["state"]])).toEqual([
    ["drill.cleaned_up", undefined],
    ["drill.ended", "stopped"],
    ["drill.ended", "stopped"],
  ]);
});

test("what people do by hand is not asked of them for an invented person", async () => {
  const settled: string[] = [];
  let waits = true;
  const by = input({
    status: async () => (waits ? "requested" : "closed"),
  });
  const drilled = await runDrill({
    ...by,
    waitMsMax: 3000,
    byHand: async (request) => {
      settled.push(request);
      waits = false;
    },
  });
  expect(drilled).toMatchObject({ busy: false, results: [{ passed: true }, { passed: true }] });
  expect(settled).toEqual(["access"]);
});

test("what the map keeps may stay, and is named with its commitment; a masked field of the same row may not", async () => {
  const changing = (change: string): Partial<DrillAdapter<number>> => ({
    async populate(_base, id, { token }) {
      await client.query("insert into notes values ($1, $2)", [id, `by ${token}`]);
      await client.query("update people set ledger = name where id = $1", [id]);
    },
    async requestRight(_base, id, right) {
      if (right === "access") return right;
      await client.query("delete from notes where author = $1", [id]);
      await client.query(`update people set ${change}, email = null where id = $1`, [id]);
      return right;
    },
  });
  expect((await results(changing("name = null")))["erase"]).toMatchObject({
    passed: true,
    detail: "nothing of the canary is left in any store, but for what is kept: `app.people.ledger` (books)",
  });
  await client.query("delete from people where id = 2");
  expect((await results(changing("name = ledger")))["erase"]).toMatchObject({
    passed: false,
    detail: "traces are left in `app.people.name`",
  });
});

test("an erasure that leaves a row, an archive that lacks one, and one that is missing fail", async () => {
  const lazy = await results({
    requestRight: async (_base, _id, right) => right,
    archive: async () => {
      const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false });
      await zip.add("data/app.people.json", new TextReader("[]"));
      return zip.close();
    },
  });
  expect(lazy["access"]).toMatchObject({
    passed: false,
    detail: "the archive lacks what lies in `app.notes`, `app.people`",
  });
  expect(lazy["erase"]?.detail).toContain("`app.notes.body`");
  expect((await last("erase"))?.passed).toBe(false);
  await client.query("delete from people where id = 2");
  expect((await results({ archive: async () => null }))["access"]?.detail).toBe(
    "there was no archive to download",
  );
});

test("a request that does not end in time, one that is refused fail, and a canary that leaves no trace shows nothing", async () => {
  expect((await results({ status: async () => "received" }))["erase"]).toMatchObject({
    passed: false,
    detail: "the request ended as `received`",
  });
  await client.query("delete from people where id = 2");
  const refused = await results({
    requestRight: async () => {
      throw new Error("the service answered `/settings/delete` with status `500`");
    },
  });
  expect(refused["erase"]).toMatchObject({ passed: false, detail: expect.stringContaining("status `500`") });
  const hidden = await results({
    signUp: async () => ({ identities: {}, session: 7 }),
    populate: async () => undefined,
  });
  for (const right of ["access", "erase"]) {
    expect(hidden[right]).toMatchObject({ passed: false, unseen: true });
    // The last one that could look no longer speaks: nobody knows what it would say now.
    expect(await last(right)).toMatchObject({ passed: false, unseen: true, stale: null });
  }
});

test("a service that is away decides nothing: what the last drill said stands", async () => {
  await drill();
  await client.query("delete from people where id = 2");
  await expect(drill({ signUp: away })).rejects.toSatisfy(isAway);
  await expect(drill({ requestRight: away })).rejects.toSatisfy(isAway);
  // Whether the first of the two signed up after all shows only after a while.
  expect((await states()).slice(2)).toEqual([
    "access stopped, canary known",
    "erase stopped, canary known",
    "access stopped",
    "erase stopped",
  ]);
  expect(await last("erase")).toMatchObject({ passed: true });
});

test("a canary whose session a crash took with it is signed in again by the next drill, and goes", async () => {
  await expect(
    drill({
      signUp: async (base, canary) => {
        await must(service().signUp, "it signs up")(base, canary);
        throw new Error("killed");
      },
      cleanup: async () => away(),
    }),
  ).rejects.toThrow("killed");
  expect(await states()).toEqual(["access stopped, canary known", "erase stopped, canary known"]);
  expect(await canaries()).toBe(1);
  await expect(drill({ signUp: away })).rejects.toSatisfy(isAway);
  expect(await canaries()).toBe(0);
  expect((await states()).slice(0, 2)).toEqual(["access stopped", "erase stopped"]);
});

test("a canary that could not be cleaned up stays written down, sealed", async () => {
  await drill({
    requestRight: async (_base, _id, right) => right,
    cleanup: async () => {
      throw new Error("the service refused");
    },
  });
  expect(await states()).toEqual(["access passed, canary known", "erase failed, canary known"]);
  const { sealed_canary } = await db.selectFrom("drills").select("sealed_canary").executeTakeFirstOrThrow();
  expect(must(sealed_canary, "kept").toString("latin1")).not.toContain("canary");
  await expect(drill({ signUp: away })).rejects.toSatisfy(isAway);
  expect(await canaries()).toBe(0);
});

test("a canary that cleanup left behind is not taken for gone", async () => {
  const said: string[] = [];
  await runDrill({
    ...input({ requestRight: async (_base, _id, right) => right, cleanup: async () => undefined }),
    onStep: (text) => said.push(text),
  });
  expect(said.at(-1)).toBe(
    "the canary is not known to be gone (it still lies in app.notes.body, app.people.email, app.people.name); the next drill or worker looks again",
  );
  expect(await states()).toEqual(["access passed, canary known", "erase failed, canary known"]);
  expect(await leftCanaries(db, "notes")).toBe(2);
  expect(await sweepDrills(input())).toBe(0);
  expect([await canaries(), await leftCanaries(db, "notes")]).toEqual([0, 0]);
});

test("canaries of whom nobody knows yet whether they come do not keep a later one from going", async () => {
  const { db, sealer, adapter, base, now, evidence } = input();
  const book = {
    service: "notes",
    adapter,
    base,
    db,
    sealer,
    evidence,
    now,
    left: async () => [],
    onStep: () => undefined,
    basisOf: () => ({ plan: "", adapter: "", policy: "", proves: [] }),
  };
  for (const token of Array.from({ length: 45 }, (_, i) => `canarylate${i}`))
    await remember(book, await record(book, ["access"], { token }), { token, session: null });
  await drill({
    cleanup: async () => {
      throw new Error("the service refused");
    },
    requestRight: async (_base, _id, right) => right,
  });
  expect(await canaries()).toBe(1);
  await sweepDrills(input());
  expect([await canaries(), await leftCanaries(db, "notes")]).toEqual([0, 45]);
});

const CHILD = fileURLToPath(new URL("./testing/drill.ts", import.meta.url));

/** A drill in a process of its own that ends at the named moment as by `kill -9`. */
const killedAt = (point: string): Promise<string | null> => {
  const job = JSON.stringify({ own: own.url, app: app.url, home, map: MAP, policy: POLICY, point });
  const child = spawn(process.execPath, [CHILD, job], { stdio: ["ignore", "ignore", "inherit"] });
  return new Promise((resolve) => child.on("close", (_code, signal) => resolve(signal)));
};
/** The server may notice a moment later that the one who held the lock is dead. */
async function swept(change: Partial<DrillInput> = {}): Promise<number | null> {
  let left: number | null = null;
  await expect
    .poll(
      async () => {
        left = await sweepDrills({ ...input(), ...change });
        return left;
      },
      { timeout: 10_000 },
    )
    .not.toBeNull();
  return left;
}
const later = (minutes: number) => () => new Date(Date.now() + minutes * 60_000);

test.each([
  ["before it signs up", 0],
  ["signed up, and nobody wrote that down", 1],
  ["while it leaves its traces", 1],
  ["after its first request", 1],
  ["while it is erased", 1],
  ["before it is cleaned up", 0],
])("killed %s, a drill leaves nothing that the next run does not take away", async (point, there) => {
  expect(await killedAt(point)).toBe("SIGKILL");
  expect(await canaries()).toBe(there);
  expect(await leftCanaries(db, "notes")).toBe(2);
  expect(await swept({ now: later(11) })).toBe(0);
  expect([await canaries(), await leftCanaries(db, "notes")]).toEqual([0, 0]);
  expect((await client.query("select * from notes where body like '%canary%' and author <> 1")).rows).toEqual(
    [],
  );
  expect(new Set((await states()).map((s) => s.split(" ")[1]))).not.toContain("running");
});

test("a sign-up that arrives after its drill was killed is found, too", async () => {
  expect(await killedAt("before it signs up")).toBe("SIGKILL");
  // The service is still at it: nobody there yet, and so nobody is let go.
  expect(await swept()).toBe(1);
  const [row] = await db.selectFrom("drills").selectAll().execute();
  const sealed = must(row?.sealed_canary, "it is kept");
  const opened = createSealer(new Uint8Array(32)).open(`drill/${row?.id}`, sealed);
  const { token }: { token: string } = JSON.parse(Buffer.from(opened).toString());
  await must(service().signUp, "it signs up")("", { token });
  expect(await canaries()).toBe(1);
  expect(await swept({ now: later(1) })).toBe(0);
  expect(await canaries()).toBe(0);
});

test("a further canary that a crash left behind is signed in and goes, too", async () => {
  const tokens: string[] = [];
  const crashed = {
    declareAge: async () => false,
    childFound: async (_base: string, { token }: { token: string }) => {
      tokens.push(token);
      await client.query("insert into people values (9, $1, $2, 'nothing')", [
        `${token}@canary.example`,
        token,
      ]);
      return away();
    },
  };
  // The clean-up does not come to an end either: nobody is there to sign in at.
  await expect(drill({ ...crashed, signIn: away })).rejects.toSatisfy(isAway);
  expect(tokens).toEqual([expect.stringMatching(/^canary.*child$/)]);
  expect(await canaries()).toBe(1);
  await results();
  expect(await canaries()).toBe(0);
});

test("two drills of a service do not cross", async () => {
  let go = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  let inside = (): void => undefined;
  const entered = new Promise<void>((resolve) => {
    inside = resolve;
  });
  const first = drill({
    populate: async (_base, id, { token }) => {
      inside();
      await held;
      await client.query("insert into notes values ($1, $2)", [id, token]);
    },
  });
  await entered;
  expect(await drill()).toEqual({ busy: true });
  go();
  expect(await first).toMatchObject({ busy: false, results: [{ passed: true }, { passed: true }] });
});

test("a drill under another map or other reasons to keep is not one of these; going back to them, it counts again", async () => {
  await drill();
  expect(await last("erase")).toMatchObject({ passed: true, stale: null });
  const changed = { planBasis: "changed" };
  const stale = "the data map, or what may be kept, has changed";
  expect(await last("erase", changed)).toMatchObject({ passed: true, stale });
  await client.query("delete from people where id = 2");
  await runDrill({ ...input({ archive: async () => null }), ...changed });
  expect(await last("access", changed)).toMatchObject({ passed: false, stale: null });
  expect(await last("access")).toMatchObject({ passed: true, stale: null });
});

test("a drill by another adapter is not one of this; it speaks for the commitments that it was of, as they were worded", async () => {
  await drill();
  const other = { adapterBasis: "another one", planBasis: "changed" };
  expect(await last("erase", other)).toMatchObject({
    stale: "the data map, or what may be kept, and the service's adapter for drills have changed",
  });
  const within = (period: string) => {
    const right = `\n\`\`\`commit\n- id: leave\n  right: [access, erase]\n  within: ${period}\n  ways: [email]\n\`\`\`\n`;
    const read = compilePolicy({
      ...{ file: "policy.md", lock: null, kinds },
      text: `${POLICY}\nYou can leave.\n${right}`,
    });
    const made = must(read.value, JSON.stringify(read.issues));
    return {
      policy: made,
      leave: must(
        made.commitments.find((c) => c.id === "leave"),
        "it is there",
      ),
    };
  };
  const [soon, later] = [within("P14D"), within("P30D")];
  await client.query("delete from people where id = 2");
  await runDrill({ ...input(), policy: soon.policy });
  const seen = must(await last("erase", { policy: later.policy }), "there was a drill");
  expect(seen).toMatchObject({ passed: true, stale: null, proves: [soon.leave.hash] });
  const reading: Reading = { reading: "drill", ...seen, at: seen.at.toISOString(), freshForMs: 1 };
  expect(spokenFor(reading, soon.leave)).toEqual(reading);
  expect(spokenFor(reading, later.leave)).toMatchObject({ stale: "the commitment has changed, or is new," });
});

test("a commitment has a history for each way it was worded, and one that is not kept stays as it was", async () => {
  const at = (day: number): Date => new Date(Date.UTC(2026, 0, day));
  const seen = async (keep: boolean, hash: string, verdict: string, day: number) =>
    (
      await history(keep).remember(
        { commitments: [{ commitment: "year", hash, verdict }], promises: [] },
        at(day),
      )
    ).commitments.get("year");
  expect(await seen(true, "P2Y", "kept", 1)).toEqual(at(1));
  expect(await seen(true, "P1Y", "broken", 2)).toEqual(at(2));
  expect(await seen(true, "P2Y", "kept", 3)).toEqual(at(1));
  expect(await seen(false, "P2Y", "broken", 4)).toEqual(at(4));
  expect(await seen(true, "P2Y", "kept", 5)).toEqual(at(1));
  expect(await seen(true, "P2Y", "broken", 6)).toEqual(at(6));
});
