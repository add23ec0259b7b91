/** A way to a server that goes silent: it passes on what either side says, and at a sign swallows all of it, and hangs up on nobody. */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface Hush {
  /** Of the server, by this way. */
  readonly url: string;
  /** From now on, of connections to come, too. */
  hush(): void;
  /** Connections to come are passed on again; those that there were stay silent. */
  speak(): void;
  /** Of the connections that were made by this way those that were not ended at their near side; asked once it is silent. */
  held(): number;
  close(): void;
}

/** The sign: nothing of what is said from there on is passed on; `passed` is the number of bytes from that side before. */
export type Sign = (said: Buffer, by: "client" | "server", passed: number) => boolean;

/** What a silent way does with what comes: it takes it and drops it, or takes no more. */
export type Manner = "swallows" | "stalls";

export async function hushed(
  url: string,
  sign: Sign = () => false,
  manner: Manner = "swallows",
): Promise<Hush> {
  const { hostname: host, port } = new URL(url);
  const near = new Set<Socket>();
  const all = new Set<Socket>();
  // Connections are numbered: those up to here are silent.
  let silentTo = -1;
  let last = -1;
  // Half open: the end of one side is not told to the other either.
  const proxy = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ host, port: Number(port), allowHalfOpen: true });
    const number = (last += 1);
    const isSilent = (): boolean => number <= silentTo;
    near.add(client);
    client.once("close", () => near.delete(client));
    for (const [by, from, to] of [
      ["client", client, server],
      ["server", server, client],
    ] as const) {
      let passed = 0;
      all.add(from);
      from.on("error", () => undefined);
      from.on("end", () => void (isSilent() || to.end()));
      from.on("data", (said) => {
        if (!isSilent() && sign(said, by, passed)) silentTo = Number.POSITIVE_INFINITY;
        if (isSilent() && manner === "stalls") from.pause();
        if (isSilent()) return;
        passed += said.length;
        to.write(said);
      });
    }
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const address: AddressInfo | string | null = proxy.address();
  if (address === null || typeof address === "string") throw new Error("the proxy listens on no port");
  const own = new URL(url);
  [own.hostname, own.port] = ["127.0.0.1", String(address.port)];
  return {
    url: own.href,
    hush: () => {
      silentTo = Number.POSITIVE_INFINITY;
    },
    speak: () => {
      silentTo = last;
    },
    held: () => {
      // A socket that was destroyed over there answers this by a reset; one that is half closed does not.
      for (const client of near) client.write("\0");
      return near.size;
    },
    close: () => {
      proxy.close();
      for (const socket of all) socket.destroy();
    },
  };
}
