/** What other stores than PostgreSQL bring along: dates that are numbers, and masks of bytes and times. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as mysqlConnector } from "@avow/connector-mysql/connector";
import { connector as postgresConnector } from "@avow/connector-postgres/connector";
import { connector as sqliteConnector } from "@avow/connector-sqlite/connector";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { parseDuration } from "@avow/core/terms/duration";
import { freshDatabase } from "@avow/provision/database";
import { freshMariaDb } from "@avow/provision/mariadb";
import type { ConnectorModule } from "@avow/runtime/connector-kit/contract";
import mysql from "mysql2/promise";
import pg from "pg";
import { afterAll, describe, expect, inject, test } from "vitest";
import { bindEstate } from "../run/estate.ts";
import { memoryJournal } from "../run/journal.ts";
import { erase } from "./erase.ts";

const folder = mkdtempSync(join(tmpdir(), "avow-erase-"));
afterAll(() => rmSync(folder, { recursive: true }));

const keepRule = {
  commitment: "books",
  why: "law",
  reason: "books",
  period: parseDuration("P1Y"),
  anchor: "creation",
  classes: ["payment"],
} as const;

async function run(connector: ConnectorModule, url: string, text: string) {
  const open = (access: "read" | "erase") => connector.open({ url, access, statementTimeoutMs: 10_000 });
  const app = { reader: open("read"), eraser: open("erase") };
  try {
    const map = must(readDataMap([{ file: "app.yaml", text }]).value, "the map is sound");
    const bound = await bindEstate({ map, keepRules: new Map([["books", keepRule]]), stores: { app } });
    if (!bound.ok) throw new Error(JSON.stringify(bound));
    return await erase.run({
      estate: bound.estate,
      identities: [{ namespace: "member", value: "1" }],
      journal: memoryJournal(),
      now: () => new Date("2025-01-01T00:00:00Z"),
      approve: async () => true,
    });
  } finally {
    await Promise.all([app.reader.close(), app.eraser.close()]);
  }
}

test.each([
  ["seconds", 1_717_200_000, 1_672_531_200, "2025-06-01T00:00:00.000Z"],
  ["milliseconds", 1_717_200_000_000, 1_672_531_200_000, "2025-06-01T00:00:00.000Z"],
  ["Julian days", 2_460_462.25, 2_459_945.75, "2025-05-31T18:00:00.000Z"],
])("a period counts from a date in %s", async (unit, recent, old, until) => {
  const file = join(folder, `${unit}.db`);
  const database = new DatabaseSync(file);
  database.exec(`CREATE TABLE members (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO members VALUES (1, 'Ann');
    CREATE TABLE payments (id INTEGER PRIMARY KEY, member INTEGER, made); INSERT INTO payments VALUES (1, 1, ${recent}), (2, 1, ${old})`);
  const outcome = await run(
    sqliteConnector,
    `sqlite:${encodeURIComponent(file)}`,
    `store: app
connector: sqlite
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, name: user.name }
  payments:
    class: payment
    owner: member -> members.id
    fields: { id: system, member: user.unique_id, made: system }
    anchors: { creation: made }
    erase: { keep: books, mask: { member: 'null' } }
`,
  );
  expect(outcome).toMatchObject({ state: "closed", kept: [{ collection: "payments", rows: 1, until }] });
  expect(database.prepare("SELECT id FROM payments").all()).toEqual([expect.objectContaining({ id: 1 })]);
  database.close();
});

test.each(["glad", "sad"])(
  "in PostgreSQL, a label becomes the first one, also where it was `%s`",
  async (mood) => {
    const database = await freshDatabase(inject("postgresUrl"), "labels");
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    await client.query(`CREATE TYPE mood AS ENUM ('glad', 'sad');
    CREATE TABLE members (id int PRIMARY KEY, mood mood NOT NULL); INSERT INTO members VALUES (1, '${mood}')`);
    const map = `store: app
connector: postgres
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, mood: user.content }
    erase: { mask: { mood: tombstone } }
`;
    expect(await run(postgresConnector, database.url, map)).toMatchObject({ state: "closed" });
    expect((await client.query("SELECT mood FROM members")).rows).toEqual([{ mood: "glad" }]);
    await client.end();
    await database.drop();
  },
);

const server = inject("mariaDb");
if ("missing" in server) describe.skipIf(true)(`on MariaDB (${server.missing})`, () => undefined);
else
  test("masks of bytes, times and addresses are seen to be done, a second time too", async () => {
    const database = await freshMariaDb(server.url, "masks");
    const client = await mysql.createConnection({ uri: database.url, multipleStatements: true });
    await client.query(`CREATE TABLE members (id int PRIMARY KEY, raw binary(4) NOT NULL, clock time(3) NOT NULL, ip inet6 NOT NULL, name varchar(9) NOT NULL, mood enum('glad', 'sad') NOT NULL);
      INSERT INTO members VALUES (1, x'01020304', '10:00:00', '::1', 'Ann', 'glad')`);
    const map = `store: app
connector: mysql
collections:
  members:
    class: account
    person: { member: id }
    fields: { id: user.unique_id, raw: user.content, clock: user.content, ip: user.device, name: user.name, mood: user.content }
    erase: { mask: { raw: tombstone, clock: tombstone, ip: tombstone, name: tombstone, mood: tombstone } }
`;
    for (const _ of ["first", "second"]) {
      expect(await run(mysqlConnector, database.url, map)).toMatchObject({ state: "closed" });
      const [rows] = await client.query<mysql.RowDataPacket[]>("SELECT HEX(raw) AS r, name FROM members");
      expect(rows).toEqual([{ r: "00000000", name: "erased" }]);
    }
    await client.end();
    await database.drop();
  });
