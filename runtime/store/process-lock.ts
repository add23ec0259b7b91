/**
 * Which processes are alive, and a lock between them that survives `kill -9` of its holder.
 *
 * A pid alone is not a name: systems hand pids out again. A process is named by pid and start time, as far as the system tells it.
 */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The start time as the system writes it; `""` where it does not say; `null` when no such process lives. */
async function startedAt(pid: number): Promise<string | null> {
  if (!isAlive(pid)) return null;
  if (process.platform !== "linux") {
    const found = await run("ps", ["-o", "lstart=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
    return found.stdout.trim();
  }
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
  if (stat === null) return isAlive(pid) ? "" : null;
  // The command's name stands in brackets and may hold spaces and brackets itself; the fields after it do not.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" ? null : (fields[19] ?? "");
}

/** A process of another user counts as alive. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

export async function commandLine(pid: number): Promise<string> {
  const fromProc = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  if (fromProc !== null) return fromProc.replaceAll("\0", " ");
  const found = await run("ps", ["-ww", "-o", "command=", "-p", String(pid)]).catch(() => ({ stdout: "" }));
  return found.stdout;
}

/** True also for a process that has ended and waits to be collected by a parent that never does (a container without an init). */
export async function hasEnded(pid: number): Promise<boolean> {
  return (await startedAt(pid)) === null;
}

async function nameOf(pid: number): Promise<string> {
  return `${pid} ${(await startedAt(pid)) ?? ""}`;
}

/** A process starts once. */
let ownName: Promise<string> | null = null;
const nameOfThis = (): Promise<string> => (ownName ??= nameOf(process.pid));

async function isNamed(name: string): Promise<boolean> {
  const pid = Number.parseInt(name, 10);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  const started = await startedAt(pid);
  return started !== null && `${pid} ${started}` === name;
}

export interface LockOptions {
  /** The lock's file; its folder exists. */
  readonly file: string;
  readonly waitMsMax: number;
}

/**
 * Runs `act` while this process alone holds the lock.
 *
 * The lock appears with its content in one step (`link`). A dead holder's lock may be removed only by the one who wins the marker
 * that carries the lock's own nonce: without it, a slow waiter could remove the lock of the one that had just taken it over.
 */
export async function withLock<T>(options: LockOptions, act: () => Promise<T>): Promise<T> {
  const nonce = randomUUID();
  const draft = `${options.file}.${nonce}`;
  await writeFile(draft, `${nonce} ${await nameOfThis()}`);
  try {
    const deadlineMs = performance.now() + options.waitMsMax;
    while (!(await tryLink(draft, options.file))) {
      await clearIfStale(options.file);
      if (performance.now() > deadlineMs) {
        throw new Error(
          `\`${options.file}\` is held by another process for more than ${options.waitMsMax} ms; if no such process runs, delete the file`,
        );
      }
      await sleep(20 + Math.random() * 60);
    }
    try {
      return await act();
    } finally {
      await rm(options.file, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

async function tryLink(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function clearIfStale(file: string): Promise<void> {
  const held = await readFile(file, "utf8").catch(() => null);
  if (held === null) return;
  const space = held.indexOf(" ");
  if (await isNamed(held.slice(space + 1))) return;
  const nonce = held.slice(0, space);
  const marker = `${file}.stale.${nonce}`;
  const won = await mkdir(marker).then(
    () => true,
    () => false,
  );
  if (!won) return;
  const now = await readFile(file, "utf8").catch(() => "");
  if (now.startsWith(`${nonce} `)) await rm(file, { force: true });
  await rm(`${file}.${nonce}`, { force: true });
  await rm(marker, { recursive: true, force: true });
}

/** Signs this process in to the folder; more than once if it wants. Returns the file that says so. */
export async function signIn(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${process.pid}.${randomUUID().slice(0, 8)}`);
  await writeFile(file, await nameOfThis());
  return file;
}

/** How many are signed in; the files of dead processes are removed. */
export async function countSignedIn(folder: string): Promise<number> {
  let count = 0;
  for (const entry of await readdir(folder).catch(() => [])) {
    const file = join(folder, entry);
    const name = await readFile(file, "utf8").catch(() => "");
    if (await isNamed(name)) count += 1;
    else await rm(file, { force: true });
  }
  return count;
}
