import { createServer as plainServer, type Server } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import { expect, test } from "vitest";
import { selfSigned } from "../../services/miky-ai/front/certificate.ts";
import { handshake, type Offer } from "./handshake.ts";

async function at(
  server: Server,
  act: (offer: Omit<Offer, "oldest" | "newest">) => Promise<void>,
): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    await act({ host: "127.0.0.1", port, timeoutMs: 2000 });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}
const OLD = { oldest: "TLSv1", newest: "TLSv1.2" } as const;
const NEW = { oldest: "TLSv1.3", newest: "TLSv1.3" } as const;
const tls = (options: TlsOptions): Server => {
  const server = createServer({ ...selfSigned(new Date()), ...options });
  server.on("tlsClientError", () => undefined);
  return server;
};

test("a door that takes only the newest version refuses the older ones, and one that takes both agrees to both", async () => {
  await at(tls({ minVersion: "TLSv1.3" }), async (door) => {
    expect(await handshake({ ...door, ...NEW })).toEqual({ shake: "agreed", protocol: "TLSv1.3" });
    expect(await handshake({ ...door, ...OLD })).toEqual({ shake: "refused" });
  });
  await at(tls({ minVersion: "TLSv1.2" }), async (door) => {
    expect(await handshake({ ...door, ...OLD })).toEqual({ shake: "agreed", protocol: "TLSv1.2" });
  });
  const ciphers = "DEFAULT@SECLEVEL=0";
  await at(tls({ minVersion: "TLSv1", maxVersion: "TLSv1", ciphers }), async (door) => {
    expect(await handshake({ ...door, ...OLD })).toEqual({ shake: "agreed", protocol: "TLSv1" });
    expect(await handshake({ ...door, ...NEW })).toEqual({ shake: "refused" });
  });
});

test.each([
  "ECDHE-ECDSA-AES128-SHA",
  "ECDHE-ECDSA-CAMELLIA128-SHA256",
  // Without encryption, and without a certificate.
  "ECDHE-ECDSA-NULL-SHA",
  "ADH-AES128-SHA",
  "AECDH-AES256-SHA",
])("a door that takes an older version by no cipher but `%s` is found out", async (cipher) => {
  const door = tls({
    minVersion: "TLSv1.2",
    ciphers: `TLS_AES_128_GCM_SHA256:${cipher}:@SECLEVEL=0`,
    dhparam: "auto",
  });
  await at(door, async (offer) => {
    expect(await handshake({ ...offer, ...OLD })).toEqual({ shake: "agreed", protocol: "TLSv1.2" });
    expect(await handshake({ ...offer, ...NEW })).toEqual({ shake: "agreed", protocol: "TLSv1.3" });
  });
});

test("what speaks no TLS refuses; where nobody is, that is said", async () => {
  let free = 0;
  await at(
    plainServer((socket) =>
      socket
        .on("error", () => undefined)
        .resume()
        .end("HTTP/1.1 400 no\r\n\r\n"),
    ),
    async (door) => {
      free = door.port;
      expect(await handshake({ ...door, ...NEW })).toEqual({ shake: "refused" });
    },
  );
  expect(await handshake({ host: "127.0.0.1", port: free, timeoutMs: 2000, ...NEW })).toEqual({
    shake: "away",
    reason: "ECONNREFUSED",
  });
});
