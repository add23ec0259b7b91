/** Commits of which nobody hears: the connection breaks on the way there, or on the way back. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { freshMariaDb } from "@avow/provision/mariadb";
import { failureIn, using } from "@avow/runtime/connector-kit/contract-subject";
import mysql from "mysql2/promise";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const server = inject("mariaDb");

/** As a query by itself: the settings of a session have the word in them, too. */
const COMMIT = "\x03COMMIT";

/** Breaks each connection at its `COMMIT`: before the server has it, or when it answers. */
async function breakingAtCommit({ hostname: host, port }: URL, when: "before" | "after"): Promise<Server> {
  const proxy = createServer((client) => {
    const upstream = connect({ host, port: Number(port) });
    let breaks = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client.on("data", (data) => {
      breaks ||= data.includes(COMMIT);
      if (breaks && when === "before") end();
      else upstream.write(data);
    });
    upstream.on("data", (data) => {
      if (breaks) end();
      else client.write(data);
    });
    for (const socket of [client, upstream]) socket.on("error", end).on("close", end);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  return proxy;
}

const portOf = (proxy: Server): number => {
  const address: AddressInfo | string | null = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy listens on no port");
  return address.port;
};

if ("missing" in server) describe.skipIf(true)(`mariadb (${server.missing})`, () => undefined);
else
  describe("mariadb", () => {
    let admin: mysql.Connection;
    let database: Awaited<ReturnType<typeof freshMariaDb>>;

    beforeAll(async () => {
      database = await freshMariaDb(server.url, "lost_commit");
      admin = await mysql.createConnection({ uri: database.url });
      await admin.query("CREATE TABLE posts (id int PRIMARY KEY)");
    });
    beforeEach(async () => {
      await admin.query("REPLACE INTO posts VALUES (1), (2)");
    });
    afterAll(async () => {
      await admin?.end();
      await database?.drop();
    });

    test.each([
      { when: "before", left: [1, 2] },
      { when: "after", left: [2] },
    ] as const)(
      "whether it was made is not known when the connection breaks $when it",
      async ({ when, left }) => {
        const url = new URL(database.url);
        const proxy = await breakingAtCommit(url, when);
        url.port = String(portOf(proxy));
        try {
          const opened = connector.open({ url: url.href, access: "erase", statementTimeoutMs: 10_000 });
          const answer = await using(opened, (c) =>
            c.mutate([{ act: "delete", collection: "posts", where: { fields: ["id"], tuples: [["1"]] } }]),
          );
          expect(failureIn(answer)).toMatchObject({ error: "unreachable", retryable: true, unsure: true });
        } finally {
          proxy.close();
        }
        const [rows] = await admin.query({ sql: "SELECT id FROM posts ORDER BY id", rowsAsArray: true });
        expect(rows).toEqual(left.map((id) => [id]));
      },
    );
  });
