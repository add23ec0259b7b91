/** What only SQLite has: any value in any column, kinds of tables, dates of three kinds, attached files, locks, and what stays in the file. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { Connector, ConnectorOptions, Mutation } from "@avow/runtime/connector-kit/contract";
import { answered, failureIn, readAll, sorted, using } from "@avow/runtime/connector-kit/contract-subject";
import { afterAll, beforeAll, expect, test } from "vitest";
import { connector } from "./connector.ts";

const folder = mkdtempSync(join(tmpdir(), "avow-sqlite-only-"));
const file = join(folder, "a b?.db");
const url = `sqlite:${encodeURIComponent(file)}?attach.billing=billing.db`;
const admin = new DatabaseSync(file);
const options = (more: Partial<ConnectorOptions> = {}): ConnectorOptions => ({
  url,
  access: "erase",
  statementTimeoutMs: 30_000,
  ...more,
});
const live: Connector = connector.open(options());

beforeAll(() => {
  new DatabaseSync(join(folder, "billing.db")).exec(
    "CREATE TABLE invoices (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO invoices VALUES (1, 'x')",
  );
  admin.exec(`PRAGMA journal_mode = WAL;
    CREATE TABLE loose (id INTEGER PRIMARY KEY, anything, number NUMERIC, whole INT, real REAL, text TEXT COLLATE NOCASE UNIQUE, bytes BLOB);
    INSERT INTO loose VALUES (1, 5, '10.50', '7', 3, 'Ann', x'00ff'), (2, '5', 'not a number', 'seven', 0.1, 'ann ', 'text'),
      (3, x'35', 9007199254740993, 9223372036854775807, 1e300, 'äNN', x''), (4, 5.5, -1.25, NULL, -9e999, 'nul' || char(0) || 'l', 12), (5, NULL, NULL, NULL, NULL, NULL, NULL);
    CREATE TABLE strict_one (id INTEGER PRIMARY KEY, day TEXT, any ANY) STRICT;
    INSERT INTO strict_one VALUES (1, '2024-01-01', '007');
    CREATE TABLE bare (word TEXT PRIMARY KEY, n INT) WITHOUT ROWID;
    CREATE TABLE keyless (word TEXT, n INT);
    CREATE TABLE made (id INTEGER PRIMARY KEY, n INT, twice INT GENERATED ALWAYS AS (n * 2) VIRTUAL, more INT AS (n * 3) STORED);
    CREATE UNIQUE INDEX some_rows ON made (n) WHERE n > 0; CREATE INDEX by_text ON loose (whole, lower(text), real);
    CREATE VIEW seen AS SELECT * FROM loose; CREATE VIRTUAL TABLE words USING fts5(body);
    CREATE TABLE times (id INTEGER PRIMARY KEY, at DATETIME, day DATE, seconds INTEGER, plain TEXT);
    INSERT INTO times VALUES (1, '2024-05-05 03:05:05.123', '2024-05-05', 1714878305, '2024-05-05T05:05:05+02:00'), (2, 1714878306, '2023-01-01', 1714878306, '2023-01-01'),
      (3, 1714878307000, 2460435.5, 1714878307, NULL), (4, 'soon', NULL, NULL, NULL), (5, 'now', '12:00', NULL, NULL);`);
});
afterAll(async () => {
  await live.close();
  admin.close();
  rmSync(folder, { recursive: true });
});

const ids = async (collection: string, field: string, ...values: string[]): Promise<(string | null)[]> => {
  const rows = await readAll(live, {
    collection,
    fields: ["id"],
    anyOf: [{ fields: [field], tuples: values.map((v) => [v]) }],
  });
  return rows.map((row) => row[0] ?? null).sort();
};
const set = (
  collection: string,
  mask: Extract<Mutation, { act: "set" }>["set"],
  ...keys: string[]
): Mutation => ({
  act: "set",
  collection,
  where: { fields: ["id"], tuples: keys.map((id) => [id]) },
  set: mask,
});

test("describes kinds of tables, generated fields and attached files; views, virtual tables and their shadows are left out", async () => {
  const { collections } = answered(await live.describe());
  const named = (name: string) => collections.find((c) => c.name === name);
  expect(collections.map((c) => c.name)).toEqual([
    "bare",
    "keyless",
    "loose",
    "made",
    "strict_one",
    "times",
    "billing.invoices",
  ]);
  expect(named("bare")).toMatchObject({ primaryKey: ["word"], rowsEstimate: null });
  expect(named("bare")?.fields.map((f) => f.nullable)).toEqual([false, true]);
  expect(named("keyless")?.primaryKey).toEqual([]);
  expect(
    named("made")
      ?.fields.filter((f) => f.generated)
      .map((f) => f.name),
  ).toEqual(["twice", "more"]);
  expect(named("made")?.uniques).toEqual([]);
  expect(named("loose")).toMatchObject({ uniques: [["text"]], indexes: [["id"], ["whole"], ["text"]] });
});

test("how many rows there can be at most: by their numbers, and by the size of the file", async () => {
  const { collections } = answered(await live.describe());
  for (const { name, rowsEstimate, rowsMost } of collections) {
    expect(rowsEstimate, name).toBeNull();
    const count = answered(await live.count({ collection: name }));
    expect(rowsMost, name).toBeGreaterThanOrEqual(count);
    expect(rowsMost, name).toBeLessThan(100_000);
  }
});

test("whatever a column holds is written as text, and found by it", async () => {
  const fields = ["anything", "number", "whole", "real", "text", "bytes"];
  const rows = await readAll(live, { collection: "loose", fields });
  expect(rows).toEqual([
    ["5", "10.5", "7", "3.0", "Ann", "x'00ff'"],
    ["5", "not a number", "seven", "0.1", "ann ", "text"],
    ["x'35'", "9007199254740993", "9223372036854775807", "1e+300", "äNN", ""],
    ["5.5", "-1.25", null, "-Inf", "nul\0l", "12"],
    [null, null, null, null, null, null],
  ]);
  for (const [i, field] of fields.entries()) {
    for (const [at, row] of rows.entries()) {
      const value = row[i] ?? null;
      if (value !== null)
        expect(await ids("loose", field, value), `${field} ${value}`).toContain(String(at + 1));
    }
  }
  // One text, one key: the number and the text cannot be told apart from outside.
  expect(await ids("loose", "anything", "5")).toEqual(["1", "2"]);
  expect(await ids("loose", "text", "ANN", "ann", "nul", "ÄNN")).toEqual([]);
  const collated = { fields: ["text"], tuples: [["ANN"], ["nul"], ["ÄNN"]], collated: true } as const;
  expect(await readAll(live, { collection: "loose", fields: ["id"], anyOf: [collated] })).toEqual([["1"]]);
  const { collections } = answered(await live.describe());
  const told = collections.find((c) => c.name === "loose")?.fields ?? [];
  expect(told.filter((f) => f.notations === "spelling").map((f) => f.name)).toEqual(["text"]);
  expect(await ids("loose", "whole", "7.5", "9223372036854775808", "0x7", "")).toEqual([]);
  expect(await ids("strict_one", "any", "7")).toEqual([]);
  expect(await ids("strict_one", "any", "007")).toEqual(["1"]);
});

test("reads dates as text, seconds, milliseconds and Julian days", async () => {
  const ask = async (field: string) =>
    live.oldest({ collection: "times", field, before: "2024-05-05T03:05:06.500Z" });
  expect(answered(await ask("at"))).toEqual({
    oldest: "2024-05-05T03:05:05.123Z",
    before: 2,
    undated: 2,
    rows: 5,
  });
  expect(answered(await ask("day"))).toEqual({
    oldest: "2023-01-01T00:00:00.000Z",
    before: 3,
    undated: 2,
    rows: 5,
  });
  expect(answered(await ask("seconds"))).toMatchObject({
    oldest: "2024-05-05T03:05:05.000Z",
    before: 2,
    undated: 2,
  });
  expect(answered(await ask("plain"))).toMatchObject({
    oldest: "2023-01-01T00:00:00.000Z",
    before: 2,
    undated: 3,
  });
  expect(failureIn(await ask("id")).error).toBe("malformed");
});

test("masks leave a value of the kind that was there, once", async () => {
  const masks = [
    set(
      "loose",
      { anything: "tombstone", number: "tombstone", text: "tombstone", bytes: "tombstone", whole: "null" },
      "1",
      "2",
      "3",
      "4",
    ),
    set("times", { at: "tombstone", day: "tombstone", plain: "now" }, "1", "2", "3"),
  ];
  expect(await live.mutate(masks)).toEqual({ ok: true, value: [4, 3] });
  const once = await readAll(live, {
    collection: "loose",
    fields: ["id", "anything", "number", "text", "bytes", "whole"],
  });
  expect(once.slice(0, 4).map((row) => [...row.slice(1, 3), row[3]?.slice(0, 7), ...row.slice(4)])).toEqual([
    ["0", "0", "erased-", "", null],
    ["erased", "0", "erased-", "", null],
    ["", "0", "erased-", "", null],
    ["0.0", "0", "erased-", "", null],
  ]);
  expect((await readAll(live, { collection: "times", fields: ["at", "day"] })).slice(0, 3)).toEqual([
    ["1970-01-01 00:00:00", "1970-01-01"],
    ["0", "1970-01-01"],
    ["0", "0"],
  ]);
  expect(await live.mutate(masks)).toEqual({ ok: true, value: [4, 3] });
  expect(
    sorted(
      await readAll(live, {
        collection: "loose",
        fields: ["id", "anything", "number", "text", "bytes", "whole"],
      }),
    ),
  ).toEqual(sorted(once));
  expect(failureIn(await live.mutate([set("made", { twice: "tombstone" }, "1")])).error).toBe("malformed");
});

test("an attached file is read and changed in the same step", async () => {
  const both: readonly Mutation[] = [
    { act: "delete", collection: "billing.invoices", where: { fields: ["id"], tuples: [["1"]] } },
    { act: "delete", collection: "strict_one", where: { fields: ["id"], tuples: [["1"]] } },
  ];
  expect(await live.mutate(both)).toEqual({ ok: true, value: [1, 1] });
});

test("foreign keys hold although the application does not look at them, deferred or not", async () => {
  admin.exec(`PRAGMA foreign_keys = OFF; CREATE TABLE top (id INTEGER PRIMARY KEY);
    CREATE TABLE low (id INTEGER PRIMARY KEY, top_id INT REFERENCES top); CREATE TABLE taken (id INTEGER PRIMARY KEY, top_id INT REFERENCES top ON DELETE CASCADE);
    INSERT INTO top VALUES (1), (2); INSERT INTO low VALUES (1, 1), (9, 99); INSERT INTO taken VALUES (1, 2)`);
  const away = (id: string): Mutation => ({
    act: "delete",
    collection: "top",
    where: { fields: ["id"], tuples: [[id]] },
  });
  const blocked = failureIn(await live.mutate([away("1")]));
  expect(blocked).toMatchObject({ error: "blocked", retryable: false });
  expect(blocked.reason).toContain("low");
  expect(await live.mutate([away("2")])).toEqual({ ok: true, value: [1] });
  expect(answered(await live.count({ collection: "taken" }))).toBe(0);
});

test("what was deleted is gone from the file, too", async () => {
  admin.exec(
    "CREATE TABLE letters (id INTEGER PRIMARY KEY, body TEXT); INSERT INTO letters VALUES (1, 'unmistakable-words-of-a-letter'), (2, 'other')",
  );
  admin.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const holds = (name: string): boolean => readFileSync(name).includes("unmistakable-words");
  expect(holds(file)).toBe(true);
  const where = { fields: ["id"], tuples: [["1"]] };
  expect(await live.mutate([{ act: "delete", collection: "letters", where }])).toEqual({
    ok: true,
    value: [1],
  });
  expect([holds(file), holds(`${file}-wal`)]).toEqual([false, false]);
});

test("a reader's file is opened for reading only, and a file that is not there is not made", async () => {
  await using(connector.open(options({ access: "read" })), async (c) => {
    expect(answered(await c.probe())).toMatchObject({ readOnly: true });
    expect(failureIn(await c.mutate([set("times", { at: "tombstone" }, "1")]))).toMatchObject({
      error: "denied",
    });
  });
  const nowhere = join(folder, "nothing.db");
  await using(connector.open(options({ url: `sqlite:${nowhere}` })), async (c) => {
    expect(failureIn(await c.probe())).toMatchObject({ error: "unreachable", retryable: true });
  });
  expect(() => readFileSync(nowhere)).toThrow("ENOENT");
  const text = join(folder, "no database");
  spawnSync("sh", ["-c", 'echo "this is a text, and no database at all" > "$0"', text]);
  await using(connector.open(options({ url: `sqlite:${encodeURIComponent(text)}` })), async (c) => {
    expect(failureIn(await c.probe())).toMatchObject({ error: "unreachable", retryable: false });
  });
  for (const wrong of ["sqlite:", "sqlite:%zz", "postgres://x/y", `sqlite:${file}?mode=rw`]) {
    const answer = await using(connector.open(options({ url: wrong })), (c) => c.probe());
    expect(failureIn(answer), wrong).toMatchObject({ error: "malformed", retryable: false });
  }
});

test("rows that refer to each other go together, though a link of theirs can not be emptied whole", async () => {
  admin.exec(`CREATE TABLE replies (tenant INT NOT NULL, no INT NOT NULL, reply_to INT, topic INT, PRIMARY KEY (tenant, no),
      FOREIGN KEY (tenant, reply_to) REFERENCES replies (tenant, no) ON DELETE SET NULL,
      FOREIGN KEY (tenant, topic) REFERENCES topics (tenant, no) ON DELETE SET NULL);
    CREATE TABLE topics (tenant INT NOT NULL, no INT NOT NULL, last INT, PRIMARY KEY (tenant, no),
      FOREIGN KEY (tenant, last) REFERENCES replies (tenant, no) ON DELETE SET NULL);
    INSERT INTO topics VALUES (1, 1, 3);
    INSERT INTO replies VALUES (1, 1, NULL, 1), (1, 2, 1, 1), (1, 3, 2, 1), (2, 1, NULL, NULL);
    `);
  const where = (...tuples: string[][]) => ({ fields: ["tenant", "no"], tuples });
  expect(
    answered(
      await live.mutate([
        { collection: "topics", act: "delete", where: where(["1", "1"]) },
        { collection: "replies", act: "delete", where: where(["1", "1"], ["1", "2"], ["1", "3"]) },
      ]),
    ),
  ).toEqual([1, 3]);
  expect(answered(await live.count({ collection: "replies" }))).toBe(1);
});

test("each deletion counts its own rows, whatever a cascade of another would take along, in any order", async () => {
  admin.exec(`CREATE TABLE tops (id INTEGER PRIMARY KEY);
    CREATE TABLE middles (id INTEGER PRIMARY KEY, top INT REFERENCES tops (id) ON DELETE CASCADE);
    CREATE TABLE leaves (id INTEGER PRIMARY KEY, middle INT REFERENCES middles (id) ON DELETE CASCADE)`);
  const children: readonly [string, number][] = [
    ["tops", 1],
    ["middles", 2],
    ["leaves", 3],
  ];
  for (const order of [children, children.toReversed()]) {
    admin.exec(`INSERT INTO tops VALUES (1), (2); INSERT INTO middles VALUES (1, 1), (2, 1), (3, 2);
      INSERT INTO leaves VALUES (1, 1), (2, 1), (3, 2), (4, 3)`);
    const tuples = (rows: number): string[][] => Array.from({ length: rows }, (_, i) => [String(i + 1)]);
    const mutations = order.map(([collection, rows]): Mutation => {
      return { act: "delete", collection, where: { fields: ["id"], tuples: tuples(rows) } };
    });
    expect(answered(await live.mutate(mutations))).toEqual(order.map(([, rows]) => rows));
    for (const [collection] of order) expect(answered(await live.count({ collection }))).toBe(1);
    // By name: whether this connection's deletions cascade is not what is tested.
    admin.exec("DELETE FROM leaves; DELETE FROM middles; DELETE FROM tops");
  }
});

const CRASH = `import { DatabaseSync } from "node:sqlite"; const d = new DatabaseSync(process.argv[1]);
  d.exec("PRAGMA journal_mode = DELETE; PRAGMA cache_size = 1; PRAGMA cache_spill = 1; BEGIN IMMEDIATE; UPDATE pages SET body = 'changed'");
  process.kill(process.pid, "SIGKILL");`;

test("what a crashed writer left behind is undone before a reader sees it", async () => {
  const crashed = join(folder, "crashed.db");
  const other = new DatabaseSync(crashed);
  other.exec("CREATE TABLE pages (id INTEGER PRIMARY KEY, body TEXT)");
  const insert = other.prepare("INSERT INTO pages (body) VALUES (?)");
  other.exec("BEGIN");
  for (let i = 0; i < 5_000; i += 1) insert.run("as it was ".repeat(20));
  other.exec("COMMIT");
  other.close();
  expect(spawnSync(process.execPath, ["--input-type=module", "-e", CRASH, crashed]).signal).toBe("SIGKILL");
  await using(connector.open(options({ url: `sqlite:${crashed}`, access: "read" })), async (c) => {
    const anyOf = [{ fields: ["body"], tuples: [["changed"]] }];
    expect(answered(await c.count({ collection: "pages", anyOf }))).toBe(0);
    expect(answered(await c.count({ collection: "pages" }))).toBe(5_000);
  });
});

test("an index on a link answers a list of keys, also beside another link", async () => {
  admin.exec(`CREATE TABLE rows (id INTEGER PRIMARY KEY, a INT, b TEXT);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) INSERT INTO rows SELECT i, i % 20000, 'b' || (i % 19997) FROM n;
    CREATE INDEX rows_a ON rows (a); CREATE INDEX rows_b ON rows (b)`);
  const keys = (make: (i: number) => string): string[][] => Array.from({ length: 20 }, (_, i) => [make(i)]);
  const anyOf = [
    { fields: ["a"], tuples: keys(String) },
    { fields: ["b"], tuples: keys((i) => `b${i}`) },
  ];
  const timed = async (fields: readonly string[]): Promise<number> => {
    const began = performance.now();
    for (let i = 0; i < 20; i += 1)
      await live.count({
        collection: "rows",
        anyOf: anyOf.map((a, n) => ({ ...a, fields: [fields[n] ?? ""] })),
      });
    return performance.now() - began;
  };
  expect(answered(await live.count({ collection: "rows", anyOf }))).toBeGreaterThan(300);
  admin.exec(
    "ALTER TABLE rows ADD COLUMN c INT; ALTER TABLE rows ADD COLUMN d TEXT; UPDATE rows SET c = a, d = b",
  );
  // Through the indexes a count takes a millisecond or two; a look at every row fifty. Beside each other, so that a busy machine is both.
  expect(await timed(["a", "b"])).toBeLessThan((await timed(["c", "d"])) / 2);
});

test("a collation that only the application has keeps nothing else from being read", async () => {
  const registered = join(folder, "registered.db");
  const made = new DatabaseSync(registered);
  made.exec(
    `CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, note TEXT); INSERT INTO contacts VALUES (1, 'Ann', 'x');`,
  );
  made.close();
  writeFileSync(
    registered,
    readFileSync(registered).toString("latin1").replace("NOCASE", "LOCALE"),
    "latin1",
  );
  const store = connector.open({
    url: `sqlite:${encodeURIComponent(registered)}`,
    access: "read",
    statementTimeoutMs: 5_000,
  });
  try {
    const { collections } = answered(await store.describe());
    expect(collections[0]?.fields.map((f) => [f.name, f.notations])).toEqual([
      ["id", "integer"],
      ["name", "collation"],
      ["note", undefined],
    ]);
    expect(await readAll(store, { collection: "contacts", fields: ["id", "name"] })).toEqual([["1", "Ann"]]);
  } finally {
    await store.close();
  }
});
