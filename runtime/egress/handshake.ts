/** What protocol a door speaks: one TLS handshake with the versions that are offered, nothing sent. Whose certificate it is is not looked at. */
import { connect, type SecureVersion } from "node:tls";

export interface Offer {
  readonly host: string;
  readonly port: number;
  readonly oldest: SecureVersion;
  readonly newest: SecureVersion;
  readonly timeoutMs: number;
}

export type Handshake =
  | { readonly shake: "agreed"; readonly protocol: string }
  /** Somebody is there and does not take any of these versions, or speaks no TLS. */
  | { readonly shake: "refused" }
  | { readonly shake: "away"; readonly reason: string };

/** Nobody listens, or no way leads there: anything else is an answer. */
const AWAY: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH", "ETIMEDOUT"],
]);

/**
 * Old versions are offered with all that belongs to them, be it unsafe (no encryption, no certificate, a short prime): a door that would take them
 * by one cipher alone must be able to say so. What we would turn down ourselves would pass for the door's refusal.
 */
const OFFERED = {
  ciphers: "ALL:COMPLEMENTOFALL:@SECLEVEL=0",
  minDHSize: 1,
};

export const handshake = ({ host, port, oldest, newest, timeoutMs }: Offer): Promise<Handshake> =>
  new Promise((resolve) => {
    const socket = connect({
      ...{ host, port, minVersion: oldest, maxVersion: newest, rejectUnauthorized: false },
      ...OFFERED,
      ...(/^[\d.:]+$/.test(host) ? {} : { servername: host }),
    });
    const end = (result: Handshake): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => end({ shake: "away", reason: "no answer in time" }));
    socket.once("secureConnect", () => end({ shake: "agreed", protocol: socket.getProtocol() ?? "" }));
    socket.on("error", (error) => {
      const code = "code" in error ? String(error.code) : error.name;
      end(AWAY.has(code) ? { shake: "away", reason: code } : { shake: "refused" });
    });
  });
