/**
 * Every promise of Miky.ai that is called kept is broken on purpose once: exactly the promises that the sabotage names turn, and heal. All
 * parts run as they do in `avow up`: the service's app with its pages, Avow's server, a worker; a drill goes through the front door.
 */
import { cpSync, readdirSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { must } from "@avow/core/terms/assert";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import { readSabotages } from "@avow/runtime/checks/sabotage/read";
import {
  type Looked,
  runSabotage,
  type SabotageHands,
  type SabotageResult,
  untested,
  untestedCommitments,
} from "@avow/runtime/checks/sabotage/run";
import { logView } from "@avow/runtime/ledger/serve";
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { openDesk } from "@avow/runtime/service/desk";
import { emptyBoard } from "@avow/server/board";
import { createServer } from "@avow/server/server";
import { startRequestWorker } from "@avow/worker/requests";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { createMikyApp } from "../../../../services/miky-ai/app/app.ts";
import { rightsOverHttp } from "../../../../services/miky-ai/app/rights-http.ts";
import { appUrl, eraserUrl, freshMiky, readerUrl } from "../../../../services/miky-ai/app/testbed.ts";
import { openFront } from "../../../../services/miky-ai/front/front.ts";
import { seedMiky } from "../../../../services/miky-ai/generate/seed.ts";
import { checkService } from "../../check.ts";
import { CONNECTORS } from "../../connectors.ts";
import { drillService } from "../../drill.ts";

const PEOPLE = 150;
const MIKY = fileURLToPath(new URL("../../../../services/miky-ai/", import.meta.url));
const TOKEN = "token-of-this-test";
/** A request that has not ended by then does not end, also on a machine that has others to serve. */
const DRILL_WAIT_MS_MAX = 8000;

const sabotages = readdirSync(join(MIKY, "sabotage")).flatMap((file) => {
  const read = readSabotages(file, readFileSync(join(MIKY, "sabotage", file), "utf8"));
  return must(read.value, JSON.stringify(read.issues));
});

let hands: SabotageHands;
const clients = new Map<string, pg.Client>();
const stack = new AsyncDisposableStack();

/** Miky.ai's folder as it is, but for where its stores are. */
async function folderOf(miky: { readonly url: string }, own: FreshDatabase) {
  const folder = await mkdtemp(join(tmpdir(), "avow-sabotage-"));
  stack.defer(() => rm(folder, { recursive: true }));
  const texts = ["policy.en.md", "policy.lock", "fidelity.yaml", "datamap", "documents", "front"];
  // The adapter is run where it is; here it is read: a drill by another one would be stale.
  const adapter = readdirSync(MIKY).filter((name) => /^(drill.*|desks)\.ts$/.test(name));
  for (const name of [...texts, ...adapter, "app"])
    cpSync(join(MIKY, name), join(folder, name), { recursive: true });
  const manifest = readFileSync(join(MIKY, "avow.yaml"), "utf8")
    .replace(/readUrl: .*/, "readUrl: env:READ")
    .replace(/eraseUrl: .*/, "eraseUrl: env:ERASE")
    .replace(/endpoints: .*/, "endpoints: [env:FRONT]");
  await writeFile(join(folder, "avow.yaml"), `${manifest}state: env:STATE\n`);
  const env: Record<string, string> = {
    AVOW_HOME: join(folder, ".avow"),
    READ: readerUrl(miky.url),
    ERASE: eraserUrl(miky.url),
    STATE: own.url,
  };
  return { folder, env };
}

beforeAll(async () => {
  const admin = inject("postgresUrl");
  const miky = await freshMiky(admin);
  stack.defer(() => miky.drop());
  const own = await freshDatabase(admin, "avow_sabotage");
  stack.defer(() => own.drop());
  await seedMiky({ url: miky.url, people: PEOPLE, seed: 11, now: new Date() });
  for (const [on, url] of [
    ["app", miky.url],
    ["avow", own.url],
  ] as const) {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    stack.defer(() => client.end());
    clients.set(on, client);
  }
  const { folder, env } = await folderOf(miky, own);
  const now = (): Date => new Date();
  const onLog = (): void => undefined;
  const opened = await openDesk(folder, { env, now, onLog, connectors: CONNECTORS });
  const { service, desk } = must(opened.value, JSON.stringify(opened.issues));
  stack.defer(() => service.close());
  const jobs = await service.jobs();
  const worker = await startRequestWorker(desk, { jobs, concurrency: 1, onLog });
  stack.defer(() => worker.stop());
  const server = createServer({
    service: service.manifest.service,
    token: TOKEN,
    desk,
    board: () => emptyBoard(service.policy),
    enqueue: enqueueWith(jobs),
    log: logView(service.db, service.ledger.place),
    receipt: async () => null,
    verifier: async () => "",
    onLog,
  });
  stack.defer(() => server.close());
  const base = await server.listen({ host: "127.0.0.1", port: 0 });
  const rights = rightsOverHttp({ base, token: TOKEN, service: "miky-ai" });
  const app = await createMikyApp({ databaseUrl: appUrl(miky.url), rights, housekeepingMs: 0 });
  stack.defer(() => app.close());
  const front = await app.listen({ host: "127.0.0.1", port: 0 });
  const doors = await openFront({
    settings: pathToFileURL(join(folder, "front/front.yaml")),
    app: { host: "127.0.0.1", port: Number(new URL(front).port) },
    port: 0,
    now: now(),
  });
  stack.defer(() => doors.close());
  env["FRONT"] = doors.url;
  const drill = async (only?: readonly string[]): Promise<void> => {
    const options = { base: front, now, onStep: onLog, waitMsMax: DRILL_WAIT_MS_MAX, only };
    const drilled = await drillService({ ...service, folder: MIKY }, options);
    if (!drilled.ok) throw new Error(drilled.reason);
  };
  await drill();
  await sql("app", `insert into training_examples (day, text) values (current_date, '${OF_OURS}')`);
  hands = {
    ways: { sql, fs: fsOf(folder) },
    observers: { drill },
    // Canaries of a drill may still be leaving: no promise turns by that.
    verify: () => checkService(service, { now: now(), keepHistory: true }),
    pause: setTimeout,
  };
  // All drills are run once, on a machine that may have others to serve.
}, 300_000);

afterAll(() => stack.disposeAsync());

const sql = async (on: string, what: string): Promise<void> => {
  const { command, rowCount } = await must(clients.get(on), "a database of the test").query(what);
  if (rowCount === 0) throw new Error(`\`${command}\` of a sabotage changed nothing`);
};

/** `PATH: OLD -> NEW`, in the service's folder. */
const fsOf =
  (folder: string) =>
  async (_on: string, what: string): Promise<void> => {
    const [, path = "", old = "", fresh = ""] = /^(\S+): (.*) -> (.*)$/s.exec(what) ?? [];
    const text = await readFile(join(folder, path), "utf8");
    if (old === "" || !text.includes(old))
      throw new Error(`\`${path}\` does not hold what a sabotage replaces`);
    await writeFile(
      join(folder, path),
      text.replace(old, () => fresh),
    );
  };

/** An example that is none of a sabotage's, whatever signs it ends in. */
const OF_OURS = "how is a bowline tied (the knot)";

test("nothing is broken before, and each promise that is kept is sabotaged", async () => {
  const baseline = await hands.verify();
  const broken = baseline.promises.filter((p) => p.verdict === "broken");
  expect(broken).toEqual([]);
  const called = (verdict: string) =>
    baseline.promises.filter((p) => p.verdict === verdict).map((p) => p.promise);
  expect(called("attested").join(" ")).toBe("M25 M26");
  expect(called("kept").join(" ")).toBe(
    "M1 M2 M3 M4 M5 M11 M12 M16 M17 M18 M19 M20 M21 M22 M24 M27 M28 M29 M32 M33 M36 M37 M39 M42",
  );
  expect(untested(baseline, sabotages)).toEqual([]);
});

/** What the promises were called after the last sabotage: each begins where that ended. */
let last: Looked | undefined;
const results: SabotageResult[] = [];

test.each(sabotages)("$id breaks $breaks", async (sabotage) => {
  const result = await runSabotage(sabotage, hands, last);
  last = result.faults.length === 0 ? result.after : undefined;
  results.push(result);
  expect(result.faults).toEqual([]);
  expect([...result.turned].sort()).toEqual([...sabotage.breaks].sort());
});

test("what was there before is there after all sabotages, but for what they are about", async () => {
  const app = must(clients.get("app"), "a database of the test");
  const { rowCount } = await app.query("select from training_examples where text = $1", [OF_OURS]);
  expect(rowCount).toBe(1);
});

/** What the policy and the map say by themselves can become unproven, and nothing in a store breaks it. */
const NOT_OF_DATA = ["aggregates-without-end", "cache-for-a-time", "only-what-is-needed"];

test("each commitment that is kept, or vouched for, is broken by a sabotage, whatever else its promise says", async () => {
  const untested = untestedCommitments(await hands.verify(), results);
  expect(untested.toSorted()).toEqual(NOT_OF_DATA);
});

test("what a sabotage should have broken and did not is said, and so is what it broke besides", async () => {
  const first = must(
    sabotages.find((s) => s.id === "undeclared-column-on-users"),
    "listed",
  );
  const result = await runSabotage({ ...first, breaks: ["M2"] }, hands);
  expect(result.faults).toEqual([
    "`M1` turned from kept to broken, which was not meant",
    "`M2` should be broken and is kept",
  ]);
});
