import { createServer } from "node:net";
import { expect, test } from "vitest";
import { freePort, PortTaken } from "./port.ts";

const listening = (): Promise<{ port: number; close: () => void }> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({
        port: typeof address === "object" && address !== null ? address.port : 0,
        close: () => server.close(),
      });
    });
  });

test("a port that somebody named is that one or an error; the usual one may be another", async () => {
  const taken = await listening();
  await expect(freePort({ port: taken.port, exact: true })).rejects.toThrow(PortTaken);
  expect(await freePort({ port: taken.port, exact: false })).not.toBe(taken.port);
  taken.close();
  expect(await freePort({ port: taken.port, exact: true })).toBe(taken.port);
  expect(await freePort({ port: 0, exact: true })).toBe(0);
});
