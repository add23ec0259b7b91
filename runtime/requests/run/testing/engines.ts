/** The three engines for the concurrency matrix: a store, its connector, and connections that are the application's. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as mysqlConnector } from "@avow/connector-mysql/connector";
import { connector as postgresConnector } from "@avow/connector-postgres/connector";
import { connector as sqliteConnector } from "@avow/connector-sqlite/connector";
import { freshDatabase } from "@avow/provision/database";
import { freshMariaDb } from "@avow/provision/mariadb";
import mysql from "mysql2/promise";
import pg from "pg";
import type { ConnectorModule } from "../../../connector-kit/contract.ts";
import type { Hand } from "./application.ts";

export interface Engine {
  readonly name: string;
  readonly module: ConnectorModule;
  readonly url: string;
  readonly time: string;
  /** How many the store has seen, ever. */
  readonly deadlocks: string | null;
  hand(): Promise<Hand>;
  drop(): Promise<void>;
}

export async function postgres(adminUrl: string): Promise<Engine> {
  const database = await freshDatabase(adminUrl, "concurrent");
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const name = admin.escapeIdentifier(decodeURIComponent(new URL(database.url).pathname.slice(1)));
  await admin.query(`alter database ${name} set deadlock_timeout = '500ms'`);
  await admin.end();
  return {
    ...{
      name: "postgres",
      module: postgresConnector,
      url: database.url,
      time: "timestamptz",
      drop: database.drop,
    },
    // The server writes its own count down a second later: that a step was sent again shows it, too.
    deadlocks: null,
    async hand() {
      const client = new pg.Client({ connectionString: database.url });
      await client.connect();
      // Whoever erases looks for deadlocks first, and is the one who gives way.
      await client.query("set lock_timeout = '4s'; set deadlock_timeout = '4s'");
      const exec = async (text: string) => (await client.query<unknown[]>({ text, rowMode: "array" })).rows;
      return {
        exec,
        changed: async (sql) => (await client.query(sql)).rowCount ?? 0,
        end: () => client.end(),
      };
    },
  };
}

export async function mariaDb(adminUrl: string): Promise<Engine> {
  const database = await freshMariaDb(adminUrl, "concurrent");
  return {
    ...{ name: "mysql", module: mysqlConnector, url: database.url, time: "datetime", drop: database.drop },
    deadlocks:
      "select variable_value from information_schema.global_status where variable_name = 'Innodb_deadlocks'",
    async hand() {
      const client = await mysql.createConnection({ uri: database.url });
      await client.query("set innodb_lock_wait_timeout = 2");
      return {
        async exec(sql) {
          const [rows] = await client.query<mysql.RowDataPacket[][]>({ sql, rowsAsArray: true });
          return Array.isArray(rows) ? rows : [];
        },
        changed: async (sql) => (await client.query<mysql.ResultSetHeader>(sql))[0].affectedRows,
        end: () => client.end(),
      };
    },
  };
}

export async function sqlite(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), "avow-concurrent-"));
  const file = join(folder, "app.db");
  new DatabaseSync(file).exec("PRAGMA journal_mode = WAL");
  return {
    ...{
      name: "sqlite",
      module: sqliteConnector,
      url: `sqlite:${encodeURIComponent(file)}`,
      time: "datetime",
    },
    // One writes at a time: others wait, and there is nothing to lock crosswise.
    deadlocks: null,
    async hand() {
      // It stands still while it waits, and so does this process: others answer from processes of their own.
      const database = new DatabaseSync(file, { timeout: 30 });
      database.exec("PRAGMA foreign_keys = ON");
      return {
        async exec(sql) {
          const statement = database.prepare(sql === "BEGIN" ? "BEGIN IMMEDIATE" : sql);
          statement.setReturnArrays(true);
          const rows: unknown[] = statement.all();
          return rows.map((r) => (Array.isArray(r) ? r : []));
        },
        changed: async (sql) => Number(database.prepare(sql).run().changes),
        end: async () => database.close(),
      };
    },
    drop: () => rm(folder, { recursive: true }),
  };
}
