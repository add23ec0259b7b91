/**
 * Statements of a transaction that tell nothing but that they were done: nobody waits for their answers before it commits. The commit goes out behind
 * them; where one failed, the server rolls back, and what failed is what the transaction throws.
 */

import { BugError } from "@avow/core/terms/assert";
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type Kysely,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type TransactionSettings,
} from "kysely";
import type { Tables } from "./tables.ts";

const sentAlong = new WeakMap<DatabaseConnection, Promise<unknown>[]>();

export interface Sent {
  readonly answered: Promise<unknown>;
}

/**
 * Ends when it is sent. A database that is no transaction would not tell of a failure: there it ends with the answer. Nothing that has to come
 * before it may be unanswered: it goes out at once, and Kysely takes longer for what was started before it.
 */
export async function sendAlong(tx: Kysely<Tables>, query: CompiledQuery): Promise<Sent> {
  if (!tx.isTransaction) return { answered: Promise.resolve(await tx.executeQuery(query)) };
  // What the driver refuses is not sent, and the commit would know nothing of it.
  for (const value of query.parameters)
    if (!isPlain(value) && !(Array.isArray(value) && value.every(isPlain)))
      throw new BugError(
        "a statement that nobody waits for has bytes, texts, numbers and dates as its parameters",
      );
  return tx.getExecutor().provideConnection(async (connection) => {
    const answered = connection.executeQuery(query);
    answered.catch(() => {});
    const all = sentAlong.get(connection) ?? [];
    sentAlong.set(connection, [...all, answered]);
    return { answered };
  });
}

const isPlain = (value: unknown): boolean =>
  value === null || typeof value !== "object" || Buffer.isBuffer(value) || value instanceof Date;

/** What failed first, of what nobody waited for: it is why what came behind it failed. */
export async function failedBefore(connection: DatabaseConnection): Promise<unknown> {
  return (await failuresOf(connection)).find((reason) => !isBehindAnother(reason)) ?? null;
}

async function failuresOf(connection: DatabaseConnection): Promise<readonly unknown[]> {
  const ended = await Promise.allSettled(sentAlong.get(connection) ?? []);
  return ended.filter((one) => one.status === "rejected").map((one) => one.reason);
}

/** `in_failed_sql_transaction`: why is known to whoever sent the other one. */
const isBehindAnother = (reason: unknown): boolean =>
  reason instanceof Error && "code" in reason && reason.code === "25P02";

type OwnConnection = Parameters<PostgresDriver["rollbackTransaction"]>[0];

class PipelinedDriver extends PostgresDriver {
  /** Whatever the database has as its default: what is sent behind a lock sees what was committed until it was had. */
  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    const isolationLevel = settings.isolationLevel ?? "read committed";
    await super.beginTransaction(connection, { ...settings, isolationLevel });
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const [committed] = await Promise.allSettled([super.commitTransaction(connection)]);
    const failures = await failuresOf(connection);
    const failed = (await failedBefore(connection)) ?? failures[0];
    sentAlong.delete(connection);
    if (failed !== undefined) throw failed;
    if (committed.status === "rejected") throw committed.reason;
  }

  override async rollbackTransaction(connection: OwnConnection): Promise<void> {
    sentAlong.delete(connection);
    await super.rollbackTransaction(connection);
  }
}

export class PipelinedDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;
  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }
  override createDriver(): Driver {
    return new PipelinedDriver(this.#config);
  }
}
