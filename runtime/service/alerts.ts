/** Where a service's alerts go: the sinks of avow.yaml, resolved in the environment when something is to be sent. */
import { deliverDue } from "../notices/outbox.ts";
import { keysOf, type Sink, whyNoAddress } from "../notices/webhook.ts";
import type { AlertSink } from "./checks.ts";
import type { OpenService } from "./open.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export type FoundSink =
  | { readonly ok: true; readonly sink: Sink }
  /** Never repeats an address or a secret. */
  | { readonly ok: false; readonly message: string };

const written = (text: string, env: Environment): string | undefined =>
  text.startsWith("env:") ? env[text.slice("env:".length)] : text;

export function sinkIn({ url, secret }: Pick<AlertSink, "url" | "secret">, env: Environment): FoundSink {
  const address = written(url, env);
  const key = written(secret, env);
  if (address === undefined || address === "")
    return { ok: false, message: `\`${url}\`: the environment does not say where to send alerts` };
  const wrong = whyNoAddress(address);
  if (wrong !== null) return { ok: false, message: `\`${url}\`: the address ${wrong}` };
  if (key === undefined || key === "")
    return { ok: false, message: `\`${secret}\`: the environment does not hold the secret` };
  if (keysOf(key) === null)
    return {
      ok: false,
      message: `\`${secret}\` holds no secret: write \`whsec_\` and 24 to 64 bytes in Base64 (two with a blank between them while one takes the other's place)`,
    };
  return { ok: true, sink: { url: address, secret: key } };
}

interface Sending {
  readonly env: Environment;
  readonly now: () => Date;
  readonly onLog: (line: string) => void;
  /** Aborted: no receiver is waited for any more. */
  readonly signal?: AbortSignal;
}

/** One attempt for each alert that is due, and one for each receiver that is away. */
export async function sendAlerts(
  { manifest, db }: Pick<OpenService, "manifest" | "db">,
  { env, now, onLog, signal }: Sending,
): Promise<number> {
  return deliverDue({
    ...{ db, service: manifest.service, now, onLog, signal },
    async sinkOf(name) {
      const entry = manifest.alerts.find((a) => a.url === name);
      if (entry === undefined) return null;
      const found = sinkIn(entry, env);
      if (found.ok) return found.sink;
      onLog(`alerts: ${found.message}`);
      return null;
    },
  });
}
