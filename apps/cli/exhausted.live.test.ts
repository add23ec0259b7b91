/** What is used up: a server that has no connection left could not be reached (exit code 3); a disk that is full leaves the old report. */
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { POLICY } from "./commands/request/testing/club.ts";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));
const MAP = `store: app
connector: postgres
collections:
  users:
    class: account
    person: { user: id }
    fields: { id: user.unique_id, name: user.name }
`;

let database: FreshDatabase;
let folder = "";
let exhausted = "";
beforeAll(async () => {
  database = await freshDatabase(inject("postgresUrl"), "exhausted");
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    "create table users (id int primary key, name text); create role avow_exhausted login password 'none' connection limit 0",
  );
  await client.end();
  const url = new URL(database.url);
  url.username = "avow_exhausted";
  url.password = "none";
  exhausted = url.href;
  folder = await mkdtemp(join(tmpdir(), "avow-exhausted-"));
  await mkdir(join(folder, "home"));
  await writeFile(join(folder, "policy.md"), POLICY);
  await writeFile(join(folder, "app.yaml"), MAP);
  await writeFile(
    join(folder, "avow.yaml"),
    "service: club\npolicy: [policy.md]\ndatamap: [app.yaml]\nstores: { app: { connector: postgres, url: env:APP } }\nstate: env:STATE\n",
  );
});
afterAll(async () => {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("drop role avow_exhausted");
  await client.end();
  await rm(folder, { recursive: true });
  await database.drop();
});

function avow(args: readonly string[], { app, state }: { readonly app: string; readonly state: string }) {
  const ran = spawnSync(process.execPath, [MAIN, ...args, "--service", folder], {
    env: { ...process.env, APP: app, STATE: state, AVOW_HOME: join(folder, "home") },
    encoding: "utf8",
  });
  return { exit: ran.status, out: ran.stdout, err: ran.stderr };
}

test("of Avow's own tables", () => {
  for (const args of [["verify"], ["worker"]]) {
    const { exit, err } = avow(args, { app: database.url, state: exhausted });
    expect([exit, err]).toEqual([
      3,
      expect.stringContaining("could not be reached (53300): it has no connection left"),
    ]);
    expect(err).not.toContain("    at ");
  }
});

test("of a store", () => {
  const { exit, err } = avow(["worker"], { app: exhausted, state: database.url });
  expect([exit, err]).toEqual([3, expect.stringContaining("the store `app` failed (throttled)")]);
  const verified = avow(["verify"], { app: exhausted, state: database.url });
  expect([verified.exit, verified.out]).toEqual([3, expect.stringContaining("(throttled)")]);
  const looked = avow(["discover", "app"], { app: exhausted, state: database.url });
  expect([looked.exit, looked.err]).toEqual([3, expect.stringContaining("throttled")]);
});

/** A limit of the system's: no file may hold a byte. No test can fill a disk that others use. */
test("a report that the disk does not take leaves the old one", async () => {
  // Home holds its keys from now on.
  expect(avow(["verify"], { app: database.url, state: database.url }).exit).toBe(0);
  for (const name of ["junit", "sarif"]) {
    const file = join(folder, `out.${name}`);
    await writeFile(file, "the last one");
    const args = [MAIN, "verify", "--no-history", `--${name}`, file, "--service", folder];
    const { status, stderr } = spawnSync(
      "bash",
      ["-c", 'ulimit -f 0; exec "$0" "$@"', process.execPath, ...args],
      {
        env: { ...process.env, APP: database.url, STATE: database.url, AVOW_HOME: join(folder, "home") },
        encoding: "utf8",
      },
    );
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining(`out.${name}\` can not be written: it would`),
    ]);
    expect(await readFile(file, "utf8")).toBe("the last one");
  }
});
