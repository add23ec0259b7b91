/**
 * Runs random worlds through the model and the real thing: `node sim/run.ts --engine mysql --worlds 500 --seed 1 --people 3`. With
 * `--url` on a server of your own (a superuser's URL); else on a throw-away one; with `--sweep` all people of a world are erased in one sweep.
 * With `--merged` some people are merged with others first, in sweeps too. With `--shape` only worlds that have the shape of this name. With `--grace`
 * erasures are taken back, with `--holds` a legal hold is in their way. Exit 1 when they part.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import { startMariaDb } from "@avow/provision/mariadb";
import { openDatabase } from "@avow/runtime/store/database";
import { useEmbedded } from "@avow/runtime/store/embedded";
import { describeMismatch, type Finding } from "./describe.ts";
import type { Engine } from "./engines/engine.ts";
import { mariaDb } from "./engines/mysql.ts";
import { postgres } from "./engines/postgres.ts";
import { sqlite } from "./engines/sqlite.ts";
import { takeBack } from "./grace.ts";
import { tryHolds } from "./holds.ts";
import { type Merging, mergeTable } from "./merging.ts";
import { runSeeds } from "./seeds.ts";
import { runSweepSeeds, sweepTable } from "./sweep/seeds.ts";
import { coverageTable, SHAPE_NAMES } from "./world/coverage.ts";

const { values } = parseArgs({
  options: {
    engine: { type: "string", default: "postgres" },
    worlds: { type: "string", default: "100" },
    seed: { type: "string", default: "1" },
    people: { type: "string", default: "3" },
    findings: { type: "string", default: "5" },
    url: { type: "string" },
    shape: { type: "string" },
    shrink: { type: "boolean", default: true },
    sweep: { type: "boolean", default: false },
    merged: { type: "boolean", default: false },
    grace: { type: "boolean", default: false },
    holds: { type: "boolean", default: false },
  },
  allowNegative: true,
});

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

const ENGINES: Readonly<Record<string, { start(): Promise<Server>; engine(url: string): Engine }>> = {
  postgres: { start: throwAwayServer, engine: postgres },
  mysql: { start: startMariaDb, engine: mariaDb },
  sqlite: { start: async () => ({ url: "", stop: async () => undefined }), engine: sqlite },
};

const chosen = must(ENGINES[values.engine], `\`--engine\` is one of ${Object.keys(ENGINES).join(", ")}`);
const options = {
  people: Number(values.people),
  findingsMax: Number(values.findings),
  shrink: values.shrink,
};
if (values.shape !== undefined && !SHAPE_NAMES.includes(values.shape))
  throw new Error(`\`--shape\` is one of: ${SHAPE_NAMES.join("; ")}`);
const server =
  values.url === undefined ? await chosen.start() : { url: values.url, stop: async () => undefined };
try {
  const first = Number(values.seed);
  const seeds = Array.from({ length: Number(values.worlds) }, (_, i) => first + i);
  process.exitCode = (await chosenRun()(server.url, seeds)) > 0 ? 1 : 0;
} finally {
  await server.stop();
}

type Run = (url: string, seeds: readonly number[]) => Promise<number>;

/** Gives how many findings there are. */
function chosenRun(): Run {
  if (values.grace) return erasuresOf(takeBack);
  if (values.holds) return erasuresOf(tryHolds);
  return values.sweep ? sweeps : requests;
}

function erasuresOf(tryAll: typeof takeBack | typeof tryHolds): Run {
  return async (url, seeds) => {
    const { wrong, tally } = await tryAll(chosen.engine(url), seeds, options.people);
    for (const finding of wrong) console.log(finding);
    console.log(`${JSON.stringify(tally)}; ${wrong.length} findings`);
    return wrong.length;
  };
}

/** Each person by itself. */
async function requests(url: string, seeds: readonly number[]): Promise<number> {
  const onFinding = (finding: Finding) => console.log(`${describeMismatch(finding)}\n`);
  const only = values.shape === undefined ? {} : { shape: values.shape };
  const own = values.merged ? await ownDatabase() : null;
  const merging = own === null ? {} : { merging: own.merging };
  const report = await runSeeds(chosen.engine(url), seeds, { ...options, ...only, ...merging, onFinding });
  console.log(coverageTable(report.coverage, report.tally, report.worlds));
  if (own !== null) console.log(mergeTable(own.merging.tally));
  await own?.close();
  console.log(`${report.worlds} worlds, ${report.tally.requests} people, ${report.found.length} findings`);
  return report.found.length;
}

/** For merges: Avow keeps them in a database of its own. */
async function ownDatabase(): Promise<{ readonly merging: Merging; close(): Promise<void> }> {
  const own = await throwAwayServer();
  const fresh = await freshDatabase(own.url, "sim");
  const db = await openDatabase(fresh.url);
  const close = async (): Promise<void> => {
    await db.destroy();
    await fresh.drop();
    await own.stop();
  };
  return { merging: { db, tally: { outcomes: new Map(), undone: 0 } }, close };
}

/** All people of a world in one sweep. */
async function sweeps(url: string, seeds: readonly number[]): Promise<number> {
  const onFinding = (finding: string) => console.log(`${finding}\n`);
  const own = values.merged ? await ownDatabase() : null;
  const merging = own === null ? {} : { merging: own.merging };
  const report = await runSweepSeeds(chosen.engine(url), seeds, { ...options, ...merging, onFinding });
  console.log(sweepTable(report));
  if (own !== null) console.log(mergeTable(own.merging.tally));
  await own?.close();
  return report.found.length;
}

async function throwAwayServer(): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), "avow-sim-"));
  await chmod(folder, 0o755);
  const embedded = await useEmbedded({ home: join(folder, "avow") });
  const stop = async (): Promise<void> => {
    await embedded.release();
    await rm(folder, { recursive: true, force: true });
  };
  return { url: embedded.adminUrl(), stop };
}
