/** One service, running: its board and API, its worker, its own app, and a check every half minute. */

import { randomBytes } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { formatKey } from "@avow/core/evidence/note";
import type { Report } from "@avow/runtime/checks/report";
import type { Jobs } from "@avow/runtime/jobs/open";
import { logView } from "@avow/runtime/ledger/serve";
import { logState } from "@avow/runtime/ledger/state";
import type { Desk } from "@avow/runtime/requests/desk/desk";
import { enqueueWith } from "@avow/runtime/requests/desk/jobs";
import { countLostHolds } from "@avow/runtime/requests/holds/lost";
import { countOverdueHolds } from "@avow/runtime/requests/holds/overdue";
import { deskOf } from "@avow/runtime/service/desk";
import { settle } from "@avow/runtime/service/log";
import { keepRules, type OpenService, openService, readService } from "@avow/runtime/service/open";
import { agedBoard, boardOf, emptyBoard } from "@avow/server/board";
import type { Board } from "@avow/server/parts";
import { createServer } from "@avow/server/server";
import { verifierPage } from "@avow/verifier/page";
import { alone } from "@avow/worker/alone";
import { CONCURRENCY, startRequestWorker } from "@avow/worker/requests";
import { startLogSequencer } from "@avow/worker/sequencer";
import type { FastifyInstance } from "fastify";
import { checkService } from "../../check.ts";
import type { CommandContext } from "../../command.ts";
import { openOrSay } from "../../opened.ts";
import { receiptOfRequest } from "../../receipt.ts";
import { formatIssues } from "../../report/issues.ts";
import { formatReport } from "../../report/verdicts.ts";
import { startUpkeep } from "../../upkeep.ts";
import type { DemoApp, DemoModule, DemoServer } from "./demo.ts";
import { freePort, type Port } from "./port.ts";
import { startTrial, type Trial } from "./trial.ts";

const CHECK_EVERY_MS = 30_000;

export interface Running {
  readonly addresses: {
    readonly service: string;
    readonly board: string;
    readonly app?: string;
    readonly front?: string;
  };
  stop(): Promise<void>;
}

interface Start {
  readonly folder: string;
  readonly home: string;
  readonly demo: DemoModule | null;
  readonly demoServer: DemoServer;
  readonly port: Port;
  readonly appPort: Port;
  /** Left out: half a minute. */
  readonly checkEveryMs?: number;
}

const everyMs = ({ checkEveryMs = CHECK_EVERY_MS }: Start): number => checkEveryMs;

/** Null when the service can not be run as it is; what is wrong has been said. */
async function openDesk(
  context: CommandContext,
  folder: string,
): Promise<Pick<Parts, "service" | "desk" | "jobs"> | null> {
  const onLog = (line: string): void => context.stderr(`${line}\n`);
  const opened = await openOrSay(context, openService, { folder, onLog });
  if (opened.value === null) return null;
  const service = opened.value;
  const [made, jobs] = await Promise.all([deskOf(service, context.now), service.jobs()]);
  if (made.ok) {
    if (made.issues.length > 0) context.stderr(`${formatIssues(made.issues, opened.sources)}\n`);
    return { service, desk: made.desk, jobs };
  }
  context.stderr(formatIssues(made.issues, opened.sources));
  await service.close();
  return null;
}

export async function runService(context: CommandContext, start: Start): Promise<Running | null> {
  const opened = await openDesk(context, start.folder);
  if (opened === null) return null;
  // Closed in the order against which it was opened, also when a later part fails to start.
  const stack = new AsyncDisposableStack();
  stack.defer(() => opened.service.close());
  try {
    const addresses = await startParts(context, start, { ...opened, stack });
    return { addresses, stop: () => stack.disposeAsync() };
  } catch (error) {
    await stack.disposeAsync();
    throw error;
  }
}

interface Parts {
  readonly service: OpenService;
  readonly desk: Desk;
  readonly jobs: Jobs;
  readonly stack: AsyncDisposableStack;
}

async function startParts(
  context: CommandContext,
  start: Start,
  { service, desk, jobs, stack }: Parts,
): Promise<Running["addresses"]> {
  const log = (line: string): void => context.stderr(`${line}\n`);
  const name = service.manifest.service;
  const worker = await startRequestWorker(desk, { jobs, concurrency: CONCURRENCY, onLog: log });
  stack.defer(() => worker.stop());
  const sequencer = startLogSequencer({ ledger: service.ledger, now: context.now, onLog: log });
  stack.defer(() => sequencer.stop());
  const token = await tokenOf(start.home, name);
  let board: Board = emptyBoard(service.policy);
  let trial: Trial | null = null;
  const server = createServer({
    service: name,
    token,
    desk,
    board: () => ({ ...agedBoard(board, context.now()), trying: trial?.underWay ?? false }),
    enqueue: enqueueWith(jobs),
    log: logView(service.db, service.ledger.place),
    receipt: (request) => receiptOfRequest(service, request),
    verifier: verifierOf(service),
    onLog: log,
  });
  stack.defer(() => server.close());
  const url = await listen(server, start.port);
  // What a drill asks for, refusals among it, is no matter for whoever reads along.
  const logApp = (line: string): void => (trial?.underWay === true ? undefined : log(line));
  const app = await startApp(start, { name, avow: url, token, log: logApp });
  if (app !== null) stack.defer(() => app.stop());
  log(`${name}: its promises are checked; the board is ${url}/`);
  const upkeep = startUpkeep(service, context);
  stack.defer(() => upkeep.stop());
  const front = app?.front;
  const report = await checkService(service, { now: context.now(), keepHistory: true, front });
  // The first verdicts are in the log before the board says how long it is.
  await settle(service.ledger, log);
  board = await withBooks(service, context, boardOf(service.policy, report, waiverProblems(report)));
  const file = (name: string): string => relative(context.cwd, join(start.folder, name));
  // What nothing measures yet is on the board; here it would bury what is.
  const printed = report.connected ? report : { ...report, promises: [] };
  context.stdout(formatReport(printed, { colour: context.interactive, file }));
  context.stdout(`\nboard: ${url}/\n${app === null ? "" : `${name}: ${app.url}/ (${app.hint})\n`}`);
  const check = async (): Promise<void> => {
    board = await checkBoard(service, context, front);
  };
  const clock = every(everyMs(start), check, () => log(`${name}: the check failed; trying again`));
  stack.defer(() => clock.stop());
  if (app !== null) {
    log(
      `${name}: its rights are tried on invented people now; what rests on that is on the board when it has ended`,
    );
    const onEnd = async (): Promise<void> => {
      await clock.again();
      log(`${name}: its rights were tried: ${summaryInWords(board)}`);
    };
    // The reference service is ours to try things on: its drills need no permission.
    const begun = startTrial(service, { app: app.url, now: context.now, log, onEnd });
    trial = begun;
    stack.defer(() => begun.stop());
  }
  return {
    service: name,
    board: url,
    ...(app === null ? {} : { app: app.url }),
    ...(app?.front === undefined ? {} : { front: app.front }),
  };
}

/** Made once for each set of keys: they change with a rotation only. */
function verifierOf({ ledger }: OpenService): () => Promise<string> {
  let made: { readonly keys: string; readonly page: Promise<string> } | null = null;
  return async () => {
    const keys = (await ledger.verifierKeys()).map(formatKey);
    if (made?.keys !== keys.join()) {
      const page = verifierPage(keys);
      made = { keys: keys.join(), page };
      page.catch(() => {
        if (made?.page === page) made = null;
      });
    }
    return made.page;
  };
}

interface Around {
  readonly name: string;
  /** Where Avow listens for this service. */
  readonly avow: string;
  readonly token: string;
  readonly log: (line: string) => void;
}

/** The reference service, running; null: only a policy is here. */
async function startApp(start: Start, { name, ...around }: Around): Promise<DemoApp | null> {
  if (start.demo === null) return null;
  const port = await freePort(start.appPort);
  const app = await start.demo.start(start.demoServer, { port, ...around });
  around.log(`${name}: at ${app.url}/`);
  return app;
}

const summaryInWords = ({ summary }: Board): string =>
  ["kept", "broken", "unproven"].map((verdict) => `${summary[verdict] ?? 0} ${verdict}`).join(", ");

/** Texts are read anew each time: whoever edits the policy sees the board turn. */
async function checkBoard(
  service: OpenService,
  context: CommandContext,
  front: string | undefined,
): Promise<Board> {
  const texts = await readService(service.folder);
  const errors = texts.issues.filter((i) => i.severity === "error");
  const policy = texts.policy ?? service.policy;
  const map = texts.map ?? service.map;
  const report = await checkService(
    { ...service, policy, map, keepRules: keepRules(policy) },
    { now: context.now(), keepHistory: true, front },
  );
  const said = errors.map(
    (i) => `${i.file}:${i.line}: ${i.message}. Shown is the last text that could be read.`,
  );
  return withBooks(service, context, boardOf(policy, report, [...said, ...waiverProblems(report)]));
}

/** Where nobody sees a terminal, the board says what is wrong with waivers. */
const waiverProblems = ({ waivers, waiverIssues }: Report): string[] => [
  ...waiverIssues.map(
    (i) =>
      `${i.file}:${i.line}: ${i.message}${i.fix === undefined ? "" : ` (${i.fix})`}. No waiver holds until that is mended.`,
  ),
  ...waivers.map((w) => (w.endsWith("?") ? w : `${w}.`)),
];

/** With what no check looks at: how the log stands, and holds that nobody has looked at in time or that find nobody. */
const withBooks = async (
  { db, sealer, manifest, ledger }: OpenService,
  { now }: CommandContext,
  board: Board,
): Promise<Board> => ({
  ...board,
  log: await logState(ledger),
  holdsLost: await countLostHolds({ db, sealer }, manifest.service),
  holdsOverdue: await countOverdueHolds(db, manifest.service, now()),
});

function every(ms: number, act: () => Promise<void>, onError: () => void) {
  const run = alone(act, onError);
  const timer = setInterval(() => void run.begin(), ms);
  return {
    /** A run that is under way has begun with what was there before: another one follows it. */
    async again() {
      await run.ended();
      await run.begin();
    },
    async stop() {
      clearInterval(timer);
      await run.ended();
    },
  };
}

/** Listens on the loopback address only. */
const listen = async (server: FastifyInstance, port: Port): Promise<string> =>
  server.listen({ host: "127.0.0.1", port: await freePort(port) });

/** What the service's app signs in with at Avow; made once. */
async function tokenOf(home: string, service: string): Promise<string> {
  const folder = join(home, "keys");
  const path = join(folder, `${service}.token`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(path, `${randomBytes(32).toString("base64url")}\n`, { mode: 0o600, flag: "wx" }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
  return (await readFile(path, "utf8")).trim();
}
