/** A connection that goes silent, and hangs up on nobody: every wait for it ends, and it keeps no process. */
import { hushed, type Sign } from "@avow/provision/hush";
import { freshMariaDb } from "@avow/provision/mariadb";
import type { Answer, Connector, Row } from "@avow/runtime/connector-kit/contract";
import { answered, failureIn, using } from "@avow/runtime/connector-kit/contract-subject";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, inject, test, vi } from "vitest";
import { connector } from "./connector.ts";

const server = inject("mariaDb");
const ROWS = 20_000;
const SILENT = { error: "unreachable", retryable: true };
/** Waits take up to half a minute, and for ever without what is tested here. */
const PATIENCE = { timeout: 120_000 };
/** As a query by itself: the settings of a session have the word in them, too. */
const COMMIT = "\x03COMMIT";

if ("missing" in server) describe.skipIf(true)(`mariadb (${server.missing})`, () => undefined);
else
  describe("mariadb", () => {
    let admin: mysql.Connection;
    let database: Awaited<ReturnType<typeof freshMariaDb>>;

    beforeAll(async () => {
      database = await freshMariaDb(server.url, "silence");
      admin = await mysql.createConnection({ uri: database.url, multipleStatements: true });
      await admin.query(`CREATE TABLE notes (id int PRIMARY KEY, note text);
        INSERT INTO notes SELECT seq, repeat('x', 1000) FROM seq_1_to_${ROWS};
        CREATE TABLE before_posts (id int PRIMARY KEY); INSERT INTO before_posts VALUES (1);
        CREATE TABLE after_posts (id int PRIMARY KEY); INSERT INTO after_posts VALUES (1)`);
    });
    afterAll(async () => {
      await admin?.end();
      await database?.drop();
    });

    async function along(sign: Sign, act: (c: Connector, hush: () => void) => Promise<void>): Promise<void> {
      const way = await hushed(database.url, sign);
      try {
        const opened = connector.open({ url: way.url, access: "erase", statementTimeoutMs: 1_000 });
        await using(opened, (c) => act(c, way.hush));
        await vi.waitFor(() => expect(way.held()).toBe(0), { timeout: 20_000, interval: 200 });
      } finally {
        way.close();
      }
    }
    const never: Sign = () => false;

    test.concurrent("while connecting", PATIENCE, () =>
      along(never, async (c, hush) => {
        hush();
        expect(failureIn(await c.probe())).toMatchObject(SILENT);
      }),
    );

    test.concurrent("within the answer to whoever signs on", PATIENCE, () =>
      along(
        (_, by, passed) => by === "server" && passed > 0,
        async (c) => {
          expect(failureIn(await c.probe())).toMatchObject(SILENT);
        },
      ),
    );

    test.concurrent("under a question, and of connections that lie in the pool", PATIENCE, () =>
      along(
        (said, by) => by === "client" && /count\(/i.test(said.toString("latin1")),
        async (c) => {
          await Promise.all(Array.from({ length: 4 }, () => c.probe()));
          expect(failureIn(await c.count({ collection: "notes" }))).toMatchObject(SILENT);
        },
      ),
    );

    test.concurrent("within a stream: its rows are not taken for all", PATIENCE, () =>
      along(
        (_, by, passed) => by === "server" && passed > 8_000_000,
        async (c) => {
          const answers: Answer<readonly Row[]>[] = [];
          for await (const answer of c.read({ collection: "notes", fields: ["id", "note"] }))
            answers.push(answer);
          expect(answers.at(-1)).toMatchObject({ ok: false, retryable: true });
          const rows = answers.reduce((n, answer) => n + (answer.ok ? answer.value.length : 0), 0);
          expect(rows).toBeGreaterThan(0);
          expect(rows).toBeLessThan(ROWS);
        },
      ),
    );

    test.concurrent("goodbye is not waited for", PATIENCE, () =>
      along(never, async (c, hush) => {
        expect(answered(await c.probe()).reachable).toBe(true);
        hush();
      }),
    );

    test.concurrent.each([
      { when: "before", left: 1 },
      { when: "after", left: 0 },
    ] as const)(
      "whether a change was made is not known when it is silent $when `COMMIT`",
      PATIENCE,
      async ({ when, left }) => {
        let asked = false;
        const sign: Sign = (said, by) => {
          const hears = by === "client" && said.includes(COMMIT);
          const silent = when === "before" ? hears : asked;
          asked ||= hears;
          return silent;
        };
        await along(sign, async (c) => {
          const where = { fields: ["id"], tuples: [["1"]] };
          const answer = await c.mutate([{ act: "delete", collection: `${when}_posts`, where }]);
          expect(failureIn(answer)).toMatchObject({ ...SILENT, unsure: true });
        });
        await vi.waitFor(
          async () => {
            const [rows] = await admin.query(`SELECT id FROM ${when}_posts`);
            expect(rows).toHaveLength(left);
          },
          { timeout: 20_000, interval: 200 },
        );
      },
    );
  });
