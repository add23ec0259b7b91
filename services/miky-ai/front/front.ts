/**
 * The door to the world: ends TLS and passes on to the app, as a proxy in front of it would. Which versions it takes stands in a settings file
 * that is read again when it changes.
 */
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { connect } from "node:net";
import { createServer, type SecureVersion } from "node:tls";
import { selfSigned } from "./certificate.ts";

const VERSIONS: readonly SecureVersion[] = ["TLSv1.2", "TLSv1.3"];
const LOOK_EVERY_MS = 200;

export interface Front {
  readonly url: string;
  close(): Promise<void>;
}

/** A file that says nothing we know is taken for the strictest. */
function oldest(settings: URL): SecureVersion {
  const text = readFileSync(settings, "utf8");
  return VERSIONS.find((v) => text.includes(`oldest: ${v}`)) ?? "TLSv1.3";
}

export async function openFront(options: {
  readonly settings: URL;
  readonly app: { readonly host: string; readonly port: number };
  /** 0: any free one. */
  readonly port: number;
  readonly now: Date;
}): Promise<Front> {
  const { settings, app } = options;
  const identity = selfSigned(options.now);
  const open = new Set<{ destroy(): void }>();
  const server = createServer({ ...identity, minVersion: oldest(settings) }, (outside) => {
    const inside = connect(app);
    for (const [from, to] of [
      [outside, inside],
      [inside, outside],
    ] as const) {
      open.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        open.delete(from);
        to.destroy();
      });
    }
    outside.pipe(inside).pipe(outside);
  });
  // Whoever offers nothing that we take is turned away; that is no failure of ours.
  server.on("tlsClientError", () => undefined);
  watchFile(settings, { interval: LOOK_EVERY_MS, persistent: false }, () =>
    server.setSecureContext({ ...identity, minVersion: oldest(settings) }),
  );
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : options.port;
  return {
    url: `https://127.0.0.1:${port}`,
    async close() {
      unwatchFile(settings);
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
