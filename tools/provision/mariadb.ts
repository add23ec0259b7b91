/**
 * A throw-away MariaDB from Debian's package: its own data folder, socket and loopback port, gone with the process that started it. Its
 * standard input is ours: when that closes, for whatever reason, the server goes too, so that no killed test run leaves one behind.
 */
import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import mysql from "mysql2/promise";
import { ensureDebian } from "./debian.ts";

const run = promisify(execFile);

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 20_000;
const KILLED_MS = 200;
const USER = "avow_admin";

export interface MariaDb {
  /** An administrator's address, without a database. Make one of your own: `freshMariaDb`. */
  readonly url: string;
  /** The certificate that signs the server's own, for connections with TLS. */
  readonly caFile: string;
  /** As a power cut: at once, and gone when it returns. `resume` starts it again, on the same address with the same data. */
  halt(): void;
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** Closes its ear only after the number was read, so two servers that start together are unlikely to meet. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string")
    throw new Error("no free port on the loopback address");
  return address.port;
}

/** Of a server on the loopback address, and of who signed it. */
export async function certificates(folder: string): Promise<{ ca: string; cert: string; key: string }> {
  const at = (name: string): string => join(folder, name);
  const openssl = (...args: readonly string[]): Promise<unknown> => run("openssl", [...args]);
  const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
  await openssl(
    "req",
    "-x509",
    ...ec,
    "-keyout",
    at("ca.key"),
    "-out",
    at("ca.pem"),
    "-subj",
    "/CN=test",
    "-days",
    "2",
  );
  await openssl(
    "req",
    ...ec,
    "-keyout",
    at("server.key"),
    "-out",
    at("server.csr"),
    "-subj",
    "/CN=localhost",
  );
  await writeFile(at("san"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n");
  const signed = [
    "-CA",
    at("ca.pem"),
    "-CAkey",
    at("ca.key"),
    "-CAcreateserial",
    "-days",
    "2",
    "-extfile",
    at("san"),
  ];
  await openssl("x509", "-req", "-in", at("server.csr"), ...signed, "-out", at("server.pem"));
  return { ca: at("ca.pem"), cert: at("server.pem"), key: at("server.key") };
}

/** The server refuses to run as root; it then takes the user that its package made. */
const serverUser = process.getuid?.() === 0 ? "mysql" : null;

interface Place {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
}

async function layOut({ folder, password }: Place): Promise<readonly string[]> {
  const data = join(folder, "data");
  const as = serverUser === null ? [] : [`--user=${serverUser}`];
  const tls = await certificates(folder);
  await mkdir(data);
  const init = join(folder, "init.sql");
  await writeFile(
    init,
    `DELETE FROM mysql.global_priv WHERE User IN ('', 'root');\nFLUSH PRIVILEGES;\nCREATE USER '${USER}'@'%' IDENTIFIED BY '${password}';\nGRANT ALL ON *.* TO '${USER}'@'%' WITH GRANT OPTION;\n`,
    { mode: 0o600 },
  );
  await mkdir(join(folder, "tmp"));
  if (serverUser !== null) await run("chown", ["-R", serverUser, folder]);
  await run("mariadb-install-db", [
    "--no-defaults",
    ...as,
    `--datadir=${data}`,
    "--auth-root-authentication-method=normal",
    "--skip-test-db",
    "--skip-name-resolve",
  ]);
  return [
    ...as,
    `--datadir=${data}`,
    `--init-file=${init}`,
    `--ssl-ca=${tls.ca}`,
    `--ssl-cert=${tls.cert}`,
    `--ssl-key=${tls.key}`,
  ];
}

/** Ends when its input does. */
const WATCHED =
  'exec 3<&0; "$@" </dev/null 3<&- & server=$!; (read -r _ <&3; kill "$server") 2>/dev/null & wait "$server"';

function start({ folder, port }: Place, args: readonly string[]) {
  const log = join(folder, "log");
  const options = [
    "--no-defaults",
    ...args,
    `--socket=${join(folder, "s")}`,
    `--pid-file=${join(folder, "pid")}`,
    // A server that starts clears its folder for temporary tables: in a common one it would take away those of the others.
    `--tmpdir=${join(folder, "tmp")}`,
    `--port=${port}`,
    "--bind-address=127.0.0.1",
    "--skip-name-resolve",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=128M",
    "--performance-schema=OFF",
    "--max-connections=100",
  ];
  const child = spawn("sh", ["-c", WATCHED, "sh", "mariadbd", ...options], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said = (said + chunk).slice(-4_000);
    void appendFile(log, chunk).catch(() => undefined);
  });
  return { child, said: () => said };
}

async function answers(url: string): Promise<boolean> {
  const client = await mysql.createConnection(url).catch(() => null);
  if (client === null) return false;
  await client.end();
  return true;
}

/** Throws with what is missing when the package is not there and can't be installed. */
export async function startMariaDb(): Promise<MariaDb> {
  await ensureDebian(["mariadb-server", "openssl"]);
  const folder = await mkdtemp(join(tmpdir(), "avow-mariadb-"));
  await run("chmod", ["755", folder]);
  const place = { folder, port: await freePort(), password: randomBytes(12).toString("hex") };
  const args = await layOut(place);
  const url = `mysql://${USER}:${place.password}@127.0.0.1:${place.port}/`;
  let server = start(place, args);
  let gone = once(server.child, "exit");
  const stop = async (): Promise<void> => {
    server.child.stdin.end();
    await Promise.race([gone, sleep(STOP_MS_MAX, undefined, { ref: false })]);
    await rm(folder, { recursive: true, force: true });
  };
  const ready = async (): Promise<void> => {
    const deadline = Date.now() + START_MS_MAX;
    while (!(await answers(url))) {
      if (server.child.exitCode !== null || Date.now() > deadline) {
        await stop();
        throw new Error(`mariadb did not start: ${server.said()}`);
      }
      await sleep(50);
    }
  };
  await ready();
  return {
    url,
    caFile: join(folder, "ca.pem"),
    stop,
    halt: () => killNow(Number(readFileSync(join(folder, "pid"), "utf8"))),
    async resume() {
      server.child.stdin.end();
      await gone;
      // Its account is there already.
      server = start(
        place,
        args.filter((a) => !a.startsWith("--init-file=")),
      );
      gone = once(server.child, "exit");
      await ready();
    },
  };
}

/** A process that was killed takes a moment to let go of its port; nothing else runs here until it has. */
function killNow(pid: number): void {
  process.kill(pid, "SIGKILL");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, KILLED_MS);
}

export interface FreshMariaDb {
  readonly url: string;
  readonly name: string;
  drop(): Promise<void>;
}

/** A database of its own for a test; `prefix` makes the name readable in a list. */
export async function freshMariaDb(adminUrl: string, prefix: string): Promise<FreshMariaDb> {
  const name = `${prefix}_${randomBytes(6).toString("hex")}`;
  const tell = async (sql: string): Promise<void> => {
    const client = await mysql.createConnection(adminUrl);
    await client.query(sql).finally(() => client.end());
  };
  await tell(`CREATE DATABASE \`${name}\` CHARACTER SET utf8mb4`);
  return {
    url: new URL(name, adminUrl).href,
    name,
    drop: () => tell(`DROP DATABASE IF EXISTS \`${name}\``),
  };
}
