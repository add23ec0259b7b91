/**
 * A connection to Avow's own database that goes silent without an end (a proxy that hangs, a firewall that drops what it once let through) would be
 * waited for for ever. There is no limit to what a statement may take here: it waits for a lock for as long as somebody holds it. So where nothing
 * has come for a while, the server is asked, by another connection:
 *
 *     waits ──nothing for silentMs──► asks ──it works, or nobody can tell──► waits
 *                                       ├──no answer within askMs──────────► ended
 *                                       └──it works on nothing──settleMs──► asks again ──the same──► ended
 *
 * The second question is for an answer that was on its way. Whatever comes meanwhile takes all of it back. What is ended fails as what was sent on a
 * connection that broke; nothing is sent again.
 *
 * Rejected: `statement_timeout` and `query_timeout`, which end what waits for a lock; and keepalive alone, which a proxy that hangs answers.
 */
import { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { type Asked, end, look } from "./look.ts";

export interface Patience {
  /** For how long nothing may come before the server is asked, and until it is asked anew. */
  readonly silentMs: number;
  /** What it may take to answer that. */
  readonly askMs: number;
  /** What an answer may be on its way. */
  readonly settleMs: number;
}

export const PATIENCE: Patience = { silentMs: 30_000, askMs: 10_000, settleMs: 5_000 };

const CONNECT_MS_MAX = 10_000;
const KEEPALIVE_MS = 10_000;
const TICKS = 30;

/** What all pools of connections to Avow's own database are made with. */
export const ownConnections = (url: string, patience: Patience = PATIENCE) => ({
  connectionString: url,
  connectionTimeoutMillis: CONNECT_MS_MAX,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEPALIVE_MS,
  Client: class extends pg.Client {
    constructor(config?: string | pg.ClientConfig) {
      super(config);
      watch(this, url, patience);
    }
  },
});

/** As a socket says it: whoever tells of an address that can not be reached tells of this, too. */
const silent = (): Error =>
  Object.assign(new Error("the connection to Avow's own database has gone silent"), { code: "ETIMEDOUT" });

function watch(client: pg.Client, url: string, patience: Patience): void {
  const plain: unknown = client.query;
  if (typeof plain !== "function") return;
  let ticking: NodeJS.Timeout | null = null;
  let [waits, asks] = [false, false];
  // Ticks at which nothing had come: of a process that was stopped the clock has run on while the answer lay in the socket.
  let [ticks, read, unsent, firstMs] = [0, 0, 0, 0];
  const ask = async (): Promise<void> => {
    const pid: unknown = Reflect.get(client, "processID");
    const asked = { url, ageMs: performance.now() - firstMs, askMs: patience.askMs };
    const how = typeof pid === "number" ? await lost({ ...asked, pid }, patience.settleMs) : null;
    const { stream } = client.connection;
    asks = false;
    ticks = 0;
    if (how === null || !waits || !(stream instanceof Socket) || stream.bytesRead !== read) return;
    stream.destroy(silent());
    if (typeof pid === "number") await end({ ...asked, pid }, how);
  };
  const tick = (): void => {
    const { stream } = client.connection;
    if (!(stream instanceof Socket) || asks) return;
    const said = stream.bytesRead !== read || stream.writableLength < unsent;
    [read, unsent] = [stream.bytesRead, stream.writableLength];
    // Goodbye was said, and the server has yet to hang up.
    const leaves = !waits && stream.writableEnded;
    ticks = said || !(waits || leaves) ? 0 : ticks + 1;
    if (ticks < TICKS) return;
    if (leaves) {
      stream.destroy();
      return;
    }
    asks = true;
    void ask();
  };
  Reflect.set(client, "query", (...given: readonly unknown[]): unknown => {
    if (!waits) [waits, ticks] = [true, 0];
    if (ticking === null) {
      firstMs = performance.now();
      // The socket keeps the process for as long as somebody waits.
      ticking = setInterval(tick, patience.silentMs / TICKS).unref();
    }
    return Reflect.apply(plain, client, [...given]);
  });
  client.on("drain", () => {
    waits = false;
  });
  client.once("end", () => {
    if (ticking !== null) clearInterval(ticking);
  });
}

/** How it is with a session of which nothing more is to be waited for; null: there may be. */
async function lost(asked: Asked, settleMs: number): Promise<string | null> {
  const first = await look(asked);
  if (first.is !== "ended") return first.is === "unanswered" ? first.is : null;
  await sleep(settleMs, undefined, { ref: false });
  const second = await look(asked);
  if (second.is === "ended") return second.how === first.how ? second.how : null;
  return second.is === "unanswered" ? second.is : null;
}
