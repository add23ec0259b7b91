/**
 * A server ends a statement that takes too long, and says so. Where it says nothing at all (a proxy that hangs, a firewall that drops what it once
 * let through), nobody would ever end the wait: to TCP such a connection is well, or nobody asks. So each connection counts for how long it has been
 * waited for in vain, and is ended as a broken one.
 *
 * What is counted are ticks at which nothing had come, not the time between two of them: of a process that was stopped, or busy with itself, the
 * clock has run on while the answer lay in the socket. Nothing is counted while nobody waits, nor while the socket is not read, because a consumer
 * takes his time (`pages.ts`).
 *
 * Rejected: `query_timeout` of the driver, which begins when a statement is sent, however many are answered before it, and runs on while the socket
 * is held up; and `setTimeout` of the socket, which knows of no reader who holds it up.
 */
import { Socket } from "node:net";
import { refused } from "@avow/runtime/connector-kit/refused";
import pg from "pg";

/** Beyond the server's own limit: a busy server, or a disk that is, ends a statement later than it should. */
const MARGIN_MS = 10_000;
const TICK_MS = 500;
/** What is still to be sent may take its time: 100 KB a second. */
const SENT_BYTES_PER_MS = 100;

const SILENT = refused({ error: "unreachable", retryable: true }, "the server does not answer in time");

export interface Silence {
  /** What the server may take to say something; infinite: for ever. */
  readonly answerMs: number;
  /** The server has another limit for what follows; null: the one of its session. */
  limit(answerMs: number | null): void;
}

/** Of a connection that the pool has just opened; the limit of its session, in ms, 0 for none. */
export function heed(client: pg.Client, statementTimeoutMs: number): Silence {
  const own = statementTimeoutMs > 0 ? statementTimeoutMs : Number.POSITIVE_INFINITY;
  const silence = {
    answerMs: own,
    limit(answerMs: number | null): void {
      silence.answerMs = Math.max(own, answerMs ?? 0);
    },
  };
  const connection: unknown = Reflect.get(client, "connection");
  if (connection instanceof pg.Connection && connection.stream instanceof Socket)
    watch(client, connection.stream, silence);
  return silence;
}

function watch(client: pg.Client, stream: Socket, silence: Silence): void {
  let waits = false;
  let [silentMs, read, unsent] = [0, 0, 0];
  const plain: unknown = client.query;
  if (typeof plain !== "function") return;
  Reflect.set(client, "query", (...given: readonly unknown[]): unknown => {
    if (!waits) [waits, silentMs] = [true, 0];
    return Reflect.apply(plain, client, [...given]);
  });
  client.on("drain", () => {
    waits = false;
  });
  const tick = (): void => {
    const said = stream.bytesRead !== read || stream.writableLength < unsent;
    [read, unsent] = [stream.bytesRead, stream.writableLength];
    // Goodbye is on its way, or was said, and the server has yet to hang up: no statement's time is in that.
    const leaves = !waits && (stream.writableEnded || unsent > 0);
    if (said || stream.isPaused() || !(waits || leaves)) {
      silentMs = 0;
      return;
    }
    silentMs += TICK_MS;
    const limitMs = MARGIN_MS + (leaves ? 0 : silence.answerMs) + unsent / SENT_BYTES_PER_MS;
    if (silentMs <= limitMs) return;
    if (leaves) stream.destroy();
    else stream.destroy(SILENT);
  };
  // The socket keeps the process for as long as somebody waits.
  const ticking = setInterval(tick, TICK_MS).unref();
  stream.once("close", () => clearInterval(ticking));
}
