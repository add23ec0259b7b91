/** Runs a step on a copy: vitest on its files, or the differential on its worlds, and says what failed first. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Step } from "./suite.ts";

export interface Servers {
  readonly postgresUrl: string;
  readonly mariaDb: { readonly url: string; readonly caFile: string } | { readonly missing: string };
}

export type Ended =
  | { readonly how: "passed" }
  /** `by`: the test, or the seed, and what it said. */
  | { readonly how: "failed"; readonly by: string; readonly said: string; readonly output: string }
  | { readonly how: "timed out" }
  /** By whoever runs it: that says nothing. */
  | { readonly how: "stopped" };

export interface Under {
  readonly servers: Servers;
  /** For the whole step. */
  readonly timeoutMs: number;
  /** How many times as long as usual a single test may take. */
  readonly patience: number;
  /** Tests, by all their names, that are left out. */
  readonly without?: readonly string[];
}

const TEST_TIMEOUT_MS = 120_000;
const OUTPUT_KEPT_MAX = 400_000;

export async function runStep(
  folder: string,
  step: Step,
  { servers, timeoutMs, patience, without = [] }: Under,
): Promise<Ended> {
  const command =
    "sim" in step
      ? simulating(step.sim, servers)
      : await testing(folder, step.files, { servers, patience, without });
  if (command === null) return { how: "passed" };
  if (stopped) return { how: "stopped" };
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
  if (stopped) return { how: "stopped" };
  if (late) return { how: "timed out" };
  if (code === 0) return { how: "passed" };
  return { how: "failed", output, ...("sim" in step ? findingIn(step, output) : failureIn(step, output)) };
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) endGroup(child);
});

let stopped = false;
/** What runs is ended, and nothing begins any more. */
export function stop(): void {
  stopped = true;
  for (const child of running) endGroup(child);
}

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

async function testing(
  folder: string,
  files: readonly string[],
  { servers, patience, without = [] }: Omit<Under, "timeoutMs">,
): Promise<string[]> {
  const isLive = files.some((f) => f.endsWith(".live.test.ts"));
  const test = {
    include: files,
    exclude: ["**/node_modules/**", ...(isLive ? [] : ["**/*.live.test.ts"])],
    provide: servers,
    bail: 1,
    maxWorkers: 1,
    isolate: isLive,
    reporters: ["default"],
    testTimeout: TEST_TIMEOUT_MS * patience,
    hookTimeout: TEST_TIMEOUT_MS * patience,
  };
  const config = join(folder, "vitest.mutant.config.ts");
  await writeFile(config, `export default ${JSON.stringify({ test })};\n`);
  const names = without.map((name) => name.split(" > ").map(RegExp.escape).join("(?: >)? ")).join("|");
  const others = names === "" ? [] : ["--testNamePattern", `^(?!(?:${names})$)`];
  return ["node_modules/vitest/vitest.mjs", "run", "--no-color", "--config", config, ...others];
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
    by: name,
    said: `${seed === undefined ? "" : `seed ${seed}: `}${first.slice(0, 250)}`,
  };
}
