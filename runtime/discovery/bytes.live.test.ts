/** Columns of bytes on three systems: what is text in them is judged as text is, and of the rest the name speaks, or somebody is asked. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as mysqlConnector } from "@avow/connector-mysql/connector";
import { connector as postgres } from "@avow/connector-postgres/connector";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import { freshDatabase } from "@avow/provision/database";
import { freshMariaDb } from "@avow/provision/mariadb";
import mysql from "mysql2/promise";
import pg from "pg";
import { expect, inject, onTestFinished, test } from "vitest";
import type { ConnectorModule } from "../connector-kit/contract.ts";
import { BUDGET } from "./budget.ts";
import { discoverStore } from "./discover.ts";

const FIELDS = [
  "user_mail",
  "c7",
  "user_password",
  "comment_text",
  "portrait",
  "c8",
  "doc",
  "touched",
] as const;
const PNG = "89504e470d0a1a0a0000000d49484452";

const rows = Array.from({ length: 60 }, (_, i): readonly Buffer[] => [
  Buffer.from(`zaphod${i}@mail.example`),
  Buffer.from(`ford${i}@mail.example`),
  Buffer.from(`${PNG}${String(10 + i)}`, "hex"),
  Buffer.from(`Nothing was said on that day ${i}, nor on the day before`),
  Buffer.from(`${PNG}${"ff".repeat(3_000)}`, "hex"),
  Buffer.from(`${PNG}${String(10 + i)}`, "hex"),
  Buffer.from(JSON.stringify({ mail: `trillian${i}@mail.example`, size: i })),
  Buffer.from(`2024010100${String(10 + i)}`),
]);

const insert = (mark: (i: number) => string): string =>
  `insert into members (id, ${FIELDS.join(", ")}) values (${["id", ...FIELDS].map((_, i) => mark(i + 1)).join(", ")})`;
const ddl = (types: readonly string[]): string =>
  `create table members (id int primary key, ${FIELDS.map((f, i) => `${f} ${types[i] ?? types.at(-1)}`).join(", ")})`;

const META =
  "create table user_meta (id int primary key, user_id int, meta_key text, meta_value text, attachment";
const PROPERTIES = "create table user_properties (up_user int, up_property varbinary(255), up_value blob)";
const TOLD = [
  ["email", "zaphod@mail.example"],
  ["theme", "dark"],
] as const;

/** What an attribute's name says of its value, by the path of each part. */
async function toldBy(module: ConnectorModule, url: string, value: string) {
  const reader = module.open({ url, access: "read", statementTimeoutMs: 30_000 });
  onTestFinished(() => reader.close());
  const looked = await discoverStore(reader, { store: "app", budget: BUDGET, onProgress: () => {} });
  if (!looked.ok) throw new Error(looked.reason);
  const field = looked.value.found.collections.flatMap((c) => c.fields).find((f) => f.name === value);
  return (field?.parts ?? []).map((p) => [p.path, p.category]).sort();
}

test("bytes: what lies beside an attribute and its value does not hide what they tell", async () => {
  const database = await freshDatabase(inject("postgresUrl"), "bytes");
  onTestFinished(() => database.drop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(`${META} bytea)`);
  for (let i = 0; i < 60; i += 1)
    await client.query("insert into user_meta values ($1, $1, $2, $3, $4)", [
      i,
      ...(TOLD[i % 2] ?? []),
      Buffer.from(PNG, "hex"),
    ]);
  await client.end();
  expect(await toldBy(postgres, database.url, "meta_value")).toEqual([
    ["email", "user.contact.email"],
    ["theme", "system"],
  ]);
});

async function found(module: ConnectorModule, url: string) {
  const reader = module.open({ url, access: "read", statementTimeoutMs: 30_000 });
  onTestFinished(() => reader.close());
  const looked = await discoverStore(reader, { store: "app", budget: BUDGET, onProgress: () => {} });
  if (!looked.ok) throw new Error(looked.reason);
  const printed = JSON.stringify(looked.value);
  expect(printed).not.toMatch(/zaphod|ford\d|trillian|89504e47/i);
  expect(looked.value.skipped).toEqual([]);
  expect(looked.value.spent.bytes).toBeLessThan(60 * 2 * (FIELDS.length + 2) * BUDGET.charsMax);
  const [members] = looked.value.found.collections;
  return Object.fromEntries(
    (members?.fields ?? []).map((f) => [f.name, [f.category, f.reason, f.parts?.map((p) => p.path)]]),
  );
}

const UNSEEN = expect.stringMatching(/bytes that were not seen as text/);
const EXPECTED = {
  id: ["user.unique_id", expect.any(String), undefined],
  user_mail: ["user.contact.email", expect.stringContaining("100 % of 60"), undefined],
  c7: ["user.contact.email", "100 % of 60 sampled values are e-mail addresses", undefined],
  user_password: ["user.authorization.password", UNSEEN, undefined],
  comment_text: ["user.content", expect.any(String), undefined],
  portrait: ["user.content.self_image", UNSEEN, undefined],
  c8: [null, UNSEEN, undefined],
  doc: [expect.stringMatching(/^user\./), expect.any(String), expect.arrayContaining(["mail", "size"])],
  touched: [null, expect.not.stringContaining("bytes"), undefined],
};

test("bytes: postgres", async () => {
  const database = await freshDatabase(inject("postgresUrl"), "bytes");
  onTestFinished(() => database.drop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query(ddl(["bytea"]));
  for (const [i, row] of rows.entries())
    await client.query(
      insert((n) => `$${n}`),
      [i, ...row],
    );
  await client.end();
  expect(await found(postgres, database.url)).toEqual(EXPECTED);
});

test("bytes: of a list of them the name speaks, and not the signs that they are written with", async () => {
  const database = await freshDatabase(inject("postgresUrl"), "bytes");
  onTestFinished(() => database.drop());
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  await client.query("create table members (id int primary key, user_mails bytea[], c9 bytea[])");
  const lists = "array[convert_to('zaphod' || i || '@mail.example', 'UTF8'), '\\x0102'::bytea]";
  await client.query(`insert into members select i, ${lists}, ${lists} from generate_series(1, 60) i`);
  await client.end();
  expect(await found(postgres, database.url)).toMatchObject({
    user_mails: ["user.contact.email", UNSEEN, undefined],
    c9: [null, UNSEEN, undefined],
  });
});

test("bytes: sqlite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "avow-bytes-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "app.db");
  const store = new DatabaseSync(file);
  store.exec(ddl(["blob", "text", "blob"]));
  for (const [i, row] of rows.entries()) store.prepare(insert(() => "?")).run(i, ...row);
  store.close();
  expect(await found(sqlite, `sqlite:${file}`)).toEqual(EXPECTED);
});

const server = inject("mariaDb");
test.skipIf("missing" in server)("bytes: mariadb", async () => {
  if ("missing" in server) return;
  const database = await freshMariaDb(server.url, "bytes");
  onTestFinished(() => database.drop());
  const client = await mysql.createConnection({ uri: database.url });
  await client.query(
    ddl([
      "varbinary(255)",
      "binary(40)",
      "tinyblob",
      "blob",
      "longblob",
      "varbinary(60)",
      "mediumblob",
      "binary(14)",
    ]),
  );
  for (const [i, row] of rows.entries())
    await client.query(
      insert(() => "?"),
      [i, ...row],
    );
  await client.end();
  expect(await found(mysqlConnector, database.url)).toEqual(EXPECTED);
});

test.skipIf("missing" in server)(
  "bytes: an attribute's name and its value may both be bytes: mariadb",
  async () => {
    if ("missing" in server) return;
    const database = await freshMariaDb(server.url, "bytes");
    onTestFinished(() => database.drop());
    const client = await mysql.createConnection({ uri: database.url });
    await client.query(PROPERTIES);
    for (let i = 0; i < 60; i += 1)
      await client.query(
        "insert into user_properties values (?, ?, ?)",
        [i, ...(TOLD[i % 2] ?? [])].map((cell) => (typeof cell === "string" ? Buffer.from(cell) : cell)),
      );
    await client.end();
    expect(await toldBy(mysqlConnector, database.url, "up_value")).toEqual([
      ["email", "user.contact.email"],
      ["theme", "system"],
    ]);
  },
);
