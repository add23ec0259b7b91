/** A map that would look for people by what no text equals, met by the stores that say so. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as mysqlConnector } from "@avow/connector-mysql/connector";
import { connector as postgres } from "@avow/connector-postgres/connector";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import { freshMariaDb } from "@avow/provision/mariadb";
import mysql from "mysql2/promise";
import pg from "pg";
import { expect, inject, onTestFinished, test } from "vitest";
import type { ConnectorModule } from "../../connector-kit/contract.ts";
import { bindEstate } from "./estate.ts";

const MAP = `store: app
connector: any
collections:
  members:
    class: account
    person: { user_id: id, email: mail }
    fields: { id: user.unique_id, mail: user.contact.email }
    erase: delete
`;

async function saidOf(module: ConnectorModule, url: string): Promise<readonly string[]> {
  const open = () => module.open({ url, access: "read", statementTimeoutMs: 30_000 });
  const [reader, eraser] = [open(), open()];
  onTestFinished(async () => {
    await reader.close();
    await eraser.close();
  });
  const map = must(readDataMap([{ file: "app.yaml", text: MAP }]).value, "the map can be read");
  const bound = await bindEstate({ map, keepRules: new Map(), stores: { app: { reader, eraser } } });
  if (!bound.ok && !("issues" in bound)) throw new Error(bound.failure.reason);
  return bound.ok ? [] : bound.issues.map((i) => i.code);
}

test.each([
  ["bytea", ["identity-of-bytes"]],
  ["post_address", ["identity-of-bytes"]],
  ["text", []],
])("postgres: an address as %s", async (type, codes) => {
  const database = await freshDatabase(inject("postgresUrl"), "identity_bytes");
  onTestFinished(() => database.drop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(
    `create domain post_address as bytea; create table members (id bytea primary key, mail ${type})`,
  );
  await client.end();
  expect(await saidOf(postgres, database.url)).toEqual(codes);
});

const server = inject("mariaDb");
test.skipIf("missing" in server).each([
  ["tinyblob", ["identity-of-bytes"]],
  ["varbinary(200)", ["identity-of-bytes"]],
  ["varchar(200) collate utf8mb4_bin", []],
])("mariadb: an address as %s", async (type, codes) => {
  if ("missing" in server) return;
  const database = await freshMariaDb(server.url, "identity_bytes");
  onTestFinished(() => database.drop());
  const client = await mysql.createConnection(database.url);
  await client.query(`create table members (id binary(16) primary key, mail ${type})`);
  await client.end();
  expect(await saidOf(mysqlConnector, database.url)).toEqual(codes);
});

test("sqlite: in a column of bytes texts may stand, too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-identity-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = new DatabaseSync(join(folder, "app.db"));
  file.exec("create table members (id integer primary key, mail blob)");
  file.close();
  expect(await saidOf(sqlite, `sqlite:${join(folder, "app.db")}`)).toEqual([]);
});
