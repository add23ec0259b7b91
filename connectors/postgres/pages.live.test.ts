/** Pages of an open cursor against what the driver itself reads: of rows of which one is long, up to the last of a page, and where one fails. */
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freshDatabase } from "@avow/provision/database";
import type { Connector, Row } from "@avow/runtime/connector-kit/contract";
import { answered } from "@avow/runtime/connector-kit/contract-subject";
import { unpacked } from "@avow/runtime/connector-kit/packed";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";
import { BYTES_MAX } from "./page-size.ts";
import { type Asked, page, type Slice } from "./pages.ts";

let admin: pg.Client;
let live: Connector;
let drop: () => Promise<void>;

const LONG_BYTES = 5_000_000;

beforeAll(async () => {
  const database = await freshDatabase(inject("postgresUrl"), "pages");
  drop = database.drop;
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`
    CREATE TABLE letters (id int PRIMARY KEY, note text, at timestamptz);
    INSERT INTO letters SELECT n, CASE WHEN n = 2500 THEN repeat('é', ${LONG_BYTES / 2}) WHEN n % 3 > 0 THEN 'note ' || n END,
      CASE WHEN n % 2 > 0 THEN '2026-01-01'::timestamptz + n * interval '1 hour' END FROM generate_series(1, 3000) AS n;
    CREATE TABLE even (id int PRIMARY KEY);
    INSERT INTO even SELECT generate_series(1, 2000);`);
  live = connector.open({ url: database.url, access: "read", statementTimeoutMs: 30_000 });
});
afterAll(async () => {
  await live?.close();
  await admin?.end();
  await drop?.();
});

/** Both ways, by batches. */
async function readBoth(collection: string, fields: readonly string[]) {
  const packed: Row[][] = [];
  const query = { collection, fields };
  for await (const batch of live.readPacked?.(query) ?? [])
    packed.push(unpacked(answered(batch), fields.length));
  const texts: (readonly Row[])[] = [];
  for await (const batch of live.read(query)) texts.push(answered(batch));
  return { packed, texts };
}

test("nulls, and a cell of 5 MB in the midst of a page, are what the driver reads", async () => {
  const fields = ["id", "note", "at"];
  await admin.query("SET timezone = 'UTC'");
  const cells = fields.map((f) => `${f}::text`).join(", ");
  const { rows } = await admin.query({
    text: `SELECT ${cells} FROM letters ORDER BY letters.id`,
    rowMode: "array",
  });
  expect(rows.map(([, note]) => Buffer.byteLength(note ?? ""))).toContain(LONG_BYTES);
  const byId = (some: readonly Row[]): readonly Row[] =>
    some.toSorted(([a], [b]) => Number(a ?? 0) - Number(b ?? 0));
  const { packed, texts } = await readBoth("letters", fields);
  // A difference of rows that are this long is not for reading.
  expect(JSON.stringify(byId(packed.flat())) === JSON.stringify(rows)).toBe(true);
  expect(JSON.stringify(byId(texts.flat())) === JSON.stringify(rows)).toBe(true);
});

test("where the last page is full to the last row, no batch is empty", async () => {
  const { packed, texts } = await readBoth("even", ["id"]);
  for (const batches of [packed, texts]) {
    expect(batches.filter((b) => b.length === 0)).toEqual([]);
    expect(new Set(batches.flat().map(([id]) => Number(id))).size).toBe(2000);
    expect(batches.flat()).toHaveLength(2000);
  }
});

const HELD_UP_MS = 1_000;

test("a stream that its consumer held up beyond the server's time gets on at the next try, by another connector, too", {
  timeout: 120_000,
}, async () => {
  // Of 20, 100 and at least 100 more rows, however slow the machine is: the third page becomes long, and takes the consumer some ten seconds.
  await admin.query(`CREATE TABLE sudden (id int PRIMARY KEY, note text);
    INSERT INTO sudden SELECT n, repeat('x', CASE WHEN n BETWEEN 130 AND 219 THEN ${ROW_BYTES} ELSE 1 END) FROM generate_series(1, 700) AS n`);
  const tried = async (): Promise<{ error: string | null; ids: number[] }> => {
    const { host, port, user, password, database } = admin;
    const url = `postgres://${user}:${encodeURIComponent(String(password ?? ""))}@${host}:${port}/${database}`;
    const slow = connector.open({ url, access: "read", statementTimeoutMs: 4_000 });
    const ids: number[] = [];
    try {
      for await (const batch of slow.read({ collection: "sudden", fields: ["id", "note"] })) {
        if (!batch.ok) return { error: batch.error, ids };
        ids.push(...batch.value.map(([id]) => Number(id)));
        if (batch.value.some(([, note]) => note?.length === ROW_BYTES)) await sleep(HELD_UP_MS);
      }
      return { error: null, ids };
    } finally {
      await slow.close();
    }
  };
  expect(await tried()).toMatchObject({ error: "throttled" });
  const again = await tried();
  expect(again.error).toBeNull();
  expect(again.ids.toSorted((a, b) => a - b)).toEqual(upTo(700));
});

const asked = (more: Partial<Asked> = {}): Asked => ({
  ...{ portal: "c", rowsMax: 1000, bytesMax: BYTES_MAX },
  ...more,
});
const cursor = (query: string): Promise<unknown> =>
  admin.query(`BEGIN; DECLARE c NO SCROLL CURSOR FOR ${query}`);
const idsIn = ({ parts, cells }: Slice): number[] =>
  parts.flatMap((part) => unpacked(part, cells).map(([id]) => Number(id)));
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

test("a row that fails within a page is the page's failure, and the connection goes on", async () => {
  await cursor("SELECT n, 1 / (n - 2500) FROM generate_series(1, 3000) AS n");
  const first = await page(admin, asked()).slice();
  const second = await page(admin, asked()).slice();
  expect([first.end, second.end]).toMatchObject(
    Array.from({ length: 2 }, () => ({ rows: 1000, goesOn: true })),
  );
  expect([...idsIn(first), ...idsIn(second)]).toEqual(upTo(2000));
  await expect(page(admin, asked()).slice()).rejects.toMatchObject({ code: "22012" });
  await admin.query("ROLLBACK");
  expect((await admin.query("SELECT count(*)::int AS n FROM even")).rows).toEqual([{ n: 2000 }]);
  await cursor("SELECT generate_series(1, 10), null");
  const again = await page(admin, asked()).slice();
  expect(idsIn(again)).toEqual(upTo(10));
  expect(again.end).toMatchObject({ rows: 10, goesOn: false });
  await admin.query("COMMIT");
});

test("what fails in front of a page is its failure, and so is what fails behind rows that fill the bound", async () => {
  const before = [
    { text: "BEGIN", values: [] },
    { text: "DECLARE c CURSOR FOR SELECT nothing", values: [] },
  ];
  await expect(page(admin, asked({ before })).slice()).rejects.toMatchObject({ code: "42703" });
  await admin.query("ROLLBACK");
  await cursor(
    "SELECT n, CASE WHEN n < 500 THEN repeat('x', 10000) ELSE (1 / (n - 500))::text END FROM generate_series(1, 900) AS n",
  );
  const failing = page(admin, asked({ bytesMax: 1_000_000 }));
  expect((await failing.slice()).end).toBeNull();
  const rest = async (): Promise<void> => {
    while ((await failing.slice()).end === null);
  };
  await expect(rest()).rejects.toMatchObject({ code: "22012" });
  await admin.query("ROLLBACK");
});

const BOUND = 2_000_000;
const ROW_BYTES = 1_000_000;
/** A chunk of the socket, and what it has read ahead. */
const AHEAD_BYTES = 256 * 1024;
const SUDDENLY = `SELECT n, repeat('x', CASE WHEN n > 500 THEN ${ROW_BYTES} ELSE 1 END) FROM generate_series(1, 600) AS n`;

function bytesRead(): number {
  const connection: unknown = Reflect.get(admin, "connection");
  if (!(connection instanceof pg.Connection) || !(connection.stream instanceof Socket))
    throw new Error("the driver reads from something else");
  return connection.stream.bytesRead;
}

test("rows that become long within a page wait in the socket until those before them are taken", async () => {
  await cursor(SUDDENLY);
  const long = page(admin, asked({ bytesMax: BOUND }));
  const ids: number[] = [];
  for (let isOver = false; !isOver; ) {
    const from = bytesRead();
    const slice = await long.slice();
    expect(slice.bytes).toBeLessThanOrEqual(BOUND + ROW_BYTES + AHEAD_BYTES);
    if (slice.end === null) {
      // Nobody takes what comes now: what would not stop at the bound has time to come.
      await sleep(50);
      expect(bytesRead() - from).toBeLessThanOrEqual(2 * (BOUND + ROW_BYTES + AHEAD_BYTES));
    }
    ids.push(...idsIn(slice));
    isOver = slice.end !== null;
  }
  expect(ids).toEqual(upTo(600));
  await admin.query("COMMIT");
});

test("whoever leaves a page that waits leaves the connection to others", async () => {
  await cursor(SUDDENLY);
  const left = page(admin, asked({ bytesMax: BOUND }));
  await left.slice();
  left.drop();
  await admin.query("ROLLBACK");
  expect((await admin.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
});
