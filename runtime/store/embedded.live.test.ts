import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Embedded, ensureDatabase, ensureRole, useEmbedded } from "./embedded.ts";
import { findRunning } from "./embedded-server.ts";
import { hasEnded } from "./process-lock.ts";

let folder = "";
let home = "";
const children: ChildProcess[] = [];
const servers: Embedded[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-embedded-"));
  await chmod(folder, 0o755);
  home = join(folder, ".avow");
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  for (const server of servers.splice(0)) await server.release();
  // A user of ours that starts and leaves also stops what a killed child left behind.
  await useEmbedded({ home }).then((server) => server.release());
  await rm(folder, { recursive: true, force: true });
});

async function enter(): Promise<Embedded> {
  const server = await useEmbedded({ home });
  servers.push(server);
  return server;
}

/** Another process that uses the folder; says `started PORT` or `adopted PORT`, and leaves at the end of its input. */
async function otherProcess(): Promise<{ child: ChildProcess; said: string }> {
  const script = `
    const { useEmbedded } = await import(${JSON.stringify(new URL("embedded.ts", import.meta.url).href)});
    const server = await useEmbedded({ home: ${JSON.stringify(home)} });
    console.log(server.started + " " + server.port);
    process.stdin.on("end", async () => { await server.release(); process.exit(0); }).resume();`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  children.push(child);
  const [said] = await once(createInterface(child.stdout), "line");
  return { child, said: String(said) };
}

async function value(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

async function serverPid(): Promise<number> {
  const running = await findRunning(home);
  if (running === null) throw new Error("no server runs");
  return running.pid;
}

test("starts a server on the loopback address, with passwords, and stops it with the last user", async () => {
  const server = await enter();
  expect(server.started).toBe("started");
  expect(await value(server.adminUrl(), "show fsync")).toBe("on");
  expect(await value(server.adminUrl(), "show listen_addresses")).toBe("127.0.0.1");
  expect(await value(server.adminUrl(), "show unix_socket_directories")).toBe("");
  expect(
    await value(server.adminUrl(), "select string_agg(distinct auth_method, ',') from pg_hba_file_rules"),
  ).toBe("scram-sha-256");
  expect((await stat(join(home, "embedded.json"))).mode & 0o777).toBe(0o600);
  const wrong = server.adminUrl().replace(server.passwordOf("avow"), "guess");
  await expect(value(wrong, "select 1")).rejects.toThrow(/password/);
  const pid = await serverPid();
  await server.release();
  await server.release();
  expect(await hasEnded(pid)).toBe(true);
  expect(await readdir(join(home, "users"))).toEqual([]);
});

test("keeps data, port and passwords from one start to the next; roles have passwords of their own", async () => {
  const first = await enter();
  expect(await ensureDatabase(first, "miky_ai")).toBe(true);
  await ensureRole(first, "miky_reader");
  const url = first.urlFor({ database: "miky_ai", user: "miky_reader" });
  expect(await value(url, "select current_user")).toBe("miky_reader");
  expect(await value(url, "select rolsuper from pg_roles where rolname = current_user")).toBe(false);
  await first.release();
  const second = await enter();
  expect(second.started).toBe("started");
  expect(second.urlFor({ database: "miky_ai", user: "miky_reader" })).toBe(url);
  expect(await ensureDatabase(second, "miky_ai")).toBe(false);
  expect(second.passwordOf("miky_reader")).not.toBe(second.passwordOf("miky_eraser"));
});

test("a second process adopts; who leaves first leaves the server to the other", async () => {
  const server = await enter();
  const other = await otherProcess();
  expect(other.said).toBe(`adopted ${server.port}`);
  const pid = await serverPid();
  await server.release();
  expect(await hasEnded(pid)).toBe(false);
  other.child.stdin?.end();
  await once(other.child, "exit");
  expect(await hasEnded(pid)).toBe(true);
});

test("a server outlives the `kill -9` of its starter, is adopted, and stopped by the adopter", async () => {
  const other = await otherProcess();
  const pid = await serverPid();
  other.child.kill("SIGKILL");
  await once(other.child, "exit");
  await sleep(200);
  expect(await hasEnded(pid)).toBe(false);
  const server = await enter();
  expect([server.started, await serverPid()]).toEqual(["adopted", pid]);
  await server.release();
  expect(await hasEnded(pid)).toBe(true);
});

test("several starters at once start one server", async () => {
  const said = (await Promise.all([otherProcess(), otherProcess(), otherProcess()])).map(
    (other) => other.said,
  );
  const words = said.map((line) => line.split(" ")[0]).sort();
  expect(words).toEqual(["adopted", "adopted", "started"]);
  expect(new Set(said.map((line) => line.split(" ")[1])).size).toBe(1);
});

test("a server that was killed leaves a stale pid file; the next user starts anew and the data is there", async () => {
  const server = await enter();
  await ensureDatabase(server, "kept");
  process.kill(await serverPid(), "SIGKILL");
  const next = await enter();
  expect(next.started).toBe("started");
  expect(await ensureDatabase(next, "kept")).toBe(false);
});

test("a pid file that names a process of somebody else is removed, and that process is left alone", async () => {
  const server = await enter();
  await server.release();
  const stranger = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  children.push(stranger);
  const file = join(home, "pg", "postmaster.pid");
  await writeFile(file, `${stranger.pid}\n${join(home, "pg")}\n1700000000\n${server.port}\n\n127.0.0.1\n`);
  const next = await enter();
  expect(next.started).toBe("started");
  await next.release();
  expect(stranger.exitCode).toBe(null);
  expect(await hasEnded(stranger.pid ?? 0)).toBe(false);
});

test("a lock and a draft that a killed process left behind do not stand in the way", async () => {
  await enter().then((server) => server.release());
  await writeFile(join(home, "embedded.lock"), "0a-nonce 999999999 12345");
  await writeFile(join(home, "users", "999999999.feed"), "999999999 12345");
  const server = await enter();
  await server.release();
  expect(await readdir(join(home, "users"))).toEqual([]);
  expect(await readdir(home)).not.toContain("embedded.lock");
});

test("says what to do when the secrets are gone", async () => {
  await enter().then((server) => server.release());
  const memory = await readFile(join(home, "embedded.json"), "utf8");
  await rm(join(home, "embedded.json"));
  await expect(useEmbedded({ home })).rejects.toThrow(/is missing although .* exists; put it back/);
  await writeFile(
    join(home, "embedded.json"),
    memory.replace(/"adminPassword": ".{5}/, '"adminPassword": "wrong'),
  );
  await expect(useEmbedded({ home })).rejects.toThrow(/does not take the password in .*embedded\.json/);
  await writeFile(join(home, "embedded.json"), memory);
});

test.runIf(process.getuid?.() === 0)(
  "below a folder that the server's user may not enter: starts, or says how to open it",
  async () => {
    await chmod(folder, 0o700);
    const outcome = await enter().then(
      (server) => server.started,
      (error: Error) => error.message,
    );
    await chmod(folder, 0o755);
    expect(outcome).toMatch(/^started$|may not enter .* `chmod o\+x/);
  },
);
