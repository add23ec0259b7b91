/** Several kinds of act in one statement: what a kind does not name stays as it is, and an account needs no right more than before. */
import type { MaskAct } from "@avow/core/datamap/model";
import { freshDatabase } from "@avow/provision/database";
import type { Mutation } from "@avow/runtime/connector-kit/contract";
import { using } from "@avow/runtime/connector-kit/contract-subject";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const database = await freshDatabase(inject("postgresUrl"), "postgres_kinds");
const admin = new pg.Client({ connectionString: database.url });
const LAYOUT = `DROP TABLE IF EXISTS kinds; DROP DOMAIN IF EXISTS even; DROP TYPE IF EXISTS mood;
  CREATE DOMAIN even AS int CHECK (VALUE % 2 = 0); CREATE TYPE mood AS ENUM ('so so', 'ok');
  CREATE TABLE kinds (id int PRIMARY KEY, note varchar(20), padded char(8), small int2, single float4, twin float8, amount numeric(20, 4), paid money,
    at timestamptz(3), clock timetz, day date, span interval, doc json, docb jsonb, raw bytea, ip inet, ref uuid, label mood, tags text[], moods mood[],
    bits bit(3), vary varbit, flag bool, number int, place point, handle varchar(20) UNIQUE);
  INSERT INTO kinds (id, note) VALUES (1, 'a'); INSERT INTO kinds VALUES (2, 'Zoë ', 'ab ', -3, 0.1, 1e-300, -0.0001, '-12.50', '2024-05-05 03:05:05.123+02', '03:05:05.5+02', 'infinity', '1 mon -1 day',
    '{"a": 1.50,  "a": "ü"}', '{"b": 1.50}', '\\x00ff', '10.0.0.1/8', '6f8b0c1e-3a52-4f0e-9d0b-7c1f2e3d4a5b', 'ok', '{NULL,"a,b"}', '{ok}',
    B'101', B'1', true, 3, '(1.25,2)', 'ann');`;

beforeAll(() => admin.connect());
beforeEach(async () => void (await admin.query(LAYOUT)));
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const set = (id: string, fields: readonly string[], act: MaskAct): Mutation => ({
  ...{ act: "set", collection: "kinds", where: { fields: ["id"], tuples: [[id]] } },
  set: Object.fromEntries(fields.map((f) => [f, act])),
});

async function sentFor(
  mutations: readonly Mutation[],
  url = database.url,
): Promise<{ readonly sent: number; readonly answer: unknown }> {
  let sent = 0;
  const onStatement = (): void => void (sent += 1);
  const live = connector.open({ url, access: "erase", statementTimeoutMs: 30_000, onStatement });
  const answer = await using(live, (c) => c.mutate(mutations));
  return { sent, answer };
}

/** As the server itself writes each field, byte for byte. */
async function seen(): Promise<Readonly<Record<string, unknown>>> {
  const { rows } = await admin.query("SELECT * FROM kinds WHERE id = 2");
  const { rows: bytes } = await admin.query(
    `SELECT key, encode(convert_to(value, 'UTF8'), 'hex') AS hex FROM kinds, jsonb_each_text(to_jsonb(kinds) || jsonb_build_object('doc', doc::text)) WHERE id = 2`,
  );
  expect(rows).toHaveLength(1);
  return Object.fromEntries(bytes.map((row): [string, unknown] => [String(row.key), row.hex]));
}

test("a row keeps what its own kind does not name, whatever the type", async () => {
  const before = await seen();
  const fields = Object.keys(before).filter((f) => !["id", "note"].includes(f));
  expect(fields.length).toBeGreaterThan(20);
  for (const field of fields) {
    const act = ["bits", "vary", "place"].includes(field) ? "null" : "tombstone";
    const { sent, answer } = await sentFor([set("1", [field], act), set("2", ["note"], "null")]);
    expect([field, answer]).toEqual([field, { ok: true, value: [1, 1] }]);
    expect([field, sent]).toEqual([field, 1]);
    const { note, ...now } = await seen();
    const { note: was, ...rest } = before;
    expect([note, now]).toEqual([was === undefined ? was : null, rest]);
    await admin.query(LAYOUT);
  }
});

test("a domain that would look at what stays anew, and an account that may change a field and not see it: kind by kind", async () => {
  await admin.query(`ALTER TABLE kinds ADD COLUMN twos even; ALTER TABLE kinds DROP COLUMN number`);
  const domain = await sentFor([set("1", ["twos"], "tombstone"), set("2", ["note"], "null")]);
  expect(domain).toEqual({ sent: 2, answer: { ok: true, value: [1, 1] } });
  const user = `blind_${database.url.split("_").at(-1)}`;
  await admin.query(
    `CREATE ROLE ${user} LOGIN PASSWORD 'b'; GRANT SELECT (id), UPDATE (note, small) ON kinds TO ${user}`,
  );
  const url = Object.assign(new URL(database.url), { username: user, password: "b" }).href;
  const blind = await sentFor([set("1", ["note"], "null"), set("2", ["small"], "null")], url);
  expect(blind.answer).toEqual({ ok: true, value: [1, 1] });
  expect((await admin.query("SELECT small, padded FROM kinds WHERE id = 2")).rows).toEqual([
    { small: null, padded: "ab      " },
  ]);
  await admin.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
});
