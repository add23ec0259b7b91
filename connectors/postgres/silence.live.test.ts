/** A connection that goes silent, and hangs up on nobody: every wait for it ends, as for one that broke. */
import { setTimeout as sleep } from "node:timers/promises";
import { freshDatabase } from "@avow/provision/database";
import { hushed } from "@avow/provision/hush";
import type { Answer, Row } from "@avow/runtime/connector-kit/contract";
import { failureIn, using } from "@avow/runtime/connector-kit/contract-subject";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { connector } from "./connector.ts";
import { page } from "./pages.ts";
import { heed } from "./silence.ts";

let database: Awaited<ReturnType<typeof freshDatabase>>;
let admin: pg.Client;
const ROWS = 5_000;

beforeAll(async () => {
  database = await freshDatabase(inject("postgresUrl"), "silence");
  admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`CREATE TABLE notes (id int PRIMARY KEY, note text);
    INSERT INTO notes SELECT n, repeat('x', 1000) FROM generate_series(1, ${ROWS}) AS n;
    CREATE TABLE posts (id int PRIMARY KEY); INSERT INTO posts SELECT generate_series(1, 4)`);
});
afterAll(async () => {
  await admin?.end();
  await database?.drop();
});

const open = (url: string) => connector.open({ url, access: "erase", statementTimeoutMs: 1_000 });
const SILENT = { error: "unreachable", retryable: true };
/** Waits take up to half a minute, and for ever without what is tested here. */
const PATIENCE = { timeout: 120_000 };

test.concurrent("while connecting", PATIENCE, async ({ expect }) => {
  const way = await hushed(database.url);
  way.hush();
  try {
    expect(failureIn(await using(open(way.url), (c) => c.probe()))).toMatchObject(SILENT);
  } finally {
    way.close();
  }
});

test.concurrent("within the answer to whoever signs on", PATIENCE, async ({ expect }) => {
  const way = await hushed(database.url, (_, by, passed) => by === "server" && passed > 0);
  try {
    expect(failureIn(await using(open(way.url), (c) => c.probe()))).toMatchObject(SILENT);
  } finally {
    way.close();
  }
});

test.concurrent("under a question, and of connections that lie in the pool", PATIENCE, async ({ expect }) => {
  const way = await hushed(database.url, (said, by) => by === "client" && said.includes("count("));
  try {
    await using(open(way.url), async (c) => {
      await Promise.all(Array.from({ length: 4 }, () => c.probe()));
      expect(failureIn(await c.count({ collection: "notes" }))).toMatchObject(SILENT);
    });
  } finally {
    way.close();
  }
});

test.concurrent("within a page: its rows are not taken for all", PATIENCE, async ({ expect }) => {
  const way = await hushed(database.url, (_, by, passed) => by === "server" && passed > 1_000_000);
  try {
    await using(open(way.url), async (c) => {
      const answers: Answer<readonly Row[]>[] = [];
      for await (const answer of c.read({ collection: "notes", fields: ["id", "note"] }))
        answers.push(answer);
      expect(answers.at(-1)).toMatchObject({ ok: false, ...SILENT });
      const rows = answers.reduce((n, answer) => n + (answer.ok ? answer.value.length : 0), 0);
      expect(rows).toBeGreaterThan(0);
      expect(rows).toBeLessThan(ROWS);
    });
  } finally {
    way.close();
  }
});

const COMMIT = "COMMIT\0";

test.concurrent.each([
  { when: "before", id: "1", left: 1 },
  { when: "after", id: "2", left: 0 },
] as const)(
  "whether a change was made is not known when it is silent $when `COMMIT`",
  PATIENCE,
  async ({ when, id, left }) => {
    let asked = false;
    const way = await hushed(database.url, (said, by) => {
      const hears = by === "client" && said.includes(COMMIT);
      const silent = when === "before" ? hears : asked;
      asked ||= hears;
      return silent;
    });
    try {
      const where = { fields: ["id"], tuples: [[id]] };
      const answer = await using(open(way.url), (c) =>
        c.mutate([{ act: "delete", collection: "posts", where }]),
      );
      expect(failureIn(answer)).toMatchObject({ ...SILENT, unsure: true });
    } finally {
      way.close();
    }
    await vi.waitFor(
      async () => {
        const { rows } = await admin.query("SELECT 1 FROM posts WHERE id = $1", [id]);
        expect(rows).toHaveLength(left);
      },
      { timeout: 20_000, interval: 200 },
    );
  },
);

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, pipeline: true });
  client.on("error", () => undefined);
  await client.connect();
  heed(client, 1);
  return client;
}

test.concurrent("goodbye is not waited for", PATIENCE, async ({ expect }) => {
  const way = await hushed(database.url);
  try {
    const client = await connected(way.url);
    expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
    way.hush();
    await client.end();
  } finally {
    way.close();
  }
});

/** Beyond the millisecond that the server is said to have, and the margin. */
const LONGER_MS = 14_000;

test.concurrent(
  "a consumer may hold up a page, and a transaction lie idle, for longer than the server may be silent",
  PATIENCE,
  async ({ expect }) => {
    const client = await connected(database.url);
    try {
      await client.query(
        "BEGIN; DECLARE c NO SCROLL CURSOR FOR SELECT n, repeat('x', 100000) FROM generate_series(1, 500) AS n",
      );
      const held = page(client, { portal: "c", rowsMax: 500, bytesMax: 1_000_000 });
      let slice = await held.slice();
      expect(slice.end).toBeNull();
      // Filled once more, and nobody takes it.
      await sleep(LONGER_MS);
      let { rows } = slice;
      while (slice.end === null) {
        slice = await held.slice();
        rows += slice.rows;
      }
      expect(rows).toBe(500);
      await sleep(LONGER_MS);
      await client.query("COMMIT");
    } finally {
      await client.end();
    }
  },
);

test.concurrent("what the server is given more time for is not cut off", PATIENCE, async ({ expect }) => {
  const client = new pg.Client({ connectionString: database.url, pipeline: true });
  client.on("error", () => undefined);
  await client.connect();
  try {
    const silence = heed(client, 1);
    silence.limit(20_000);
    await client.query(`SELECT pg_sleep(${LONGER_MS / 1000})`);
    silence.limit(null);
    await expect(client.query("SELECT pg_sleep(60)")).rejects.toThrow("the server does not answer in time");
  } finally {
    await client.end();
  }
});
