/**
 * The pool behind a connector, and the settings of each of its sessions. Statements are prepared on the server and values bound, so none
 * stands in SQL text; every cell comes back as text, in a notation that the settings fix.
 */
import { Socket } from "node:net";
import type { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { assert } from "@avow/core/terms/assert";
import type { Cell, ConnectorOptions } from "@avow/runtime/connector-kit/contract";
import { refused } from "@avow/runtime/connector-kit/refused";
import type { Pool, PoolConnection } from "mysql2";
import { optionsOf } from "./address.ts";
import { failureOf } from "./failure.ts";

export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
  /** Instead of the session's own limit; of a stream: in all, left out: none. */
  readonly timeoutMs?: number | undefined;
}

const CONNECTIONS_MAX = 4;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS_MAX = 10_000;
/** A reader of a stream may take its time between two batches; a session that hangs longer is lost. */
const WRITE_TIMEOUT_S = 600;
/** The server ends a statement first; a server that says nothing at all is given up a little later. */
const SILENCE_MS = 5_000;
const PREPARED_MAX = 200;

function settings(options: ConnectorOptions): string {
  const seconds = options.statementTimeoutMs / 1000;
  // Whole seconds only: the server knows no finer ones for locks.
  const lock = Math.max(1, Math.ceil(Math.min(LOCK_TIMEOUT_MS_MAX / 1000, seconds / 2)));
  const values: Readonly<Record<string, string | number>> = {
    // Strict: a mask that does not fit fails instead of being cut. Zero dates are left as they are, and a row numbered 0 keeps its number.
    sql_mode: "'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_AUTO_VALUE_ON_ZERO'",
    time_zone: "'+00:00'",
    max_statement_time: seconds,
    innodb_lock_wait_timeout: lock,
    lock_wait_timeout: lock,
    net_write_timeout: WRITE_TIMEOUT_S,
    foreign_key_checks: 1,
    // What a list in a document may grow to when it is put together again: beyond that it would be cut.
    group_concat_max_len: 1_073_741_824,
    unique_checks: 1,
    // A recursion that goes deeper would be cut without an error.
    max_recursive_iterations: 4_294_967_295,
    autocommit: 1,
  };
  const assignments = Object.entries(values).map(([key, value]) => `SESSION ${key} = ${value}`);
  return `SET ${assignments.join(", ")}`;
}

/** Read committed locks only the rows that are changed; the default would lock the gaps around them against the application. */
const ISOLATION = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
const READ_ONLY = "SET SESSION TRANSACTION READ ONLY";

export class Session {
  readonly access: ConnectorOptions["access"];
  readonly timeoutMs: number;
  readonly #options: ConnectorOptions;
  readonly #settled = new WeakSet<object>();
  readonly #sockets = new Set<Socket>();
  #pool: Promise<Pool> | null = null;
  #closed = false;

  constructor(options: ConnectorOptions) {
    this.access = options.access;
    this.timeoutMs = options.statementTimeoutMs;
    this.#options = options;
  }

  /** Rows of one statement. `collection` is what the statement is about; null for the catalogue and for the session itself. */
  async rows(collection: string | null, statement: Statement): Promise<Cell[][]> {
    try {
      return await this.withClient((client) => this.send(client, collection, statement));
    } catch (error) {
      // A pooled connection may have died since its last use. A single reading statement can be sent again.
      if (!this.isStale(error)) throw error;
      return this.withClient((client) => this.send(client, collection, statement));
    }
  }

  isStale(error: unknown): boolean {
    const failure = failureOf(error);
    return failure !== null && failure.error === "unreachable" && failure.retryable;
  }

  async send(client: PoolConnection, collection: string | null, statement: Statement): Promise<Cell[][]> {
    if (collection !== null) this.#options.onStatement?.(collection);
    return cellsOf(await this.#execute(client, statement));
  }

  async change(client: PoolConnection, collection: string, statement: Statement): Promise<number> {
    this.#options.onStatement?.(collection);
    return changedRows(await this.#execute(client, statement));
  }

  /** A statement of the session's own, without values. */
  async command(client: PoolConnection, text: string): Promise<void> {
    await this.#answer(client, (done) => client.query(text, done));
  }

  /** Rows one by one. The session's time limit is off: the server's clock would run while the consumer works. */
  stream(
    client: PoolConnection,
    collections: readonly string[],
    statement: Statement,
    aheadRows: number,
  ): Readable {
    for (const collection of collections) this.#options.onStatement?.(collection);
    const seconds = (statement.timeoutMs ?? 0) / 1000;
    const sql = `SET STATEMENT max_statement_time = ${seconds} FOR ${statement.text}`;
    return client
      .execute({ sql, values: [...statement.values], rowsAsArray: true })
      .stream({ highWaterMark: aheadRows, objectMode: true });
  }

  #execute(client: PoolConnection, { text, values, timeoutMs }: Statement): Promise<unknown> {
    const limit =
      timeoutMs === undefined ? "" : `SET STATEMENT max_statement_time = ${timeoutMs / 1000} FOR `;
    return this.#answer(
      client,
      (done) => client.execute({ sql: `${limit}${text}`, values: [...values], rowsAsArray: true }, done),
      Math.max(this.timeoutMs, timeoutMs ?? 0),
    );
  }

  /** The driver never answers for a connection that was given up, so the answer races with its end and with the clock. */
  #answer(
    client: PoolConnection,
    send: (done: (error: Error | null, result: unknown) => void) => unknown,
    timeoutMs = this.timeoutMs,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const clock = setTimeout(() => {
        cut(client);
        reject(refused({ error: "unreachable", retryable: true }, "the server does not answer in time"));
      }, timeoutMs + SILENCE_MS);
      send((error, result) => {
        clearTimeout(clock);
        if (error === null) resolve(result);
        else reject(error);
      });
    });
  }

  async withClient<T>(act: (client: PoolConnection) => Promise<T>): Promise<T> {
    const client = await this.checkOut();
    let broken = true;
    try {
      const value = await act(client);
      broken = false;
      return value;
    } catch (error) {
      const failure = failureOf(error);
      broken = failure === null || failure.error === "unreachable";
      throw error;
    } finally {
      this.giveBack(client, broken);
    }
  }

  async checkOut(): Promise<PoolConnection> {
    for (;;) {
      const client = await this.#take();
      // While it is ours nobody else listens; the error also reaches the statement that is under way.
      client.on("error", ignored);
      if (!this.#settled.has(client)) return this.#settle(client);
      // A pooled connection may have died since its last use, and all of its neighbours with it.
      if (await this.#answers(client)) return client;
      this.giveBack(client, true);
    }
  }

  async #answers(client: PoolConnection): Promise<boolean> {
    try {
      // No statement's time is in that.
      await this.#answer(client, (done) => client.ping((error) => done(error, null)), 0);
      return true;
    } catch {
      return false;
    }
  }

  async #settle(client: PoolConnection): Promise<PoolConnection> {
    try {
      for (const text of [settings(this.#options), ISOLATION, ...(this.access === "read" ? [READ_ONLY] : [])])
        await this.command(client, text);
      this.#settled.add(client);
      return client;
    } catch (error) {
      this.giveBack(client, true);
      throw error;
    }
  }

  async #take(): Promise<PoolConnection> {
    if (this.#closed) throw refused({ error: "unreachable", retryable: false }, "the connector was closed");
    const pool = await (this.#pool ??= this.#opened());
    return new Promise((resolve, reject) => {
      let late = false;
      const busy = new AbortController();
      void sleep(2 * CONNECT_TIMEOUT_MS, undefined, { signal: busy.signal, ref: false }).then(
        () => {
          late = true;
          reject(refused({ error: "throttled", retryable: true }, "every connection is busy"));
        },
        () => undefined,
      );
      pool.getConnection((error, client) => {
        busy.abort();
        if (error !== null) reject(error);
        else if (late) client.release();
        else resolve(client);
      });
    });
  }

  async #opened(): Promise<Pool> {
    const pool = await poolOf(this.#options.url);
    pool.on("connection", (client) => {
      const socket = socketOf(client);
      if (socket === null) return;
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    return pool;
  }

  giveBack(client: PoolConnection, broken: boolean): void {
    client.removeListener("error", ignored);
    if (!broken) {
      client.release();
      return;
    }
    // What was still under way may yet report its end.
    client.on("error", ignored);
    cut(client);
  }

  async close(): Promise<void> {
    this.#closed = true;
    // One that could not be made was told to whoever asked for it.
    const pool = await this.#pool?.catch(() => null);
    this.#pool = null;
    if (pool === null || pool === undefined) return;
    // Of a connection that was given up with a question the driver does not tell the end; what is under way ends by its own clock before.
    const late = new AbortController();
    await Promise.race([
      new Promise<void>((resolve) => pool.end(() => resolve())),
      sleep(this.timeoutMs + SILENCE_MS, undefined, { signal: late.signal }).catch(ignored),
    ]);
    late.abort();
    for (const socket of this.#sockets) hangUp(socket);
  }
}

const socketOf = (client: object): Socket | null => {
  const stream: unknown = Reflect.get(client, "stream");
  return stream instanceof Socket ? stream : null;
};

/** Goodbye was said: a server that does not hang up in time is not waited for any longer, as the process could not end before it does. */
function hangUp(socket: Socket): void {
  const clock = setTimeout(() => socket.destroy(), SILENCE_MS);
  socket.once("close", () => clearTimeout(clock));
}

/** The driver by itself hangs up its own side only, and keeps the process until a server that says nothing does, too. */
function cut(client: PoolConnection): void {
  client.destroy();
  socketOf(client)?.destroy();
}

/** The driver is read when a server is first asked: estates without one do not carry it in memory. */
async function poolOf(url: string): Promise<Pool> {
  const options = optionsOf(url);
  const { createPool } = await import("mysql2");
  return createPool({
    ...options,
    charset: "UTF8MB4_BIN",
    connectionLimit: CONNECTIONS_MAX,
    maxIdle: CONNECTIONS_MAX,
    idleTimeout: IDLE_TIMEOUT_MS,
    connectTimeout: CONNECT_TIMEOUT_MS,
    maxPreparedStatements: PREPARED_MAX,
    enableKeepAlive: true,
    jsonStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    // A server may ask its clients for their files; none of ours are given.
    flags: ["-LOCAL_FILES"],
    infileStreamFactory: () => {
      throw refused({ error: "denied", retryable: false }, "the server asked for a file");
    },
  });
}

const ignored = (): void => undefined;

function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  assert(
    typeof value === "string" || typeof value === "number",
    "every cell is asked for as text, or is a count",
  );
  return String(value);
}

export const rowOf = (row: unknown): Cell[] => (Array.isArray(row) ? row.map(cellOf) : []);

const cellsOf = (result: unknown): Cell[][] => (Array.isArray(result) ? result.map(rowOf) : []);

function changedRows(result: unknown): number {
  const rows: unknown =
    typeof result === "object" && result !== null ? Reflect.get(result, "affectedRows") : 0;
  return typeof rows === "number" ? rows : 0;
}
