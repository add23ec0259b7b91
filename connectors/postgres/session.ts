/**
 * The pool behind a connector, and the settings of each of its sessions. Every cell travels as text; the settings fix the notation, so
 * that a key read on one connection is found again on another.
 */
import type { Cell, ConnectorOptions } from "@avow/runtime/connector-kit/contract";
import { malformed } from "@avow/runtime/connector-kit/refused";
import pg from "pg";
import { optionsIn, wrongIn } from "./address.ts";
import { arrayText } from "./array.ts";
import { failureOf } from "./failure.ts";
import { type Asked, type Page, page } from "./pages.ts";
import { heed, type Silence } from "./silence.ts";
import { writeTogether } from "./turn.ts";

export interface Statement {
  readonly text: string;
  readonly values: readonly (string | readonly (string | null)[])[];
  /** Instead of the session's own limit. */
  readonly timeoutMs?: number | undefined;
}

const CONNECTIONS_MAX = 4;
const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
const LOCK_TIMEOUT_MS_MAX = 10_000;
/** A reader of a stream may take its time between two batches; a session that hangs longer is lost. */
const IDLE_IN_TRANSACTION_TIMEOUT_MS = 600_000;

function settings(options: ConnectorOptions): string {
  const values: Readonly<Record<string, string | number>> = {
    timezone: "UTC",
    datestyle: "ISO,YMD",
    intervalstyle: "postgres",
    extra_float_digits: 3,
    bytea_output: "hex",
    standard_conforming_strings: "on",
    search_path: "public",
    statement_timeout: options.statementTimeoutMs,
    // A lock wait ends before the statement does: then the failure says `lock not available`, not just `too long`.
    lock_timeout: Math.min(LOCK_TIMEOUT_MS_MAX, Math.ceil(options.statementTimeoutMs / 2)),
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_TIMEOUT_MS,
    // A policy that hides rows from this role would make an erasure look complete: with `off` the server refuses instead.
    row_security: "off",
    // Key lists are hashed; a list of 120,000 composite keys does not fit the default 4 MB and would be walked once per row.
    work_mem: "64MB",
    // Streams are read to their end: plan for all rows, not for the first tenth.
    cursor_tuple_fraction: 1,
    jit: "off",
    default_transaction_read_only: options.access === "read" ? "on" : "off",
  };
  return Object.entries(values)
    .map(([key, value]) => `-c ${key}=${value}`)
    .join(" ");
}

export class Session {
  readonly access: ConnectorOptions["access"];
  readonly statementTimeoutMs: number;
  readonly #url: string;
  readonly #pool: pg.Pool;
  readonly #onStatement: (collection: string) => void;
  readonly #wrong: string | null;
  readonly #silences = new WeakMap<pg.ClientBase, Silence>();

  constructor(options: ConnectorOptions) {
    this.access = options.access;
    this.statementTimeoutMs = options.statementTimeoutMs;
    this.#url = options.url;
    this.#wrong = wrongIn(options.url);
    this.#onStatement = options.onStatement ?? (() => undefined);
    // Taken out of the url, where the driver would let them replace ours; the server takes the last word, which is ours.
    const fromUrl = this.#wrong === null ? optionsIn(options.url) : "";
    this.#pool = new pg.Pool({
      connectionString: options.url.replace(/([?&])options=[^&]*/, "$1"),
      options: [fromUrl, settings(options)].join(" ").trim(),
      application_name: "avow",
      max: CONNECTIONS_MAX,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      keepAlive: true,
      allowExitOnIdle: true,
      // What does not wait for an answer is sent at once: a question with its transaction is one round trip in the place of four.
      pipeline: true,
    });
    // The pool drops an idle connection that broke and opens another at the next call; nobody else is waiting for this news.
    this.#pool.on("error", () => undefined);
    this.#pool.on("connect", (client) => {
      writeTogether(client);
      this.#silences.set(client, heed(client, this.statementTimeoutMs));
    });
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

  /** What streams about these collections have in common, whichever session reads them. */
  streamName(collections: readonly string[]): string {
    return JSON.stringify([this.#url, ...collections]);
  }

  isStale(error: unknown): boolean {
    const failure = failureOf(error);
    return failure !== null && failure.error === "unreachable" && failure.retryable;
  }

  async send(client: pg.PoolClient, collection: string | null, statement: Statement): Promise<Cell[][]> {
    const { timeoutMs } = statement;
    if (timeoutMs === undefined) return (await this.#query(client, collection, statement)).rows;
    this.#silences.get(client)?.limit(timeoutMs);
    // Of the session, not of a transaction: the way back is a statement of its own, also after a time-out.
    await client.query(`SET statement_timeout = ${Math.max(1, Math.trunc(timeoutMs))}`);
    try {
      return (await this.#query(client, collection, statement)).rows;
    } finally {
      await client.query("RESET statement_timeout").catch(ignored);
    }
  }

  async change(
    client: pg.PoolClient,
    collections: readonly string[],
    statement: Statement,
  ): Promise<pg.QueryArrayResult<Cell[]>> {
    for (const other of collections.slice(1)) this.#onStatement(other);
    return this.#query(client, collections[0] ?? null, statement);
  }

  /** Where a transaction begins or ends; what lies in it is counted by itself. */
  async mark(client: pg.PoolClient, text: "BEGIN" | "COMMIT" | "ROLLBACK"): Promise<void> {
    await this.#query(client, null, { text, values: [] });
  }

  /**
   * The first page of a cursor over the statement, with the transaction that it lies in: all of it is one round trip. The cursor has its own
   * snapshot; of a stricter default of the database the transaction would have locks, and failures, that nobody needs.
   */
  opened(
    client: pg.PoolClient,
    { collections, statement, ...first }: Asked & { collections: readonly string[]; statement: Statement },
  ): Page {
    for (const collection of collections) this.#onStatement(collection);
    const before = [
      { text: "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY", values: [] },
      {
        text: `DECLARE ${first.portal} NO SCROLL CURSOR FOR ${statement.text}`,
        values: textsOf(statement),
      },
    ];
    // The server answers both statements together, and each has its own time.
    this.#silences.get(client)?.limit(2 * this.statementTimeoutMs);
    return page(client, { ...first, before });
  }

  async #query(
    client: pg.PoolClient,
    collection: string | null,
    s: Statement,
  ): Promise<pg.QueryArrayResult<Cell[]>> {
    if (collection !== null) this.#onStatement(collection);
    return client.query<Cell[]>({ text: s.text, values: textsOf(s), rowMode: "array" });
  }

  async withClient<T>(act: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.checkOut();
    let broken = true;
    try {
      const value = await act(client);
      broken = false;
      return value;
    } catch (error) {
      broken = failureOf(error)?.error === "unreachable" || failureOf(error) === null;
      throw error;
    } finally {
      this.giveBack(client, broken);
    }
  }

  async checkOut(): Promise<pg.PoolClient> {
    if (this.#wrong !== null) throw malformed(this.#wrong);
    const client = await this.#pool.connect();
    // While checked out the pool does not listen; the error also reaches the statement that is under way.
    client.on("error", ignored);
    return client;
  }

  giveBack(client: pg.PoolClient, broken: boolean): void {
    client.removeListener("error", ignored);
    this.#silences.get(client)?.limit(null);
    client.release(broken);
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }
}

const textsOf = ({ values }: Statement): string[] =>
  values.map((value) => (typeof value === "string" ? value : arrayText(value)));

/** Sent together; when one fails the others have ended, too. Throws the first failure. */
export async function together<T>(sent: readonly Promise<T>[]): Promise<T[]> {
  const ended = await Promise.allSettled(sent);
  return ended.map((one) => {
    if (one.status === "rejected") throw one.reason;
    return one.value;
  });
}

export const ignored = (): void => undefined;
