/** A forum on every engine, for tests of pseudo-people. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as mysqlConnector } from "@avow/connector-mysql/connector";
import { connector as postgresConnector } from "@avow/connector-postgres/connector";
import { connector as sqliteConnector } from "@avow/connector-sqlite/connector";
import { readDataMap } from "@avow/core/datamap/read";
import { must } from "@avow/core/terms/assert";
import { freshDatabase } from "@avow/provision/database";
import { freshMariaDb } from "@avow/provision/mariadb";
import mysql from "mysql2/promise";
import pg from "pg";
import { afterAll, describe, inject } from "vitest";
import type { ConnectorFailure, ConnectorModule, Mutation } from "../../../connector-kit/contract.ts";
import { erase } from "../../rights/erase.ts";
import { bindEstate } from "../estate.ts";
import { memoryJournal } from "../journal.ts";

const folder = mkdtempSync(join(tmpdir(), "avow-stand-in-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Kind {
  readonly id: string;
  readonly ref: string;
  readonly ids: readonly [string, string];
}
const KINDS: Readonly<Record<string, Kind>> = {
  "a counted number": { id: "", ref: "", ids: ["1", "2"] },
  "a text": { id: "varchar(40) NOT NULL PRIMARY KEY", ref: "varchar(40)", ids: ["'ann'", "'bob'"] },
  "a uuid": {
    id: "uuid NOT NULL PRIMARY KEY",
    ref: "uuid",
    ids: ["'6f1b0d0e-3f0a-4c57-9f0e-0d7a3a5a0001'", "'6f1b0d0e-3f0a-4c57-9f0e-0d7a3a5a0002'"],
  },
};

interface Bed {
  readonly url: string;
  exec(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly (readonly string[])[]>;
  close(): Promise<void>;
}
export interface Engine {
  readonly name: string;
  readonly connector: ConnectorModule;
  /** How the engine counts its rows. */
  readonly counted: Kind;
  readonly kinds: readonly string[];
  /** Makes the store refuse every change of an author. */
  readonly refusing: string;
  open(): Promise<Bed>;
}

const text = (rows: readonly object[]): string[][] =>
  rows.map((r) => Object.values(r).map((v) => (v === null ? "null" : String(v))));

const postgres: Engine = {
  name: "PostgreSQL",
  connector: postgresConnector,
  counted: { id: "int GENERATED ALWAYS AS IDENTITY PRIMARY KEY", ref: "int", ids: ["1", "2"] },
  kinds: Object.keys(KINDS),
  refusing: "ALTER TABLE posts ADD CHECK (author > 0)",
  async open() {
    const database = await freshDatabase(inject("postgresUrl"), "standin");
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    return {
      url: database.url,
      exec: async (sql) => void (await client.query(sql)),
      rows: async (sql) => text((await client.query<Record<string, unknown>>(sql)).rows),
      close: async () => {
        await client.end();
        await database.drop();
      },
    };
  },
};
const sqlite: Engine = {
  name: "SQLite",
  connector: sqliteConnector,
  counted: { id: "INTEGER PRIMARY KEY AUTOINCREMENT", ref: "INTEGER", ids: ["1", "2"] },
  kinds: ["a counted number", "a text"],
  refusing: "CREATE TRIGGER no BEFORE UPDATE ON posts BEGIN SELECT RAISE(ABORT, 'no'); END",
  async open() {
    const file = join(folder, `${Math.random()}.db`);
    const db = new DatabaseSync(file);
    return {
      url: `sqlite:${encodeURIComponent(file)}`,
      exec: async (sql) => db.exec(sql),
      rows: async (sql) => text(db.prepare(sql).all()),
      close: async () => db.close(),
    };
  },
};
const server = inject("mariaDb");
const mariaDb: Engine[] =
  "missing" in server
    ? []
    : [
        {
          name: "MariaDB",
          connector: mysqlConnector,
          counted: { id: "bigint AUTO_INCREMENT PRIMARY KEY", ref: "bigint", ids: ["1", "2"] },
          kinds: Object.keys(KINDS),
          refusing: "ALTER TABLE posts ADD CHECK (author > 0)",
          async open() {
            const database = await freshMariaDb(server.url, "standin");
            const client = await mysql.createConnection({ uri: database.url, multipleStatements: true });
            return {
              url: database.url,
              exec: async (sql) => void (await client.query(sql)),
              rows: async (sql) => text((await client.query<mysql.RowDataPacket[]>(sql))[0]),
              close: async () => {
                await client.end();
                await database.drop();
              },
            };
          },
        },
      ];
if ("missing" in server) describe.skipIf(true)(`on MariaDB (${server.missing})`, () => undefined);
export const ENGINES = [postgres, sqlite, ...mariaDb];

export const mapOf = (connector: string, standIn: string): string => `store: app
connector: ${connector}
collections:
  users:
    class: account
    person: { member: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, role: system, joined: system }
    stand_in: { email: tombstone, name: former member, role: 0, joined: now }
  posts:
    class: content
    owner: author -> users.id
    links: [{ role: mention, from: [parent], to: { collection: posts, fields: [id] } }]
    fields: { id: system, thread: system, author: user.unique_id, parent: system, body: user.content.public, ip: user.device.ip_address }
    erase: { stand_in: ${standIn}, mask: { ip: 'null' } }
`;

const schema = ({ id, ref, ids: [ann, bob] }: Kind, withIds: boolean): string =>
  `CREATE TABLE users (id ${id}, email varchar(60) NOT NULL UNIQUE, name varchar(40) NOT NULL, role int NOT NULL, joined timestamp NOT NULL);
  INSERT INTO users (${withIds ? "id, " : ""}email, name, role, joined) VALUES (${withIds ? `${ann}, ` : ""}'ann@x.example', 'Ann', 1, '2020-01-01 00:00:00'), (${withIds ? `${bob}, ` : ""}'bob@x.example', 'Bob', 1, '2020-01-01 00:00:00');
  CREATE TABLE posts (id int PRIMARY KEY, thread int, author ${ref} NOT NULL, parent int, body varchar(40) NOT NULL, ip varchar(40), FOREIGN KEY (author) REFERENCES users (id) ON DELETE CASCADE, FOREIGN KEY (parent) REFERENCES posts (id));
  INSERT INTO posts VALUES (1, 7, ${ann}, NULL, 'first', '10.0.0.1'), (2, 7, ${bob}, 1, 'second', '10.0.0.2'), (3, 7, ${ann}, 2, 'third', '10.0.0.1'), (4, 8, ${ann}, NULL, 'fourth', '10.0.0.1'), (5, NULL, ${ann}, NULL, 'fifth', NULL), (6, NULL, ${ann}, NULL, 'sixth', NULL)`;

export async function withBed(
  engine: Engine,
  kind: string,
  act: (bed: Bed, run: ReturnType<typeof runner>) => Promise<void>,
) {
  const bed = await engine.open();
  try {
    const own = kind === "a counted number" ? engine.counted : must(KINDS[kind], "a kind of key");
    for (const one of schema(own, kind !== "a counted number").split(";")) await bed.exec(one);
    await act(bed, runner(engine, bed));
  } finally {
    await bed.close();
  }
}

interface Options {
  readonly journal?: ReturnType<typeof memoryJournal>;
  readonly atPoint?: (point: string) => void;
  /** Before each act of the store. */
  readonly before?: (mutations: readonly Mutation[]) => Promise<void>;
  /** The store acts, and nobody hears of it. */
  readonly unheard?: (mutations: readonly Mutation[]) => boolean;
}

const UNHEARD: ConnectorFailure = {
  ...{ ok: false, error: "unreachable", retryable: true, reason: "the connection broke" },
  unsure: true,
};

export const runner =
  ({ connector }: Engine, { url }: Bed) =>
  async (map: string, identity: readonly [string, string], options: Options = {}) => {
    const open = (as: "read" | "erase") => connector.open({ url, access: as, statementTimeoutMs: 10_000 });
    const [reader, eraser] = [open("read"), open("erase")];
    try {
      const read = must(readDataMap([{ file: "app.yaml", text: map }]).value, "the map is sound");
      const guarded = {
        ...eraser,
        describe: () => eraser.describe(),
        mutate: async (all: readonly Mutation[]) => {
          await options.before?.(all);
          const answer = await eraser.mutate(all);
          return answer.ok && options.unheard?.(all) === true ? UNHEARD : answer;
        },
      };
      const bound = await bindEstate({
        map: read,
        keepRules: new Map(),
        stores: { app: { reader, eraser: guarded } },
      });
      if (!bound.ok) throw new Error(JSON.stringify(bound));
      return await erase.run({
        estate: bound.estate,
        identities: [{ namespace: identity[0], value: identity[1] }],
        journal: options.journal ?? memoryJournal(),
        now: () => new Date("2025-01-01T00:00:00Z"),
        approve: async () => true,
        ...(options.atPoint === undefined ? {} : { atPoint: options.atPoint }),
      });
    } finally {
      await Promise.all([reader.close(), eraser.close()]);
    }
  };

export const ANN = ["email", "ann@x.example"] as const;
export const AUTHORS = "SELECT id, author, body, ip, parent FROM posts ORDER BY id";
export const PEOPLE = "SELECT id, email, name, role FROM users";
