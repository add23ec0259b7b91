/**
 * A store that takes no changes although requests are to write to it: a standby given by mistake, a server that was told to, a file that may not be
 * written. What is only read goes on; what would change the store says so, leaves nothing half done, and goes on when the store takes changes.
 */
import { spawn } from "node:child_process";
import { chmod, chown, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { freshDatabase } from "@avow/provision/database";
import { startMariaDb } from "@avow/provision/mariadb";
import { workOn } from "@avow/runtime/requests/desk/desk";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { useEmbedded } from "@avow/runtime/store/embedded";
import mysql from "mysql2/promise";
import pg from "pg";
import { expect, inject, test } from "vitest";
import { openedDesk } from "./testing/opened-desk.ts";
import type { Ended } from "./testing/run.ts";

const MAIN = new URL("main.ts", import.meta.url).pathname;
const POLICY = `---
service: club
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Club Ltd, country: DE, contact: { rights: privacy@club.example } }
jurisdictions: [EU]
classes:
  account: [user]
---
# Privacy

You can see your data, and have it deleted.

\`\`\`commit
- id: rights
  right: [access, erase, restrict]
  ways: [email]
  within: P14D
\`\`\`
`;
const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, name: user.name }
  notes:
    class: account
    owner: owner -> members.id
    fields: { id: system, owner: user.unique_id, body: user.content }
`;
const LAYOUT =
  "create table members (id int primary key, name varchar(50)); create table notes (id int primary key, owner int, body varchar(50)); insert into members values (1, 'Ada'), (2, 'Bob'); insert into notes values (1, 1, 'of Ada'), (2, 2, 'of Bob')";

interface Store {
  readonly url: string;
  /** The ids of both collections, looked at by ourselves. */
  ids(): Promise<readonly (readonly unknown[])[]>;
  takeChanges(): Promise<void>;
  stop(): Promise<void>;
}

/** The one that is open already and takes none. */
type Start = (folder: string) => Promise<Store>;

const standby: Start = async (folder) => {
  const home = join(folder, "embedded");
  const first = await useEmbedded({ home });
  await onPostgres(first.adminUrl(), LAYOUT);
  await first.release();
  await writeFile(join(home, "pg", "standby.signal"), "");
  const server = await useEmbedded({ home });
  const url = server.adminUrl();
  return {
    url,
    async ids() {
      const idsIn = async (table: string) =>
        (await onPostgres(url, `select id from ${table} order by id`)).map((row) => row["id"]);
      return [await idsIn("members"), await idsIn("notes")];
    },
    takeChanges: async () => void (await onPostgres(url, "select pg_promote()")),
    stop: () => server.release(),
  };
};

async function onPostgres(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const toldNotTo: Start = async () => {
  const server = await startMariaDb();
  const on = async (sql: string): Promise<unknown> => {
    const client = await mysql.createConnection({ uri: server.url, multipleStatements: true });
    try {
      return (await client.query(sql))[0];
    } finally {
      await client.end();
    }
  };
  await on(`create database club; use club; ${LAYOUT}; set global read_only = 1`);
  return {
    url: `${server.url}club`,
    async ids() {
      const idsIn = async (table: string): Promise<unknown[]> => {
        const rows = await on(`select id from club.${table} order by id`);
        return Array.isArray(rows) ? rows.map((row) => Reflect.get(row, "id")) : [];
      };
      return [await idsIn("members"), await idsIn("notes")];
    },
    takeChanges: async () => void (await on("set global read_only = 0")),
    stop: () => server.stop(),
  };
};

const NOBODY = 65_534;
const isRoot = process.getuid?.() === 0;

const unwritable: Start = async (folder) => {
  const place = join(folder, "data");
  const file = join(place, "club.db");
  await mkdir(place);
  const database = new DatabaseSync(file);
  database.exec(LAYOUT);
  database.close();
  const modes = async (folderMode: number, fileMode: number): Promise<void> => {
    await chmod(file, fileMode);
    await chmod(place, folderMode);
  };
  await modes(0o555, 0o444);
  return {
    url: "sqlite:data/club.db",
    async ids() {
      const open = new DatabaseSync(file, { readOnly: true });
      try {
        return ["members", "notes"].map((table) =>
          open
            .prepare(`select id from ${table} order by id`)
            .all()
            .map((row) => row["id"]),
        );
      } finally {
        open.close();
      }
    },
    async takeChanges() {
      if (isRoot) for (const path of [place, file]) await chown(path, NOBODY, NOBODY);
      await modes(0o755, 0o644);
    },
    stop: async () => {},
  };
};

const ADA = [{ namespace: "member", value: "1" }];
const ALL = [
  [1, 2],
  [1, 2],
];
const BOBS = [[2], [2]];

/** A file that may be written, beside one that may not: no row of that is anybody's. */
const besideOne: Start = async (folder) => {
  const codes = join(folder, "codes.db");
  const database = new DatabaseSync(codes);
  database.exec("create table codes (id int primary key, name text); insert into codes values (1, 'gold')");
  database.close();
  await chmod(codes, 0o444);
  const store = await unwritable(folder);
  await store.takeChanges();
  return { ...store, url: "sqlite:data/club.db?attach.codes=../codes.db" };
};

/** A folder of a service on that store, and the command line in it; to the store's file it is nobody who may write. */
async function scene(connector: string, start: Start, settings = "") {
  const folder = await mkdtemp(join(tmpdir(), "avow-read-only-"));
  const state = await freshDatabase(inject("postgresUrl"), "read_only_state");
  const store = await start(folder);
  await writeFile(join(folder, "policy.en.md"), POLICY);
  await writeFile(join(folder, "app.yaml"), mapOf(connector));
  await writeFile(
    join(folder, "avow.yaml"),
    `service: club\npolicy: [policy.en.md]\ndatamap: [app.yaml]\nstores: { app: { connector: ${connector}, url: env:APP_URL } }\nstate: env:STATE_URL\n${settings}`,
  );
  const env = {
    ...{ PATH: process.env["PATH"] ?? "", AVOW_HOME: join(folder, ".avow") },
    ...{ APP_URL: store.url, STATE_URL: state.url },
  };
  const asNobody = isRoot && connector === "sqlite" ? { uid: NOBODY, gid: NOBODY } : {};
  if ("uid" in asNobody) await chown(folder, NOBODY, NOBODY);
  const avow = (...args: readonly string[]): Promise<Ended> => {
    const child = spawn(process.execPath, [MAIN, ...args, "--service", folder], {
      ...{ env, cwd: folder },
      ...asNobody,
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (chunk) => void (said.out += chunk));
    child.stderr.on("data", (chunk) => void (said.err += chunk));
    return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, ...said })));
  };
  return {
    ...{ folder, store, env, avow },
    async close(): Promise<void> {
      await store.stop();
      await state.drop();
      await rm(folder, { recursive: true });
    },
  };
}

const provided = inject("mariaDb");
if ("missing" in provided) console.warn(`MariaDB that takes no changes is not tried: ${provided.missing}`);

const STORES: readonly (readonly [string, string, Start])[] = [
  ["a standby of PostgreSQL", "postgres", standby],
  ["MariaDB with `read_only`", "mysql", toldNotTo],
  ["a file of SQLite that may not be written", "sqlite", unwritable],
];

for (const [what, connector, start] of STORES)
  test.skipIf(connector === "mysql" && "missing" in provided)(
    `${what}: archives and restrictions are made, nothing is half erased, and it goes on when the store takes changes`,
    { timeout: 900_000 },
    async () => {
      const { folder, store, env, avow, close } = await scene(connector, start);
      try {
        const person = ["--person", "member=1", "--yes", "--json"];
        const archive = join(folder, "ada.zip");
        const access = await avow("request", "access", ...person, "--out", archive);
        expect(access.code, access.err).toBe(0);
        expect(JSON.parse(access.out)).toMatchObject({
          state: "closed",
          notes: [expect.stringContaining("a store takes no changes: where it is a copy of another one")],
        });
        expect((await stat(archive)).size).toBeGreaterThan(1000);
        const restrict = await avow("request", "restrict", ...person);
        expect(restrict.code, restrict.err).toBe(0);
        expect(JSON.parse(restrict.out)).toMatchObject({ state: "closed" });
        await writeFile(join(folder, "people.txt"), "member=1\n");
        const many = ["request", "erase", "--people", "people.txt"];
        const refused = [
          await avow("request", "erase", ...person),
          await avow(...many, "--yes"),
          await avow("request", "rectify", ...person, "--set", "members.name=Ada L"),
          await avow("request", "again", "--yes"),
          await avow("sweep", "--yes"),
        ];
        for (const { code, out, err } of refused) {
          expect({ code, out }).toEqual({ code: 2, out: "" });
          expect(err).toContain("`eraseUrl` of the store `app` takes no changes");
        }
        expect(JSON.parse((await avow("request", "list", "--json")).out).requests).toEqual([]);
        const looks = [
          await avow("request", "erase", ...person, "--dry-run"),
          await avow("request", "rectify", ...person, "--dry-run", "--set", "members.name=Ada L"),
          await avow(...many, "--dry-run"),
          await avow("request", "again", "--dry-run"),
          await avow("sweep", "--dry-run"),
        ];
        for (const { code, err } of looks) expect(code, err).toBe(0);
        expect(JSON.parse(looks[0]?.out ?? "")).toMatchObject({ state: "planned" });
        expect(await store.ids()).toEqual(ALL);
        // To this process no file of its own is closed.
        if (connector !== "sqlite") await goesOn({ folder, env, store });
        else {
          await store.takeChanges();
          const erase = await avow("request", "erase", ...person);
          expect(erase.code, erase.err).toBe(0);
        }
        expect(await store.ids()).toEqual(BOBS);
      } finally {
        await close();
      }
    },
  );

test("a file of SQLite beside one that may not be written: what is erased from the first is erased", async () => {
  const { store, avow, close } = await scene("sqlite", besideOne);
  try {
    const erase = await avow("request", "erase", "--person", "member=1", "--yes", "--json");
    expect(erase.code, erase.err).toBe(0);
    expect(await store.ids()).toEqual(BOBS);
  } finally {
    await close();
  }
}, 300_000);

test("a store that takes no changes any more: a restore does not begin, and what is gone stays known until it does", async () => {
  const { folder, store, env, avow, close } = await scene("sqlite", unwritable, "grace: P7D\n");
  const own = async (sql: string) => onPostgres(env.STATE_URL, sql);
  try {
    await store.takeChanges();
    const erase = await avow("request", "erase", "--person", "member=1", "--yes", "--json");
    expect(erase.code, erase.err).toBe(0);
    const { request, undoKey, state } = JSON.parse(erase.out);
    expect(state).toBe("restricted");
    const file = join(folder, "data", "club.db");
    const key = ["--key", undoKey, "--json"];
    await chmod(file, 0o444);
    const dry = await avow("request", "restore", request, ...key, "--dry-run");
    expect(dry.code, dry.err).toBe(0);
    expect(JSON.parse(dry.out)).toMatchObject({ state: "planned" });
    const refused = await avow("request", "restore", request, ...key, "--yes");
    expect(refused).toMatchObject({ code: 1, out: "" });
    expect(refused.err).toContain("so nothing was changed");
    expect(refused.err).toContain("`eraseUrl` of the store `app` takes no changes");
    expect(await own("select state, restoring_since from requests")).toEqual([
      { state: "restricted", restoring_since: null },
    ]);
    expect((await own("select 1 from suppression_lots")).length).toBeGreaterThan(0);
    expect(await store.ids()).toEqual(BOBS);
    await chmod(file, 0o644);
    const back = await avow("request", "restore", request, ...key, "--yes");
    expect(back.code, back.err).toBe(0);
    expect(await store.ids()).toEqual(ALL);
    expect(await own("select 1 from suppression_lots")).toEqual([]);
  } finally {
    await close();
  }
}, 300_000);

/** A request of the application, in the hands of a worker that runs all the while. */
async function goesOn({
  folder,
  env,
  store,
}: {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly store: Store;
}): Promise<void> {
  const { desk, service } = await openedDesk({ folder, env });
  try {
    const { id } = await openRequest(desk, { right: "erase", identities: ADA, via: "app" });
    const work = () => workOn(desk, id, { approve: async () => true, approver: "rule" });
    expect(await work()).toMatchObject({
      outcome: { state: "not_done", notes: [expect.stringContaining("takes no changes")] },
    });
    expect(await desk.db.selectFrom("request_steps").select("id").execute()).toEqual([]);
    await store.takeChanges();
    expect(await work()).toMatchObject({ outcome: { state: "closed" } });
  } finally {
    await service.close();
  }
}
