/**
 * What is to notice a mutant: steps in order, the cheap ones first; the first that fails ends it. A step is a run of vitest on some files, or
 * of the differential on worlds that are always the same.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Area } from "./mutant.ts";

export type Step =
  | { readonly name: string; readonly files: readonly string[] }
  | { readonly name: string; readonly sim: readonly string[] };

const unit = (...rooms: readonly string[]): Step => ({
  name: `unit tests of ${rooms.join(", ")}`,
  files: rooms.map((room) => `${room}/**/*.test.ts`),
});
const PLANNING = unit("core/plan", "core/datamap", "runtime/requests");
const RUNNING = unit("runtime/requests");
const worlds = (engine: string, from: number, count: number): Step => ({
  name: `worlds ${from} to ${from + count - 1} on ${engine}`,
  sim: ["--engine", engine, "--worlds", String(count), "--seed", String(from), "--people", "3"],
});
const sweeps = (engine: string, from: number, count: number): Step => ({
  name: `sweeps of worlds ${from} to ${from + count - 1} on ${engine}`,
  sim: ["--sweep", "--engine", engine, "--worlds", String(count), "--seed", String(from), "--people", "5"],
});
const live = (name: string, ...files: readonly string[]): Step => ({
  name,
  files: files.map((f) => `${f}.live.test.ts`),
});

const erasing = live(
  "erasing",
  ...["runtime/requests/rights/*", "runtime/requests/run/cascade", "runtime/requests/run/stand-in"],
);
const concurrency = live("concurrency", "runtime/requests/run/concurrency");
/** Of the command line, on a service with its own database. */
const commands = (...names: readonly string[]): readonly Step[] =>
  names.map((name) => live(`commands: ${name}`, `apps/cli/commands/${name}`));
const requests = commands(
  "request/rights",
  "request/again",
  "sweep/sweep",
  "request/grace",
  "request/request",
);
const engine = (name: string): readonly Step[] => [
  unit(`connectors/${name}`),
  live(`contract of ${name}`, `connectors/${name}/contract`),
  live(`the rest of ${name}`, `connectors/${name}/!(contract)`),
  worlds(name, 1, 20),
];

export const SUITES: Readonly<Record<Area, readonly Step[]>> = {
  plan: [
    PLANNING,
    worlds("sqlite", 1, 12),
    erasing,
    worlds("postgres", 13, 20),
    live("grace in worlds", "sim/grace"),
    worlds("sqlite", 33, 60),
    ...requests,
  ],
  scope: [
    PLANNING,
    worlds("sqlite", 1, 12),
    worlds("postgres", 13, 20),
    worlds("sqlite", 33, 60),
    ...requests,
  ],
  sweep: [
    unit("core/plan", "runtime/requests"),
    sweeps("sqlite", 1, 30),
    sweeps("postgres", 31, 30),
    ...commands("sweep/sweep"),
  ],
  run: [
    RUNNING,
    erasing,
    worlds("sqlite", 1, 12),
    sweeps("sqlite", 1, 10),
    ...requests,
    concurrency,
    live("the crash matrix", "apps/cli/crash-matrix"),
  ],
  postgres: engine("postgres"),
  mysql: engine("mysql"),
  sqlite: engine("sqlite"),
};

export interface Servers {
  readonly postgresUrl: string;
  readonly mariaDb: { readonly url: string; readonly caFile: string } | { readonly missing: string };
}

export type Ended =
  | { readonly how: "passed" }
  /** `by`: the test, or the seed, and what it said. */
  | { readonly how: "failed"; readonly by: string; readonly said: string }
  | { readonly how: "timed out" };

const OUTPUT_KEPT_MAX = 400_000;

export async function runStep(
  folder: string,
  step: Step,
  { servers, timeoutMs }: { readonly servers: Servers; readonly timeoutMs: number },
): Promise<Ended> {
  const command = "sim" in step ? simulating(step.sim, servers) : await testing(folder, step.files, servers);
  if (command === null) return { how: "passed" };
  const child = spawn(process.execPath, command, {
    cwd: folder,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let output = "";
  const hear = (data: Buffer): void => {
    if (output.length < OUTPUT_KEPT_MAX) output += data.toString();
  };
  child.stdout.on("data", hear);
  child.stderr.on("data", hear);
  let late = false;
  const clock = setTimeout(() => {
    late = true;
    endGroup(child);
  }, timeoutMs);
  const [code] = await once(child, "close");
  clearTimeout(clock);
  running.delete(child);
  if (late) return { how: "timed out" };
  if (code === 0) return { how: "passed" };
  return { how: "failed", ...("sim" in step ? findingIn(step, output) : failureIn(step, output)) };
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) endGroup(child);
});

/** With the processes that it started. */
function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) process.kill(-pid, "SIGKILL");
}

/** Null: the engine is not on this machine. */
function simulating(args: readonly string[], { postgresUrl, mariaDb }: Servers): string[] | null {
  const run = ["sim/run.ts", ...args, "--findings", "1", "--no-shrink"];
  if (args.includes("postgres")) return [...run, "--url", postgresUrl];
  if (!args.includes("mysql")) return run;
  return "missing" in mariaDb ? null : [...run, "--url", mariaDb.url];
}

async function testing(folder: string, files: readonly string[], servers: Servers): Promise<string[]> {
  const isLive = files.some((f) => f.endsWith(".live.test.ts"));
  const test = {
    include: files,
    exclude: ["**/node_modules/**", ...(isLive ? [] : ["**/*.live.test.ts"])],
    provide: servers,
    bail: 1,
    maxWorkers: 1,
    isolate: isLive,
    reporters: ["default"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
  };
  const config = join(folder, "vitest.mutant.config.ts");
  await writeFile(config, `export default ${JSON.stringify({ test })};\n`);
  return ["node_modules/vitest/vitest.mjs", "run", "--no-color", "--config", config];
}

const lastLines = (output: string): string => output.trim().split("\n").slice(-3).join(" | ").slice(0, 300);

function failureIn({ name }: Step, output: string): { by: string; said: string } {
  const found = /^\s*FAIL\s+(\S+\.test\.ts)(?: > ([^\n]*))?/m.exec(output);
  return found === null
    ? { by: name, said: lastLines(output) }
    : { by: found[1] ?? name, said: (found[2] ?? "").slice(0, 300) };
}

function findingIn({ name }: Step, output: string): { by: string; said: string } {
  const seed = /seed (\d+)/.exec(output)?.[1];
  const [first = ""] = output.trim().split("\n");
  return {
    by: `${name.startsWith("sweeps") ? "sweep" : "worlds"} ${name.slice(name.indexOf(" on ") + 1)}`,
    said: `${seed === undefined ? "" : `seed ${seed}: `}${first.slice(0, 250)}`,
  };
}
