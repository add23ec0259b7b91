/** An address at which something else answers than PostgreSQL is an operating error in words, not a crash. */
import { once } from "node:events";
import { createServer } from "node:net";
import { failureIn, using } from "@avow/runtime/connector-kit/contract-subject";
import { expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const WORDS = {
  error: "unreachable",
  retryable: false,
  reason: "what answers at the address does not speak the protocol of PostgreSQL",
};

const probed = (port: string | number, query = "") =>
  using(
    connector.open({
      url: `postgres://reader:word@127.0.0.1:${port}/app${query}`,
      access: "read",
      statementTimeoutMs: 5000,
    }),
    (c) => c.probe(),
  );

const maria = inject("mariaDb");
if ("missing" in maria) console.warn(`the port of MariaDB is not tried: ${maria.missing}`);

test.skipIf("missing" in maria)("the port of MariaDB, with and without tls", async () => {
  const { port } = new URL("missing" in maria ? "mysql://none" : maria.url);
  expect(failureIn(await probed(port))).toMatchObject(WORDS);
  expect(failureIn(await probed(port, "?sslmode=verify-full"))).toMatchObject({ error: "unreachable" });
});

test("a server that sends what is no message", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => undefined).write(Buffer.alloc(64));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    expect(failureIn(await probed(port))).toMatchObject(WORDS);
  } finally {
    server.close();
  }
});
