/** The command line as a process of its own, for tests: as it is, or one that is killed at a named moment. */
import { spawn } from "node:child_process";
import { ENVIRONMENT } from "./environment.ts";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const CRASHING = new URL("./main.ts", import.meta.url).pathname;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

export interface Place {
  /** The service's folder, and where the command is called. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/** `args` begin with the file of the program; it runs in the folder. */
export function runningProgram({ folder, env }: Place, args: readonly string[]): Promise<Ended> {
  const child = spawn(process.execPath, args, { env: { ...ENVIRONMENT, ...env }, cwd: folder });
  const said = { out: "", err: "" };
  child.stdout.on("data", (chunk) => void (said.out += chunk));
  child.stderr.on("data", (chunk) => void (said.err += chunk));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...said })));
}

export const runningCli = (place: Place, args: readonly string[]): Promise<Ended> =>
  runningProgram(place, [MAIN, ...args, "--service", place.folder]);

export const crashingCli = (place: Place, point: string, args: readonly string[]): Promise<Ended> =>
  runningProgram(place, [CRASHING, point, ...args, "--service", place.folder]);
