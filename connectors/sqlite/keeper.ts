/** One connection: a keeper process that is asked one thing at a time. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { assert } from "@avow/core/terms/assert";
import { malformed, refused } from "@avow/runtime/connector-kit/refused";
import { StoreError } from "./failure.ts";
import type { Answered, Opening, Order, Reply } from "./wire.ts";

const PROGRAM = fileURLToPath(new URL("keeper-process-start.js", import.meta.url));
const START_MS_MAX = 20_000;
const STOP_MS_MAX = 5_000;

interface Waiting {
  settle(answered: Answered): void;
  fail(error: Error): void;
}

const broken = (): Error => refused({ error: "unreachable", retryable: true }, "the connection broke");

export class Keeper {
  readonly #child: ChildProcess;
  readonly #timeoutMs: number;
  #waiting: Waiting | null = null;
  #dead = false;

  private constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.#child = fork(PROGRAM, [], {
      execArgv: [],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "ignore", "ipc"],
    });
    this.#child.on("message", (message: Answered) => this.#waiting?.settle(message));
    this.#child.on("error", () => this.#end());
    this.#child.on("exit", () => this.#end());
    // An idle connection keeps no program running.
    this.#child.unref();
    this.#child.channel?.unref();
  }

  static async open(opening: Opening, timeoutMs: number): Promise<Keeper> {
    const keeper = new Keeper(timeoutMs);
    try {
      await keeper.#ask({ do: "open", opening }, START_MS_MAX);
      return keeper;
    } catch (error) {
      keeper.kill();
      throw error;
    }
  }

  get alive(): boolean {
    return !this.#dead && this.#child.connected;
  }

  ask(order: Order, timeoutMs = this.#timeoutMs): Promise<Reply> {
    return this.#ask(order, Math.min(timeoutMs, this.#timeoutMs));
  }

  #ask(order: Order, timeoutMs: number): Promise<Reply> {
    assert(this.#waiting === null, "a connection does one thing at a time");
    if (!this.alive) return Promise.reject(broken());
    return new Promise((resolve, reject) => {
      const clock = setTimeout(() => {
        this.#settle()?.fail(refused({ error: "throttled", retryable: true }, "statement timeout"));
        this.kill();
      }, timeoutMs);
      const end = (): void => {
        clearTimeout(clock);
        this.#child.channel?.unref();
      };
      this.#waiting = {
        settle: (answered) => {
          this.#settle();
          end();
          if (answered.ok) resolve(answered.reply);
          else reject(errorOf(answered));
        },
        fail: (error) => {
          end();
          reject(error);
        },
      };
      this.#child.channel?.ref();
      this.#child.send(order, (error) => {
        if (error !== null) this.#end();
      });
    });
  }

  #settle(): Waiting | null {
    const waiting = this.#waiting;
    this.#waiting = null;
    return waiting;
  }

  #end(): void {
    this.#dead = true;
    this.#settle()?.fail(broken());
  }

  /** At once; what was not committed is undone by whoever opens the file next. */
  kill(): void {
    this.#dead = true;
    this.#child.kill("SIGKILL");
  }

  async close(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#dead = true;
    const gone = once(this.#child, "exit");
    if (this.#child.connected) this.#child.disconnect();
    const clock = setTimeout(() => this.#child.kill("SIGKILL"), STOP_MS_MAX);
    this.#child.ref();
    await gone;
    clearTimeout(clock);
  }
}

function errorOf(answered: Extract<Answered, { ok: false }>): Error {
  if ("pattern" in answered) return malformed("invalid regular expression");
  if ("bug" in answered) return new Error(`the keeper process failed: ${answered.bug}`);
  return new StoreError(answered.code, answered.names);
}
