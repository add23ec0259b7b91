/**
 * A store that is down for an hour, under a simulated clock: the request waits, does what it can meanwhile, and goes on by itself when the
 * store is back. The servers are real ones, killed at the worst moment and started again on what is left in their files.
 */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { must } from "@avow/core/terms/assert";
import { type FreshDatabase, freshDatabase } from "@avow/provision/database";
import { type MariaDb, startMariaDb } from "@avow/provision/mariadb";
import { openRequest } from "@avow/runtime/requests/desk/intake";
import { enqueueOpen, enqueueWith } from "@avow/runtime/requests/desk/jobs";
import type { CrashPoint } from "@avow/runtime/requests/run/run";
import { type OpenDesk, openDesk } from "@avow/runtime/service/desk";
import { primariesOf } from "@avow/runtime/service/primaries";
import { type Embedded, useEmbedded } from "@avow/runtime/store/embedded";
import { findRunning } from "@avow/runtime/store/embedded-server";
import { type RequestWorker, startRequestWorker } from "@avow/worker/requests";
import mysql from "mysql2/promise";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { until } from "./commands/worker/testbed.ts";
import { CONNECTORS } from "./connectors.ts";
import { ENVIRONMENT } from "./testing/environment.ts";

const POLICY = `---
service: three
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Three Ltd, country: DE, contact: { rights: privacy@three.example } }
jurisdictions: [EU]
classes:
  account: [user]
---
# Privacy

We delete your data when you ask us to.

\`\`\`commit
- id: erased
  right: erase
  ways: [email]
  within: P14D
\`\`\`
`;
const owned = (store: string, connector: string, name: string): string => `store: ${store}
connector: ${connector}
collections:
  ${name}:
    class: account
    links: [{ role: owner, from: [member], to: { store: app, collection: members, fields: [id] } }]
    fields: { id: system, member: user.unique_id, body: user.content }
`;
const APP = `${owned("app", "postgres", "notes")}  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, name: user.name }
`;
const rows = (name: string): string =>
  `create table ${name} (id int primary key, member int, body varchar(50)); insert into ${name} values (1, 1, 'a'), (2, 1, 'b'), (3, 2, 'c')`;

const HOUR_MS = 3_600_000;
const server = inject("mariaDb");

/** As a power cut: nobody is told, nothing is written. */
async function killPostgres(home: string): Promise<() => void> {
  const running = must(await findRunning(home), "it runs");
  return () => {
    process.kill(running.pid, "SIGQUIT");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
  };
}

interface Outage {
  readonly cut: () => void;
  readonly back: () => Promise<void>;
}

if ("missing" in server) describe.skipIf(true)(`a store that is down (${server.missing})`, () => undefined);
else
  describe("a store that is down for an hour", () => {
    let folder: string;
    let state: FreshDatabase;
    let postgres: Embedded;
    let maria: MariaDb;
    let opened: OpenDesk;
    let worker: RequestWorker;
    let now = new Date("2026-03-01T10:00:00Z");
    let onPoint: (point: CrashPoint) => void = () => {};
    const log: string[] = [];
    const home = (): string => join(folder, "app");
    const files = (): DatabaseSync => new DatabaseSync(join(folder, "files.db"));

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), "avow-outage-"));
      await rm(home(), { recursive: true, force: true });
      state = await freshDatabase(inject("postgresUrl"), "outage_state");
      [postgres, maria] = await Promise.all([useEmbedded({ home: home() }), startMariaDb()]);
      const env = {
        ...ENVIRONMENT,
        AVOW_HOME: join(folder, ".avow"),
        APP: postgres.adminUrl(),
        SHOP: `${maria.url}shop`,
        STATE: state.url,
      };
      await writeFile(join(folder, "policy.en.md"), POLICY);
      await writeFile(join(folder, "app.yaml"), APP);
      await writeFile(join(folder, "shop.yaml"), owned("shop", "mysql", "orders"));
      await writeFile(join(folder, "files.yaml"), owned("files", "sqlite", "pictures"));
      await writeFile(
        join(folder, "avow.yaml"),
        "service: three\npolicy: [policy.en.md]\ndatamap: [app.yaml, shop.yaml, files.yaml]\nstores: { app: { connector: postgres, url: env:APP }, shop: { connector: mysql, url: env:SHOP }, files: { connector: sqlite, url: 'sqlite:files.db' } }\nstate: env:STATE\n",
      );
      // The servers of tests let a second pass before they write: what was committed must outlive the kill.
      await onShop("set global innodb_flush_log_at_trx_commit = 1");
      await reset();
      const made = await openDesk(folder, { env, now: () => now, onLog: () => {}, connectors: CONNECTORS });
      opened = must(made.value, made.issues.map((i) => i.message).join("\n"));
      worker = await startRequestWorker(opened.desk, {
        jobs: await opened.service.jobs(),
        concurrency: 1,
        onLog: (line) => log.push(line),
        atPoint: (point) => onPoint(point),
      });
    });
    afterAll(async () => {
      await worker.stop();
      await opened.service.close();
      await postgres.release();
      await maria.stop();
      await state.drop();
      await rm(folder, { recursive: true });
    });

    async function onApp<T extends pg.QueryResultRow>(sql: string): Promise<T[]> {
      const client = new pg.Client({ connectionString: postgres.adminUrl() });
      await client.connect();
      try {
        return (await client.query<T>(sql)).rows;
      } finally {
        await client.end();
      }
    }
    async function onShop(sql: string): Promise<unknown> {
      const client = await mysql.createConnection({ uri: maria.url, multipleStatements: true });
      try {
        return (await client.query(sql))[0];
      } finally {
        await client.end();
      }
    }
    async function reset(): Promise<void> {
      await onApp(`drop table if exists notes, members; ${rows("notes")};
      create table members (id int primary key, name text); insert into members values (1, 'Ada'), (2, 'Bob')`);
      await onShop(`drop database if exists shop; create database shop; use shop; ${rows("orders")}`);
      const database = files();
      database.exec(`drop table if exists pictures; ${rows("pictures")}`);
      database.close();
    }
    const ids = {
      notes: async () => (await onApp<{ id: number }>("select id from notes order by id")).map((r) => r.id),
      members: async () =>
        (await onApp<{ id: number }>("select id from members order by id")).map((r) => r.id),
      orders: async () => {
        const found = await onShop("select id from shop.orders order by id");
        return Array.isArray(found) ? found.map((r) => ("id" in r ? r.id : null)) : [];
      },
      pictures: async () => {
        const database = files();
        try {
          return database
            .prepare("select id from pictures order by id")
            .all()
            .map((r) => r["id"]);
        } finally {
          database.close();
        }
      },
    };
    const rowOf = async (id: string) =>
      opened.desk.db.selectFrom("requests").selectAll().where("id", "=", id).executeTakeFirstOrThrow();

    /** Moves the clock on to the next try and lets the sweep find it; nobody else calls for the request. */
    async function nextTry(id: string): Promise<void> {
      const before = await rowOf(id);
      now = new Date(must(before.next_try_at, "it is tried again").getTime() + 1);
      await enqueueOpen(opened.desk, await opened.service.jobs());
      await until(async () => {
        const after = await rowOf(id);
        return after.tries > before.tries || after.closed_at !== null;
      });
    }

    /** Cut at the moment when the first step is about to be taken, and an hour on. Returns how often it was tried in that hour. */
    async function throughOutage({ cut, back }: Outage, meanwhile: () => Promise<void>) {
      const enqueue = enqueueWith(await opened.service.jobs());
      const began = now.getTime();
      onPoint = (point) => {
        if (point !== "planned") return;
        onPoint = () => {};
        cut();
      };
      const { id } = await openRequest(opened.desk, {
        ...{ right: "erase", identities: [{ namespace: "member", value: "1" }], via: "app", enqueue },
      });
      await until(async () => (await rowOf(id)).state === "not_done");
      await meanwhile();
      const pauses: number[] = [];
      while (now.getTime() - began < HOUR_MS) {
        const from = now.getTime();
        await nextTry(id);
        expect((await rowOf(id)).state).toBe("not_done");
        pauses.push(Math.round((now.getTime() - from) / 1000));
      }
      await back();
      await nextTry(id);
      return { id, pauses, row: await rowOf(id) };
    }

    async function stepsOf(id: string): Promise<string[]> {
      const steps = await opened.desk.db
        .selectFrom("request_steps")
        .select(["phase", "store", "state"])
        .where("request", "=", id)
        .orderBy("id")
        .execute();
      return steps.map((s) => `${s.phase} ${s.store} ${s.state}`);
    }

    async function expectErased(id: string): Promise<void> {
      expect(await rowOf(id)).toMatchObject({ state: "closed", sealed_identities: null });
      expect(await ids.notes()).toEqual([3]);
      expect(await ids.members()).toEqual([2]);
      expect(await ids.orders()).toEqual([3]);
      expect(await ids.pictures()).toEqual([3]);
      const done = (await stepsOf(id)).filter((s) => s.endsWith("done"));
      expect(done.sort()).toEqual([
        "dependents app done",
        "dependents files done",
        "dependents shop done",
        "identity app done",
      ]);
    }

    test("MariaDB: the other stores' part is done, the account stays, and all of it is done an hour later", async () => {
      const outage = {
        cut: () => maria.halt(),
        back: async () => {
          await maria.resume();
          await onShop("set global innodb_flush_log_at_trx_commit = 1");
        },
      };
      const { id, pauses, row } = await throughOutage(outage, async () => {
        expect(await ids.notes()).toEqual([3]);
        expect(await ids.pictures()).toEqual([3]);
        expect(await ids.members()).toEqual([1, 2]);
      });
      expect(pauses).toEqual([30, 120, 480, 1920, 7680]);
      process.stderr.write(
        `outage: MariaDB away, tried after ${pauses.join(", ")} s; steps ${(await stepsOf(id)).join("; ")}\n`,
      );
      expect(row.tries).toBe(pauses.length + 1);
      await expectErased(id);
    });

    test("PostgreSQL, where the account is too: the same", async () => {
      await reset();
      const cut = await killPostgres(home());
      const back = async (): Promise<void> => {
        await postgres.release();
        const again = await useEmbedded({ home: home() });
        expect(again.port).toBe(postgres.port);
        postgres = again;
      };
      const { id, pauses } = await throughOutage({ cut, back }, async () => {
        expect(await ids.orders()).toEqual([3]);
        expect(await ids.pictures()).toEqual([3]);
      });
      process.stderr.write(
        `outage: PostgreSQL away, tried after ${pauses.join(", ")} s; steps ${(await stepsOf(id)).join("; ")}\n`,
      );
      await expectErased(id);
    });

    test("MariaDB that takes no changes: as a reader it counts as a copy, as an eraser it is refused", async () => {
      const connector = await must(CONNECTORS["mysql"], "it is known")();
      const open = (access: "read" | "erase") =>
        connector.open({
          ...{ url: `${maria.url}shop`, access },
          statementTimeoutMs: 5000,
        });
      const [reader, eraser] = [open("read"), open("erase")];
      expect((await primariesOf({ shop: reader }, { shop: eraser })).stores["shop"]?.reader).toBe(reader);
      await onShop("set global read_only = 1");
      const { stores, issues } = await primariesOf({ shop: reader }, { shop: eraser });
      await onShop("set global read_only = 0");
      expect(stores["shop"]?.reader).toBe(eraser);
      expect(issues).toMatchObject([{ code: "erase-on-copy" }]);
      await Promise.all([reader.close(), eraser.close()]);
    });

    test("longer than the deadline: whoever answers for it is told, before and after", async () => {
      await reset();
      const enqueue = enqueueWith(await opened.service.jobs());
      maria.halt();
      log.length = 0;
      const { id } = await openRequest(opened.desk, {
        ...{ right: "erase", identities: [{ namespace: "member", value: "1" }], via: "app", enqueue },
      });
      await until(async () => (await rowOf(id)).state === "not_done");
      // It is told once it is written down.
      const told = { timeout: 10_000 };
      await expect.poll(() => log.at(-1), told).toBe(`request ${id}: erase not_done, tried again later`);
      const { due_at: due } = await rowOf(id);
      for (const [days, words] of [
        [-2, "due on "],
        [1, "past its deadline ("],
      ] as const) {
        now = new Date(due.getTime() + days * 24 * HOUR_MS);
        await opened.desk.db.updateTable("requests").set({ next_try_at: now }).where("id", "=", id).execute();
        await nextTry(id);
        expect(JSON.stringify((await rowOf(id)).notes)).toContain(
          `${words}${due.toISOString().slice(0, 10)}`,
        );
        await expect.poll(() => log.join("\n"), told).toContain(`tried again later, ${words}`);
      }
      await maria.resume();
      await onShop("set global innodb_flush_log_at_trx_commit = 1");
      await nextTry(id);
      await expectErased(id);
    });
  });
