/**
 * The crash matrix: a process that carries out a request is killed at every named moment, for every right, on every engine; what goes on
 * with the request afterwards must end as if nothing had happened. One process a cell, one person a cell, one server an engine.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Asked, NOTHING_MORE } from "@avow/core/plan/asked";
import { must } from "@avow/core/terms/assert";
import { type Club, type ClubOn, clubsOn, mapOf, POLICY } from "@avow/provision/club";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import { tail } from "@avow/runtime/ledger/tail";
import { archiveHead } from "@avow/runtime/requests/archive/head";
import { workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { restrictionsOf } from "@avow/runtime/requests/run/restrictions";
import type { CrashPoint } from "@avow/runtime/requests/run/run";
import type { OpenDesk } from "@avow/runtime/service/desk";
import { BlobReader, TextWriter, ZipReader } from "@zip.js/zip.js";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { ENVIRONMENT } from "./testing/environment.ts";
import { openedDesk } from "./testing/opened-desk.ts";
import { runningCli } from "./testing/run.ts";

const CRASHING = new URL("./testing/crash.ts", import.meta.url).pathname;
const POINTS: readonly CrashPoint[] = ["captured", "planned", "intended", "acted", "outcome", "verified"];
const RIGHTS: Readonly<Record<string, Asked>> = {
  access: NOTHING_MORE,
  portability: NOTHING_MORE,
  rectify: { ...NOTHING_MORE, set: [{ field: "members.name", value: "Ada" }] },
  supplement: { ...NOTHING_MORE, set: [{ field: "payments.note", value: "filled in" }] },
  restrict: NOTHING_MORE,
  erase: NOTHING_MORE,
};
/** What a right never comes to: it saves no capture, has no steps, or does not look again. */
const NEVER: Readonly<Record<string, readonly CrashPoint[]>> = {
  access: ["verified"],
  portability: ["verified"],
  restrict: ["captured", "intended", "outcome", "verified"],
};
const AT_ONCE = 2;

interface Cell {
  readonly right: string;
  readonly point: CrashPoint | null;
  /** The person's number: each cell has its own. */
  readonly member: number;
}
const CELLS: readonly Cell[] = Object.keys(RIGHTS)
  .flatMap((right) => [null, ...POINTS].map((point) => ({ right, point })))
  .map((cell, n) => ({ ...cell, member: 1001 + n }));

const peopleSql = (members: readonly number[]): string => {
  const all = (of: (m: number) => string): string => members.map(of).join(", ");
  return `delete from messages; delete from payments; delete from members;
    insert into members (id, email, name, invited_by) values (7, 'bob@example.org', 'Bob', null), ${all((m) => `(${m}, 'm${m}@example.org', 'N${m}', null)`)};
    insert into payments values (1, 7, 1.00, 'of Bob', '2024-05-05 10:00:00'), ${all((m) => `(${m}1, ${m}, 9.00, 'of ${m}', '2025-05-05 10:00:00'), (${m}2, ${m}, 8.00, null, '2015-01-01 10:00:00')`)};
    insert into messages values (1, 7, 7, 'mine'), ${all((m) => `(${m}1, ${m}, 7, 'to Bob'), (${m}2, ${m}, null, 'note of ${m}'), (${m}3, 7, ${m}, 'from Bob')`)};`;
};

const server = inject("mariaDb");
if ("missing" in server) console.warn(`the crash matrix leaves out MariaDB: ${server.missing}`);
const ENGINES = clubsOn({
  postgresUrl: inject("postgresUrl"),
  mariaUrl: "missing" in server ? null : server.url,
});

interface Bed {
  readonly engine: string;
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly club: Club;
  readonly opened: OpenDesk;
}

let state: FreshDatabase;
const beds: Bed[] = [];

async function layOut({ engine, start }: ClubOn): Promise<Bed> {
  const folder = await mkdtemp(join(tmpdir(), "avow-crash-"));
  const club = await start(folder);
  for (const statement of peopleSql(CELLS.map((c) => c.member)).split(";"))
    if (statement.trim() !== "") await club.rows(statement);
  const env = {
    ...ENVIRONMENT,
    AVOW_HOME: join(folder, ".avow"),
    APP_URL: club.url,
    STATE_URL: state.url,
  };
  await writeFile(join(folder, "policy.en.md"), POLICY.replace("service: club", `service: club-${engine}`));
  await writeFile(join(folder, "app.yaml"), mapOf(engine));
  await writeFile(
    join(folder, "avow.yaml"),
    `service: club-${engine}\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: ${engine}, url: env:APP_URL } }\nstate: env:STATE_URL\n`,
  );
  const bound = await runningCli({ folder, env }, ["bind", "--yes"]);
  expect(bound.code, bound.err).toBe(0);
  const opened = await openedDesk({ folder, env });
  return {
    engine,
    folder,
    env,
    club,
    opened,
  };
}

beforeAll(async () => {
  state = await freshDatabase(inject("postgresUrl"), "crash_state");
  for (const engine of ENGINES) beds.push(await layOut(engine));
});

afterAll(async () => {
  for (const bed of beds) {
    await bed.opened.service.close();
    await bed.club.drop();
    await rm(bed.folder, { recursive: true });
  }
  await state.drop();
});

const identityOf = (member: number) => [{ namespace: "email", value: `m${member}@example.org` }];

const ask = async ({ opened }: Bed, { right, member }: Cell): Promise<string> =>
  (
    await openRequest(opened.desk, {
      right,
      identities: identityOf(member),
      asked: RIGHTS[right] ?? NOTHING_MORE,
      via: "app",
    })
  ).id;

/** Goes on as a worker does; whose connection the killed one held is found out by the server a moment later. */
async function goOn({ opened: { desk } }: Bed, request: string, atPoint?: (point: CrashPoint) => void) {
  for (let tries = 0; tries < 200; tries += 1) {
    const draft = desk.archives.draft(request);
    const ran = await workOn(desk, request, {
      approve: async () => true,
      approver: "rule",
      archive: { head: archiveHead(desk, "your data"), writable: draft.writable },
      archiveWaits: true,
      deliver: () => draft.keep(),
      ...(atPoint === undefined ? {} : { atPoint }),
    }).finally(() => draft.drop());
    if (!ran.busy) return ran;
    await sleep(20);
  }
  throw new Error("the killed process is still said to have the request");
}

function kill({ folder, env }: Bed, request: string, point: CrashPoint): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [CRASHING, folder, request, point], { env, cwd: folder });
  let said = "";
  child.stderr.on("data", (chunk) => void (said += chunk));
  return new Promise((resolve, reject) =>
    child.on("close", (code, signal) =>
      signal === null
        ? reject(new Error(`ended by itself with ${code}: ${said.slice(-500)}`))
        : resolve(signal),
    ),
  );
}

/** All that there is to compare, with the person's own numbers taken out. */
interface Ending {
  readonly rows: string;
  readonly row: string;
  readonly steps: readonly { readonly what: string; readonly state: string }[];
  readonly archive: string;
  readonly marks: number;
}

async function endingOf(bed: Bed, { member }: Cell, request: string): Promise<Ending> {
  const { db } = bed.opened.desk;
  const plain = (text: string): string =>
    text.replaceAll(String(member), "M").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "T");
  const select = async (from: string): Promise<string> =>
    (await bed.club.rows(`select * from ${from} order by id`)).map((r) => r.map(String).join("|")).join("\n");
  const own = [
    await select(`members where id = ${member}`),
    await select(`payments where id in (${member}1, ${member}2)`),
    await select(`messages where id in (${member}1, ${member}2, ${member}3)`),
  ].join("\n--\n");
  const row = await db
    .selectFrom("requests")
    .select(["state", "plan", "results", "kept", "sealed_identities", "sealed_asked"])
    .where("id", "=", request)
    .executeTakeFirstOrThrow();
  const steps = await db
    .selectFrom("request_steps")
    .selectAll()
    .where("request", "=", request)
    .orderBy("id")
    .execute();
  const captures = await db
    .selectFrom("request_captures")
    .select("part")
    .where("request", "=", request)
    .execute();
  return {
    rows: plain(own),
    row: plain(JSON.stringify({ ...row, captures: captures.length })),
    steps: steps.map((s) => ({ what: plain(`${s.phase} ${JSON.stringify(s.changes)}`), state: s.state })),
    archive: plain(await archiveOf(bed, request)),
    marks: (await restrictionsOf(bed.opened.desk).since(identityOf(member))) === null ? 0 : 1,
  };
}

/** Its data; when it was made stands in its page. */
async function archiveOf({ opened: { desk } }: Bed, request: string): Promise<string> {
  if ((await desk.archives.find(request)) === null) return "none";
  const parts: Buffer<ArrayBuffer>[] = [];
  for await (const part of desk.archives.read(request)) parts.push(Buffer.from(part));
  const reader = new ZipReader(new BlobReader(new Blob(parts)), { useWebWorkers: false });
  const texts: string[] = [];
  for (const entry of await reader.getEntries()) {
    if (entry.directory) continue;
    const text = await entry.getData(new TextWriter());
    texts.push(entry.filename.startsWith("data/") ? `${entry.filename}\n${text}` : entry.filename);
  }
  return texts.join("\n");
}

/** Each step was done once, or was done when it died and never again; nothing else differs. */
function differences(wanted: Ending, got: Ending): string[] {
  const same = (["rows", "row", "archive", "marks"] as const).filter((k) => wanted[k] !== got[k]);
  const of = (what: string, state: string): number =>
    got.steps.filter((s) => s.what === what && s.state === state).length;
  const steps = wanted.steps.flatMap(({ what }) => {
    const [done, unknown] = [of(what, "done"), of(what, "unknown")];
    return done <= 1 && unknown <= 1 && done + unknown >= 1
      ? []
      : [`${what}: ${done} done, ${unknown} unknown`];
  });
  const strange = got.steps
    .filter((s) => !wanted.steps.some((w) => w.what === s.what))
    .map((s) => `more: ${s.what}`);
  return [...same.map((k) => `${k}: ${String(wanted[k])} but ${String(got[k])}`), ...steps, ...strange];
}

/** One entry for everything that happened once; each intent has its end. */
function wrongEntries(entries: readonly string[], steps: Ending["steps"]): string[] {
  const count = (event: string): number => entries.filter((e) => e === event).length;
  const once = ["request.received", "request.approved", "request.planned", "request.closed"].filter(
    (e) => count(e) !== 1,
  );
  const ended = (state: string): number => steps.filter((s) => s.state === state).length;
  const uneven = ["done", "unknown", "failed"].filter((s) => count(`step.${s}`) !== ended(s));
  return [
    ...once.map((e) => `${e}: ${count(e)} entries`),
    ...uneven.map((s) => `step.${s}: ${count(`step.${s}`)} entries`),
    ...(count("step.intended") === steps.length ? [] : [`step.intended: ${count("step.intended")} entries`]),
  ];
}

async function inTurns<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
  const results: T[] = [];
  const todo = tasks.entries();
  const work = async (): Promise<void> => {
    for (const [i, task] of todo) results[i] = await task();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results;
}

interface Done {
  readonly bed: Bed;
  readonly cell: Cell;
  readonly request: string;
  readonly ending: Ending;
  readonly faults: string[];
}

async function crash(bed: Bed, cell: Cell, point: CrashPoint): Promise<Done> {
  const request = await ask(bed, cell);
  await kill(bed, request, point);
  // Between the whole archive and the closed request it lies in its place already; before, there is none, not even a part of one.
  const early = (await bed.opened.desk.archives.find(request)) !== null && point !== "outcome";
  const ran = await goOn(bed, request);
  const faults = [
    ...(early ? ["an archive lay there before it was whole"] : []),
    ...(ran.outcome.state === "closed" ? [] : [`ended as ${ran.outcome.state}`]),
  ];
  return { bed, cell, request, ending: await endingOf(bed, cell, request), faults };
}

test("killed at any moment, every right ends the same on every engine, and nothing is done twice", async () => {
  const began = performance.now();
  const plain: Done[] = [];
  for (const bed of beds)
    for (const cell of CELLS.filter((c) => c.point === null)) {
      const request = await ask(bed, cell);
      const reached = new Set<CrashPoint>();
      const ran = await goOn(bed, request, (point) => reached.add(point));
      expect(ran, `${bed.engine} ${cell.right}`).toMatchObject({ outcome: { state: "closed" } });
      expect(
        POINTS.filter((p) => !reached.has(p)),
        cell.right,
      ).toEqual(NEVER[cell.right] ?? []);
      plain.push({ bed, cell, request, ending: await endingOf(bed, cell, request), faults: [] });
    }
  const tried = CELLS.flatMap((cell) => {
    const { point } = cell;
    return point === null || NEVER[cell.right]?.includes(point) === true ? [] : [{ cell, point }];
  });
  // Engines in turn: two processes seldom wait for the same server.
  const crashed = await inTurns(
    tried.flatMap(({ cell, point }) => beds.map((bed) => () => crash(bed, cell, point))),
  );
  const entries = new Map(await Promise.all(beds.map(async (bed) => [bed, await entriesOf(bed)] as const)));
  for (const { bed, cell, request, ending, faults } of [...plain, ...crashed]) {
    const uncrashed = must(
      plain.find((p) => p.bed === bed && p.cell.right === cell.right),
      "each right was carried out without a crash, too",
    );
    faults.push(...differences(uncrashed.ending, ending));
    faults.push(...wrongEntries(entries.get(bed)?.get(request) ?? [], ending.steps));
  }
  print(crashed, performance.now() - began);
  const wrong = [...plain, ...crashed].flatMap(({ bed, cell, faults }) =>
    faults.map((f) => `${bed.engine} ${cell.right} ${cell.point ?? "uncrashed"}: ${f}`),
  );
  expect(wrong).toEqual([]);
  for (const bed of beds) await neighboursStay(bed);
}, 300_000);

async function entriesOf({ opened: { service } }: Bed): Promise<ReadonlyMap<string, string[]>> {
  await service.ledger.settle();
  const all = await tail(service.ledger, 100_000);
  const byRequest = new Map<string, string[]>();
  for (const { body } of all) {
    const [request, event] = [String(body?.["request"]), String(body?.["event"])];
    byRequest.set(request, [...(byRequest.get(request) ?? []), event]);
  }
  return byRequest;
}

async function neighboursStay({ club, engine }: Bed): Promise<void> {
  const text = async (query: string): Promise<string[]> =>
    (await club.rows(query)).map((r) => r.map(String).join("|"));
  expect(await text("select id, email, name from members where id = 7"), engine).toEqual([
    "7|bob@example.org|Bob",
  ]);
  expect(await text("select id, member_id, note from payments where id = 1"), engine).toEqual(["1|7|of Bob"]);
  // What Bob wrote, and what was written to him, is his too.
  expect(await text("select count(*) from messages where sender = 7"), engine).toEqual([
    `${CELLS.length + 1}`,
  ]);
  expect(await text("select count(*) from messages where recipient = 7 and body = 'to Bob'"), engine).toEqual(
    [`${CELLS.length}`],
  );
}

function print(crashed: readonly Done[], ms: number): void {
  const word = (engine: string, right: string, point: CrashPoint): string => {
    const found = crashed.find(
      (d) => d.bed.engine === engine && d.cell.right === right && d.cell.point === point,
    );
    return found === undefined ? "–" : found.faults.length === 0 ? "same" : "DIFFERS";
  };
  const lines = beds.flatMap(({ engine }) =>
    Object.keys(RIGHTS).map((right) =>
      [engine.padEnd(9), right.padEnd(12), ...POINTS.map((p) => word(engine, right, p).padEnd(9))].join(" "),
    ),
  );
  const head = ["engine".padEnd(9), "right".padEnd(12), ...POINTS.map((p) => p.padEnd(9))].join(" ");
  process.stderr.write(
    `crash matrix: ${crashed.length} processes killed in ${(ms / 1000).toFixed(0)} s\n${head}\n${lines.join("\n")}\n`,
  );
}
