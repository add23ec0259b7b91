import { freshMariaDb } from "@avow/provision/mariadb";
import type { ConnectorOptions } from "@avow/runtime/connector-kit/contract";
import { runContractSuite, type Subject } from "@avow/runtime/connector-kit/contract-suite";
import type { World, WorldCollection, WorldField } from "@avow/runtime/connector-kit/contract-world";
import mysql, { type Pool } from "mysql2/promise";
import { afterAll, describe, inject } from "vitest";
import { connector } from "./connector.ts";
import { literal, quoted } from "./name.ts";

const server = inject("mariaDb");

const TYPES: Readonly<Record<string, string>> = {
  text: "varchar(200)",
  decimal: "decimal(20,2)",
  timestamp: "datetime(6)",
  boolean: "tinyint(1)",
  bytes: "varbinary(20)",
};
const names = (fields: readonly string[]): string => fields.map(quoted).join(", ");

/** Values of the world as the columns take them. */
function stored({ type }: WorldField, value: string | null | undefined): string | Buffer | null {
  if (value === null || value === undefined) return null;
  if (type === "boolean") return value === "true" ? "1" : "0";
  return type === "bytes" ? Buffer.from(value, "hex") : value;
}

/** With the checks off a key may lead to a table that is yet to come. */
async function layOut(
  admin: Pool,
  { name, fields, key, indexes, foreignKeys }: WorldCollection,
): Promise<void> {
  const columns = fields.map((field) => {
    const rest = [field.nullable === true ? "" : "NOT NULL", field.unique === true ? "UNIQUE" : ""];
    if (field.never !== undefined) rest.push(`CHECK (${quoted(field.name)} <> ${literal(field.never)})`);
    return `${quoted(field.name)} ${TYPES[field.type] ?? field.type} ${rest.join(" ")}`;
  });
  const table = quoted(name);
  const links = (foreignKeys ?? []).map(({ from, to, onDelete }) => {
    const action = onDelete === undefined ? "" : ` ON DELETE ${onDelete}`;
    return `FOREIGN KEY (${names(from)}) REFERENCES ${quoted(to.collection)} (${names(to.fields)})${action}`;
  });
  const keys = [
    `PRIMARY KEY (${names(key)})`,
    ...(indexes ?? []).map((index) => `KEY (${names(index)})`),
    ...links,
  ];
  await admin.query(`CREATE TABLE ${table} (${[...columns, ...keys].join(", ")})`);
}

async function fill(admin: Pool, { name, fields, rows }: WorldCollection): Promise<void> {
  for (let from = 0; from < rows.length; from += 10_000) {
    const values = rows
      .slice(from, from + 10_000)
      .map((row) => fields.map((field, i) => stored(field, row[i])));
    await admin.query(`INSERT INTO ${quoted(name)} VALUES ?`, [values]);
  }
}

/** Tables are laid out once and then emptied: each costs the server some trips to the disk. */
async function prepare(admin: Pool, world: World): Promise<void> {
  const [tables] = await admin.query<mysql.RowDataPacket[]>("SHOW TABLES");
  await admin.query("SET foreign_key_checks = 0; DROP TRIGGER IF EXISTS guard");
  for (const collection of world) {
    if (tables.length === 0) await layOut(admin, collection);
    else await admin.query(`DELETE FROM ${quoted(collection.name)}`);
    await fill(admin, collection);
  }
  await admin.query("ANALYZE TABLE big, users");
}

/** By database: while a trigger is at work the list shows the user who made it. */
async function killConnections(admin: Pool, name: string): Promise<void> {
  const sql = "SELECT id FROM information_schema.processlist WHERE db = ? AND id <> CONNECTION_ID()";
  const [rows] = await admin.query<mysql.RowDataPacket[]>(sql, [name]);
  for (const row of rows) await admin.query("KILL CONNECTION ?", [row["id"]]).catch(() => undefined);
  const stop = Date.now() + 5_000;
  for (;;) {
    const [left] = await admin.query<mysql.RowDataPacket[]>(sql, [name]);
    if (left.every(({ id }) => rows.every((row) => row["id"] !== id)) || Date.now() > stop) return;
  }
}

async function subjectOn(url: string): Promise<{ readonly subject: Subject; end(): Promise<void> }> {
  const database = await freshMariaDb(url, "contract");
  const pool = (connectionLimit: number) =>
    mysql.createPool({
      uri: database.url,
      connectionLimit,
      multipleStatements: true,
      charset: "utf8mb4_bin",
    });
  // One connection: what is set for laying out the world stays set.
  const admin = pool(1);
  const holders = pool(2);
  await admin.query(
    `CREATE OR REPLACE USER contract_worker IDENTIFIED BY 'worker'; GRANT ALL ON ${database.name}.* TO contract_worker;
     CREATE OR REPLACE USER contract_stranger IDENTIFIED BY 'stranger'; GRANT REFERENCES ON ${database.name}.* TO contract_stranger`,
  );
  const open = (username: string, password: string, options: Partial<ConnectorOptions> = {}) =>
    connector.open({
      access: "erase",
      statementTimeoutMs: 30_000,
      url: Object.assign(new URL(database.url), { username, password }).href,
      ...options,
    });
  const subject: Subject = {
    name: "mysql",
    open: (options) => open("contract_worker", "worker", options),
    openWithoutRights: () => open("contract_stranger", "stranger"),
    openNowhere: () => open("", "", { url: "mysql://nobody:nothing@127.0.0.1:1/nowhere" }),
    writes: {
      boolean: (value) => (value === "true" ? "1" : "0"),
      timestamp: (value) => (value.includes(".") ? value.padEnd(26, "0") : `${value}.000000`),
      bytes: (hex) => (hex === "" ? "" : `0x${hex}`),
    },
    reaches: () => "deleted",
    exactly: (_, value) => value,
    prepare: (world) => prepare(admin, world),
    killConnections: () => killConnections(admin, database.name),
    async lock(collection) {
      const holder = await holders.getConnection();
      await holder.query(`START TRANSACTION; SELECT COUNT(*) FROM ${quoted(collection)} FOR UPDATE`);
      return {
        release: async () => {
          await holder.query("ROLLBACK");
          holder.release();
        },
      };
    },
    async guard(collection, how) {
      const body =
        "message" in how
          ? `SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = ${literal(how.message)}`
          : `DO SLEEP(${how.delayMs / 1000})`;
      await admin.query(`CREATE TRIGGER guard BEFORE DELETE ON ${quoted(collection)} FOR EACH ROW ${body}`);
    },
    skip: [],
  };
  return {
    subject,
    async end() {
      await admin.query("DROP USER contract_worker, contract_stranger");
      await Promise.all([admin.end(), holders.end()]);
      await database.drop();
    },
  };
}

if ("missing" in server) {
  describe.skipIf(true)(`connector contract: mysql (${server.missing})`, () => undefined);
} else {
  const { subject, end } = await subjectOn(server.url);
  afterAll(end);
  runContractSuite(subject);
}
