/** The connections behind a connector: at most four keeper processes, started when needed and let go when idle. */
import type { Cell, ConnectorOptions } from "@avow/runtime/connector-kit/contract";
import { refused } from "@avow/runtime/connector-kit/refused";
import { placeOf } from "./address.ts";
import { failureOf } from "./failure.ts";
import { Keeper } from "./keeper.ts";
import type { Opening, Reply } from "./wire.ts";

export interface Statement {
  readonly text: string;
  readonly values: readonly string[];
  /** Less than the session's own limit. */
  readonly timeoutMs?: number | undefined;
}

const CONNECTIONS_MAX = 4;
const IDLE_TIMEOUT_MS = 30_000;
const WAIT_MS_MAX = 20_000;
const BUSY_TIMEOUT_MS_MAX = 10_000;

export class Session {
  readonly access: ConnectorOptions["access"];
  readonly #options: ConnectorOptions;
  readonly #idle: Keeper[] = [];
  readonly #inUse = new Set<Keeper>();
  readonly #waiting: (() => void)[] = [];
  #starting = 0;
  #closed = false;
  #clock: NodeJS.Timeout | null = null;

  constructor(options: ConnectorOptions) {
    this.access = options.access;
    this.#options = options;
  }

  /** Absolute path of the main file. */
  get file(): string {
    return placeOf(this.#options.url).file;
  }

  #opening(): Opening {
    return {
      ...placeOf(this.#options.url),
      readOnly: this.access === "read",
      // A wait for a lock ends before the statement does: then the failure says that the file is locked.
      busyTimeoutMs: Math.min(BUSY_TIMEOUT_MS_MAX, Math.ceil(this.#options.statementTimeoutMs / 2)),
    };
  }

  /** Rows of one statement. `collection` is what the statement is about; null for the catalogue and for the session itself. */
  async rows(collection: string | null, statement: Statement): Promise<readonly (readonly Cell[])[]> {
    return (
      await this.once(collection, (keeper) =>
        keeper.ask({ do: "rows", sql: statement.text, values: statement.values }, statement.timeoutMs),
      )
    ).rows;
  }

  /** A single question that changes nothing: asked again when the connection had died since its last use. */
  async once(collection: string | null, ask: (keeper: Keeper) => Promise<Reply>): Promise<Reply> {
    const act = (keeper: Keeper): Promise<Reply> => {
      this.count(collection);
      return ask(keeper);
    };
    try {
      return await this.withKeeper(act);
    } catch (error) {
      if (!this.isStale(error)) throw error;
      return this.withKeeper(act);
    }
  }

  count(collection: string | null): void {
    if (collection !== null) this.#options.onStatement?.(collection);
  }

  isStale(error: unknown): boolean {
    const failure = failureOf(error);
    return failure !== null && failure.error === "unreachable" && failure.retryable;
  }

  async withKeeper<T>(act: (keeper: Keeper) => Promise<T>): Promise<T> {
    const keeper = await this.checkOut();
    try {
      return await act(keeper);
    } finally {
      this.giveBack(keeper);
    }
  }

  async checkOut(): Promise<Keeper> {
    const deadline = Date.now() + WAIT_MS_MAX;
    for (;;) {
      if (this.#closed) throw refused({ error: "unreachable", retryable: false }, "the connector was closed");
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        this.#inUse.add(idle);
        if (await answers(idle)) return idle;
        this.giveBack(idle);
        continue;
      }
      if (this.#inUse.size + this.#starting < CONNECTIONS_MAX) return this.#start();
      if (Date.now() > deadline)
        throw refused({ error: "throttled", retryable: true }, "every connection is busy");
      await this.#turn(deadline - Date.now());
    }
  }

  #turn(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const clock = setTimeout(resolve, waitMs);
      this.#waiting.push(() => {
        clearTimeout(clock);
        resolve();
      });
    });
  }

  async #start(): Promise<Keeper> {
    this.#starting += 1;
    try {
      const keeper = await Keeper.open(this.#opening(), this.#options.statementTimeoutMs);
      this.#inUse.add(keeper);
      return keeper;
    } finally {
      this.#starting -= 1;
      if (this.#inUse.size + this.#starting < CONNECTIONS_MAX) this.#waiting.shift()?.();
    }
  }

  giveBack(keeper: Keeper): void {
    this.#inUse.delete(keeper);
    if (keeper.alive && !this.#closed) this.#idle.push(keeper);
    else keeper.kill();
    this.#waiting.shift()?.();
    if (this.#clock !== null) clearTimeout(this.#clock);
    this.#clock = setTimeout(() => void this.#letGo(), IDLE_TIMEOUT_MS).unref();
  }

  async #letGo(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map((keeper) => keeper.close()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#clock !== null) clearTimeout(this.#clock);
    for (const keeper of this.#inUse) keeper.kill();
    for (const wake of this.#waiting.splice(0)) wake();
    await this.#letGo();
  }
}

/** A process that has died since its last use may not have been heard of yet. */
const answers = (keeper: Keeper): Promise<boolean> =>
  keeper.ask({ do: "leave" }).then(
    () => true,
    () => {
      keeper.kill();
      return false;
    },
  );
