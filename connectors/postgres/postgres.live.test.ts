/** What only PostgreSQL has: its types, schemas, partitions, policies, deferred checks, and the plans it makes. */
import { spawnSync } from "node:child_process";
import { freshDatabase } from "@avow/provision/database";
import type { Connector, ConnectorOptions, Mutation } from "@avow/runtime/connector-kit/contract";
import { answered, failureIn, readAll, using } from "@avow/runtime/connector-kit/contract-subject";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { binder } from "./binder.ts";
import { CatalogueCache } from "./catalogue.ts";
import { connector } from "./connector.ts";
import { selection } from "./match.ts";
import { Session } from "./session.ts";

const database = await freshDatabase(inject("postgresUrl"), "postgres_only");
const admin = new pg.Client({ connectionString: database.url });
const options = (more: Partial<ConnectorOptions> = {}): ConnectorOptions => ({
  url: database.url,
  access: "erase",
  statementTimeoutMs: 30_000,
  ...more,
});
const live: Connector = connector.open(options());
const reader = `row_reader_${database.url.split("_").at(-1)}`;

beforeAll(async () => {
  await admin.connect();
  await admin.query(`
    CREATE SCHEMA billing; CREATE SCHEMA "a.b";
    CREATE TYPE billing."Mood" AS ENUM ('so so', 'o''k');
    CREATE DOMAIN short AS varchar(5) CHECK (VALUE <> 'no'); CREATE DOMAIN shorter AS short NOT NULL;
    CREATE TABLE accounts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, region text, no int, code shorter,
      mood billing."Mood", doubled int GENERATED ALWAYS AS (no * 2) STORED, tags text[], at timestamptz, ip inet,
      UNIQUE (region, no));
    CREATE UNIQUE INDEX ON accounts (lower(region)); CREATE UNIQUE INDEX ON accounts (no) WHERE no > 0;
    CREATE INDEX ON accounts (at, no); CREATE INDEX ON accounts (no, lower(region), at);
    CREATE TABLE billing.invoices (id int PRIMARY KEY, region text, no int,
      FOREIGN KEY (region, no) REFERENCES accounts (region, no) ON DELETE SET NULL);
    CREATE TABLE "a.b"."c.d" (id int PRIMARY KEY); CREATE TABLE "a.b.c" (id int PRIMARY KEY);
    CREATE TABLE events (day date NOT NULL, id int, note text, PRIMARY KEY (day, id)) PARTITION BY RANGE (day);
    CREATE TABLE events_old PARTITION OF events FOR VALUES FROM (MINVALUE) TO ('2024-01-01');
    CREATE TABLE events_new PARTITION OF events DEFAULT;
    INSERT INTO events SELECT '2023-12-30'::date + g, g, 'note ' || g FROM generate_series(0, 9) g;
    CREATE VIEW seen AS SELECT * FROM accounts; CREATE TABLE parent (id int); CREATE TABLE child () INHERITS (parent);
    INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2);
    INSERT INTO accounts (region, no, code, mood, tags, at, ip) VALUES
      ('eu', 1, 'a', 'o''k', '{x,"y z"}', '2024-05-05 05:05:05.123456+02', '10.0.0.1'), ('us', 2, 'b', NULL, '{}', '-infinity', NULL),
      ('as', 3, 'c', 'so so', NULL, 'infinity', NULL), ('af', 4, 'd', NULL, NULL, NULL, NULL);
    ANALYZE events;`);
});
afterAll(async () => {
  await live.close();
  await admin.end();
  await database.drop();
});

const count = async (collection: string, field: string, ...values: string[]): Promise<number> =>
  answered(await live.count({ collection, anyOf: [{ fields: [field], tuples: values.map((v) => [v]) }] }));

const set = (collection: string, mask: Extract<Mutation, { act: "set" }>["set"], id = "1"): Mutation => ({
  act: "set",
  collection,
  where: { fields: ["id"], tuples: [[id]] },
  set: mask,
});

test("a field that the store makes itself is not set, and the store is not asked", async () => {
  const sent: string[] = [];
  const answer = await using(connector.open(options({ onStatement: (c) => sent.push(c) })), (c) =>
    c.mutate([
      {
        ...{ act: "set", collection: "accounts", set: {}, values: { doubled: "7" } },
        where: { fields: ["id"], tuples: [["1"]] },
      },
    ]),
  );
  expect(failureIn(answer)).toMatchObject({
    error: "malformed",
    reason: "`accounts.doubled` is made by the store and can't be set",
  });
  expect(sent).toEqual([]);
});

test("describes schemas, partitions, generated fields, keys of every kind", async () => {
  const { collections } = answered(await live.describe());
  const named = (name: string) => collections.find((c) => c.name === name);
  expect(collections.map((c) => c.name)).toEqual([
    '"a.b.c"',
    "accounts",
    "child",
    "events",
    "parent",
    '"a.b"."c.d"',
    "billing.invoices",
  ]);
  expect(named("accounts")).toMatchObject({
    primaryKey: ["id"],
    uniques: [["region", "no"]],
    rowsEstimate: null,
  });
  expect(named("accounts")?.indexes).toEqual([["id"], ["region", "no"], ["no"], ["at", "no"], ["no"]]);
  expect(
    named("accounts")?.fields.map(
      (f) => `${f.name} ${f.type}${f.nullable ? "" : " !"}${f.generated ? " =" : ""}`,
    ),
  ).toEqual([
    "id bigint ! =",
    "region text",
    "no integer",
    "code shorter !",
    'mood billing."Mood"',
    "doubled integer =",
    "tags text[]",
    "at timestamp with time zone",
    "ip inet",
  ]);
  expect(named("billing.invoices")?.foreignKeys).toEqual([
    {
      name: "invoices_region_no_fkey",
      from: ["region", "no"],
      to: { collection: "accounts", fields: ["region", "no"] },
      onDelete: "set null",
      holds: true,
    },
  ]);
  expect(named("events")).toMatchObject({ primaryKey: ["day", "id"], rowsEstimate: 10 });
});

test("matches on domains, enums, arrays, times and addresses; what doesn't fit matches nothing", async () => {
  expect(await count("accounts", "code", "a", "no", "abcdefgh", "")).toBe(1);
  expect(await count("accounts", "code", "abcdefgh")).toBe(0);
  expect(await count("accounts", "mood", "o'k", "none")).toBe(1);
  expect(await count("accounts", "tags", '{x,"y z"}', "{")).toBe(1);
  expect(await count("accounts", "at", "2024-05-05 03:05:05.123456+00", "yesterday-ish", "infinity")).toBe(2);
  expect(await count("accounts", "ip", "10.0.0.1", "300.0.0.1")).toBe(1);
});

test("a parent without partitions holds its own rows only", async () => {
  expect(await readAll(live, { collection: "parent", fields: ["id"] })).toEqual([["1"]]);
});

test("oldest passes infinity by, with an index and without", async () => {
  const ask = async () =>
    answered(await live.oldest({ collection: "accounts", field: "at", before: "2024-05-05T03:05:06Z" }));
  const expected = { oldest: "2024-05-05T03:05:05.123Z", before: 1, undated: 3, rows: 4 };
  expect(await ask()).toEqual(expected);
  await admin.query("DROP INDEX accounts_at_no_idx");
  answered(await live.describe());
  expect(await ask()).toEqual(expected);
  const events = await live.oldest({ collection: "events", field: "day", before: "2024-01-01T00:00:00Z" });
  expect(answered(events)).toMatchObject({ oldest: "2023-12-30T00:00:00.000Z", before: 2, rows: 10 });
});

test("partitioned tables are searched, masked and deleted from as one", async () => {
  const look = {
    collection: "events",
    fields: ["note"],
    key: ["day", "id"],
    pattern: "note [19]",
    rowsMax: 100,
    hitsMax: 9,
  };
  expect(
    answered(await live.search(look))
      .hits.map((hit) => hit.key[1])
      .sort(),
  ).toEqual(["1", "9"]);
  const sampled = answered(await live.search({ ...look, rowsMax: 4 }));
  expect(sampled.examined).toBeLessThanOrEqual(4);
  expect(sampled).toMatchObject({ population: 10, partial: true });
  const where = {
    fields: ["day", "id"],
    tuples: [
      ["2023-12-30", "0"],
      ["2024-01-08", "9"],
      ["2024-01-08", "1"],
    ],
  };
  const changed = await live.mutate([
    { act: "set", collection: "events", where, set: { note: "tombstone" } },
  ]);
  expect(changed).toEqual({ ok: true, value: [2] });
  expect(await live.mutate([{ act: "delete", collection: "events", where }])).toEqual({
    ok: true,
    value: [2],
  });
});

test("every type has its tombstone, and keeps it", async () => {
  await admin.query(`CREATE TABLE masks (id int PRIMARY KEY, t text, t3 varchar(3), c char(8), u text UNIQUE, u10 varchar(10) UNIQUE,
    ui int UNIQUE, e text, n numeric, d date, ts timestamptz, b bool, g uuid NOT NULL, j json, a int[] NOT NULL, y bytea NOT NULL,
    m billing."Mood" NOT NULL, mn billing."Mood", i inet, p point, iv interval);
    CREATE UNIQUE INDEX ON masks (lower(e));
    INSERT INTO masks SELECT g, 'x', 'x', 'x', g, g, g, g, 1, now(), now(), true, gen_random_uuid(), '1', '{1}', '\\x01', 'o''k', 'o''k',
      '1.1.1.1', '(1,1)', '1 day' FROM generate_series(1, 2) g`);
  const fields = [
    "t",
    "t3",
    "c",
    "u",
    "u10",
    "ui",
    "e",
    "n",
    "d",
    "ts",
    "b",
    "g",
    "j",
    "a",
    "y",
    "m",
    "mn",
    "i",
    "p",
    "iv",
  ];
  const mask = Object.fromEntries(fields.map((field) => [field, "tombstone" as const]));
  const both = [set("masks", mask, "1"), set("masks", mask, "2")];
  expect(await live.mutate(both)).toEqual({ ok: true, value: [1, 1] });
  const once = await readAll(live, { collection: "masks", fields: ["id", ...fields] });
  const [, t, t3, c, u, u10, ui, e, ...rest] = once.find(([id]) => id === "1") ?? [];
  expect([t, t3, c, ui]).toEqual(["erased", "era", "erased", null]);
  expect([u, e].map((v) => /^erased-[0-9a-f]{16}$/.test(v ?? ""))).toEqual([true, true]);
  expect(u10).toMatch(/^e[0-9a-f]{9}$/);
  expect(rest.map((v) => v?.replace(/^(00000000-0000-4e4a-a).*/, "$1"))).toEqual([
    "0",
    "1970-01-01",
    "1970-01-01 00:00:00+00",
    "false",
    "00000000-0000-4e4a-a",
    "{}",
    "{}",
    "\\x",
    "so so",
    undefined,
    "0.0.0.0/32",
    undefined,
    "00:00:00",
  ]);
  expect(await live.mutate(both)).toEqual({ ok: true, value: [1, 1] });
  expect(await readAll(live, { collection: "masks", fields: ["id", ...fields] })).toEqual(once);
});

test("what the store makes itself can't be set", async () => {
  for (const field of ["doubled", "id"]) {
    const failure = failureIn(await live.mutate([set("accounts", { [field]: "tombstone" })]));
    expect(failure).toMatchObject({ error: "malformed", retryable: false });
    expect(failure.reason).toContain(`accounts.${field}`);
  }
});

test("a policy that would hide rows is a refusal, not an empty answer", async () => {
  await admin.query(`CREATE ROLE ${reader} LOGIN PASSWORD 'r'; GRANT SELECT ON accounts TO ${reader};
    ALTER TABLE accounts ENABLE ROW LEVEL SECURITY`);
  const url = Object.assign(new URL(database.url), { username: reader, password: "r" }).href;
  const answer = await using(connector.open(options({ url, access: "read" })), (c) =>
    c.count({ collection: "accounts" }),
  );
  expect(failureIn(answer)).toMatchObject({ error: "denied", retryable: false });
  await admin.query(
    `ALTER TABLE accounts DISABLE ROW LEVEL SECURITY; DROP OWNED BY ${reader}; DROP ROLE ${reader}`,
  );
});

test("a url can't talk a reader into writing", async () => {
  const url = `${database.url}?options=-c%20default_transaction_read_only%3Doff%20-c%20row_security%3Don`;
  const session = new Session(options({ url, access: "read" }));
  const write = session.rows("parent", { text: "DELETE FROM parent", values: [] });
  await expect(write).rejects.toMatchObject({ code: "25006" });
  await session.close();
});

test("a url that can't be read is malformed, and not repeated", async () => {
  const answer = await using(connector.open(options({ url: "postgres://ann:secret@host:port/db" })), (c) =>
    c.probe(),
  );
  expect(failureIn(answer)).toMatchObject({ error: "malformed", retryable: false });
  expect(JSON.stringify(answer)).not.toContain("secret");
});

const KILL = `import pg from "pg"; const c = new pg.Client({ connectionString: process.argv[1] }); await c.connect();
  await c.query("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'avow' AND datname = current_database()");
  await c.end();`;

/** Blocks this process meanwhile: the pool can't hear that its connections are gone, and hands out a dead one. */
const killUnheard = () =>
  spawnSync(process.execPath, ["--input-type=module", "-e", KILL, database.url], { cwd: import.meta.dirname })
    .status;

test("a connection that died unheard is replaced, for reads, streams and changes", async () => {
  await admin.query("CREATE TABLE kept (id int); INSERT INTO kept VALUES (1)");
  const where = { fields: ["id"], tuples: [["1"]] };
  const calls: readonly (() => Promise<unknown>)[] = [
    () => count("kept", "id", "1"),
    () => readAll(live, { collection: "kept", fields: ["id"] }).then((rows) => rows.length),
    () => live.mutate([{ act: "delete", collection: "kept", where }]).then((answer) => answered(answer)[0]),
  ];
  for (const call of calls) {
    expect(await count("kept", "id", "1")).toBe(1);
    expect(killUnheard()).toBe(0);
    expect(await call()).toBe(1);
  }
});

test("whatever a trigger puts into its error stays inside", async () => {
  await admin.query(`CREATE TABLE locked (id int PRIMARY KEY, email text); INSERT INTO locked VALUES (1, 'ann@example.org');
    CREATE FUNCTION billing.keep_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      RAISE EXCEPTION 'no: %', OLD.email USING ERRCODE = '23505', DETAIL = OLD.email, HINT = OLD.email, CONSTRAINT = OLD.email,
        TABLE = OLD.email, COLUMN = OLD.email; END $$;
    CREATE TRIGGER keep BEFORE DELETE ON locked FOR EACH ROW EXECUTE FUNCTION billing.keep_row()`);
  const where = { fields: ["id"], tuples: [["1"]] };
  const raised = failureIn(await live.mutate([{ act: "delete", collection: "locked", where }]));
  expect(raised).toEqual({
    ok: false,
    error: "blocked",
    retryable: false,
    reason: "raised by the function `billing.keep_row`",
  });
  await admin.query(`CREATE OR REPLACE FUNCTION billing.keep_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('INSERT INTO missing VALUES (%L)', OLD.email); RETURN OLD; END $$`);
  const broken = failureIn(await live.mutate([{ act: "delete", collection: "locked", where }]));
  expect(broken.error).toBe("blocked");
  expect(broken.reason).toContain("undefined table (42P01)");
  expect(broken.reason).not.toContain("ann@");
});

test("a check that waits for the end of the step undoes all of it", async () => {
  await admin.query(`CREATE TABLE top (id int PRIMARY KEY); CREATE TABLE low (id int PRIMARY KEY, top_id int);
    INSERT INTO top VALUES (1); INSERT INTO low VALUES (1, 1), (2, 1);
    ALTER TABLE low ADD CONSTRAINT low_top FOREIGN KEY (top_id) REFERENCES top (id) DEFERRABLE INITIALLY DEFERRED`);
  const where = { fields: ["id"], tuples: [["1"]] };
  const answer = await live.mutate([
    { act: "delete", collection: "top", where },
    { act: "delete", collection: "low", where },
  ]);
  expect(failureIn(answer)).toMatchObject({ error: "blocked", retryable: false });
  expect(failureIn(answer).reason).toContain("low_top");
  expect(await count("low", "id", "1", "2")).toBe(2);
});

test("a table that changed under the cached catalogue is read anew", async () => {
  await admin.query("CREATE TABLE moving (id int); INSERT INTO moving VALUES (1)");
  expect(await count("moving", "id", "1")).toBe(1);
  await admin.query("ALTER TABLE moving RENAME id TO key");
  expect(
    failureIn(await live.count({ collection: "moving", anyOf: [{ fields: ["id"], tuples: [["1"]] }] })).error,
  ).toBe("malformed");
  expect(await count("moving", "key", "1")).toBe(1);
});

test("large key lists go in chunks of 50,000, big tables through their indexes", async () => {
  await admin.query(`CREATE TABLE rows (id bigint PRIMARY KEY, a int, b int, email text);
    INSERT INTO rows SELECT g, g % 20000, g * 7 % 19997, 'U' || g || '@x.org' FROM generate_series(1, 200000) g;
    CREATE INDEX ON rows (a); CREATE INDEX ON rows (b)`);
  await admin.query("VACUUM ANALYZE rows");
  const session = new Session(options({ access: "read" }));
  const cache = new CatalogueCache(session);
  const at = await cache.table("rows", []);
  const plan = async (anyOf: Parameters<typeof selection>[1]): Promise<string> => {
    const binds = binder();
    const text = selection("t.id::text", anyOf, at, binds) ?? "";
    return (await session.rows(null, { text: `EXPLAIN ${text}`, values: binds.values })).flat().join("\n");
  };
  const keys = (n: number): string[][] => Array.from({ length: n }, (_, i) => [String(i * 3)]);
  const links = await plan([
    { fields: ["a"], tuples: keys(20) },
    { fields: ["b"], tuples: keys(20) },
  ]);
  expect(links).toContain("BitmapOr");
  expect(links).not.toContain("Seq Scan on rows");
  const mixed = await plan([
    { fields: ["a"], tuples: keys(20) },
    { fields: ["id", "b"], tuples: [["1", "7"]] },
  ]);
  expect(mixed).not.toContain("Seq Scan on rows");
  const email = { fields: ["email"], normalisers: ["email"], tuples: [["u7@x.org"]] } as const;
  expect(await plan([email])).toContain("Seq Scan on rows");
  const side = /\(?lower\(btrim\(t\.[^\n]*?\)\)? IN/
    .exec(selection("1", [email], at, binder()) ?? "")?.[0]
    .replace(/^\(|\)? IN$/g, "");
  await admin.query(`CREATE INDEX ON rows ((${side?.replaceAll("t.", "")}))`);
  await admin.query("ANALYZE rows");
  expect(await plan([email])).not.toContain("Seq Scan on rows");
  await session.close();

  const sent: string[] = [];
  const counted = connector.open(options({ onStatement: (collection) => sent.push(collection) }));
  const tuples = Array.from({ length: 120_000 }, (_, i) => [String(i + 1)]);
  const answer = await using(counted, (c) =>
    c.mutate([{ act: "delete", collection: "rows", where: { fields: ["id"], tuples } }]),
  );
  expect(answer).toEqual({ ok: true, value: [120_000] });
  expect(sent).toHaveLength(3);
});
