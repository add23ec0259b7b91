/** A command of Avow as a person runs it: start of the process, opening of the service and receipt included; and what it held in memory. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Bed } from "./bed.ts";

const START = fileURLToPath(new URL("../apps/cli/start.js", import.meta.url));
const LOOK_EVERY_MS = 10;
/** As `npx avow` starts it. */
const FLAGS = ["--max-semi-space-size=8", "--heap-growing-percent=60"];

export interface Whole {
  readonly ms: number;
  /** The most that the process held, in MB. */
  readonly mb: number;
  /** What it held at each tenth of its time, in MB. */
  readonly course: readonly number[];
  readonly stdout: string;
}

const mbOf = (status: string, name: string): number =>
  Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);

export async function wholeCommand(bed: Bed, args: readonly string[]): Promise<Whole> {
  const began = performance.now();
  const child = spawn(process.execPath, [...FLAGS, START, ...args, "--service", bed.folder], {
    env: { ...bed.env, MALLOC_ARENA_MAX: "1", MALLOC_TRIM_THRESHOLD_: "131072" },
    cwd: bed.folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let mb = 0;
  let [stdout, stderr] = ["", ""];
  const looks: number[] = [];
  child.stdout.on("data", (data) => {
    stdout += data;
  });
  child.stderr.on("data", (data) => {
    stderr += data;
  });
  const clock = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    if (status === "") return;
    mb = Math.max(mb, mbOf(status, "VmHWM"));
    looks.push(mbOf(status, "VmRSS"));
  }, LOOK_EVERY_MS);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(clock);
  if (code !== 0) throw new Error(`\`${args.join(" ")}\` ended with ${code}: ${stderr}`);
  const course = Array.from(
    { length: 10 },
    (_, i) => looks[Math.floor(((i + 0.5) * looks.length) / 10)] ?? 0,
  );
  return { ms: performance.now() - began, mb, course, stdout };
}
