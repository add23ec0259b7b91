/** A small service for tests, laid out on each engine: a policy, a data map, and a store with two members. */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import mysql from "mysql2/promise";
import pg from "pg";
import { freshDatabase } from "./database.ts";
import { freshMariaDb } from "./mariadb.ts";

export const POLICY = `---
service: club
version: 2026-01-01
effective: 2026-01-01
locale: en
controller: { name: Club Ltd, country: DE, contact: { rights: privacy@club.example } }
jurisdictions: [EU]
classes:
  account: [user.contact, user.name, user.unique_id]
  payment: [user.financial, user.content, user.unique_id]
  message: [user.content, user.unique_id]
---
# Privacy

You can see and delete your data.

\`\`\`commit
- id: rights
  right: [access, erase]
  ways: [email]
  within: P14D
  except: payments-kept
\`\`\`

We ask for nothing but your address, your name, and who invited you.

\`\`\`commit
- id: nothing-else
  collect: [account, payment, message]
  closed: true
\`\`\`

We keep payments for seven years, because the law says so.

\`\`\`commit
- id: payments-kept
  retain: payment
  for: P7Y
  from: creation
  then: erase
  keeps: { why: law, reason: tax law }
\`\`\`

We store no card numbers.

\`\`\`commit
- id: no-cards
  protect: all
  by: absence
  values: [card_number]
\`\`\`
`;

export const mapOf = (connector: string): string => `store: app
connector: ${connector}
collections:
  members:
    class: account
    person: { member_id: id, email: email }
    fields: { id: user.unique_id, email: user.contact.email, name: user.name, invited_by: user.unique_id }
    links: [{ role: mention, from: [invited_by], to: { collection: members, fields: [id] } }]
  payments:
    class: payment
    owner: member_id -> members.id
    fields: { id: system, member_id: user.unique_id, amount: user.financial, note: user.content, made_at: system }
    anchors: { creation: made_at }
    erase: { keep: payments-kept, mask: { note: tombstone, member_id: 'null' } }
  messages:
    class: message
    links:
      - { role: owner, from: [sender], to: { collection: members, fields: [id] } }
      - { role: co_owner, from: [recipient], to: { collection: members, fields: [id] } }
    fields: { id: system, sender: user.unique_id, recipient: user.unique_id, body: user.content }
    on_leave: { body: keep }
`;

const SCHEMA = `
create table members (id bigint primary key, email varchar(200) unique, name varchar(100) not null, invited_by bigint);
create table payments (id integer primary key, member_id bigint, amount decimal(12,2) not null, note varchar(200), made_at TIME not null);
create table messages (id integer primary key, sender bigint, recipient bigint, body varchar(500));
`;

/** Fields are named: a test may add one. */
const ROWS = `
delete from messages; delete from payments; delete from members;
insert into members (id, email, name, invited_by) values (9007199254740993, 'Ada@Example.org ', 'Ada', null), (9007199254740992, 'bob@example.org', 'Bob', 9007199254740993);
insert into payments values (1, 9007199254740993, 10.50, 'for Ada', '2024-05-05 10:00:00'), (2, 9007199254740993, 1.00, 'long ago', '2015-01-01 10:00:00'),
  (3, 9007199254740992, 7.00, 'for Bob', '2024-05-05 10:00:00');
insert into messages (id, sender, recipient, body) values (1, 9007199254740993, 9007199254740992, 'hello Bob'), (2, 9007199254740993, null, 'note to self'), (3, 9007199254740992, 9007199254740992, 'mine');
`;

type Rows = readonly (readonly unknown[])[];

/** The store of a small club, and a way to look into it that is not Avow's. */
export interface Club {
  readonly url: string;
  rows(sql: string): Promise<Rows>;
  /** The rows as they were at first. */
  reset(): Promise<void>;
  drop(): Promise<void>;
}

async function onPostgres(adminUrl: string): Promise<Club> {
  const database = await freshDatabase(adminUrl, "club");
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(SCHEMA.replace("TIME", "timestamptz") + ROWS);
  return {
    url: database.url,
    reset: async () => void (await client.query(ROWS)),
    rows: async (sql) => (await client.query<unknown[]>({ text: sql, rowMode: "array" })).rows,
    async drop() {
      await client.end();
      await database.drop();
    },
  };
}

async function onMariaDb(adminUrl: string): Promise<Club> {
  const database = await freshMariaDb(adminUrl, "club");
  const client = await mysql.createConnection({
    uri: database.url,
    multipleStatements: true,
    supportBigNumbers: true,
  });
  await client.query(SCHEMA.replace("TIME", "datetime") + ROWS);
  return {
    url: database.url,
    reset: async () => void (await client.query(ROWS)),
    async rows(sql) {
      const [rows] = await client.query<mysql.RowDataPacket[][]>({ sql, rowsAsArray: true });
      return rows;
    },
    async drop() {
      await client.end();
      await database.drop();
    },
  };
}

async function onSqlite(folder: string): Promise<Club> {
  const database = new DatabaseSync(join(folder, "club.db"));
  database.exec(`PRAGMA journal_mode = WAL; ${SCHEMA.replace("TIME", "datetime")} ${ROWS}`);
  return {
    // Relative to the service's folder.
    url: "sqlite:club.db",
    reset: async () => database.exec(ROWS),
    async rows(sql) {
      const statement = database.prepare(sql);
      statement.setReturnArrays(true);
      statement.setReadBigInts(true);
      const all: unknown[] = statement.all();
      return all.map((row) => (Array.isArray(row) ? row : []));
    },
    async drop() {
      database.close();
    },
  };
}

export interface ClubOn {
  /** The connector's name. */
  readonly engine: string;
  /** A store that is a file lies in the folder. */
  start(folder: string): Promise<Club>;
}

export function clubsOn({
  postgresUrl,
  mariaUrl,
}: {
  postgresUrl: string;
  mariaUrl: string | null;
}): readonly ClubOn[] {
  return [
    { engine: "postgres", start: () => onPostgres(postgresUrl) },
    ...(mariaUrl === null ? [] : [{ engine: "mysql", start: () => onMariaDb(mariaUrl) }]),
    { engine: "sqlite", start: onSqlite },
  ];
}
