/**
 * Kysely lets each statement of a transaction wait for the answer to the one before, also where the caller sent them together (`allOf`). The
 * driver sends on what does not wait, and the server answers in that order: several statements are one round trip.
 */
import type { ConnectionProvider, DatabaseConnection, Kysely, QueryExecutor } from "kysely";
import { failedBefore } from "./along.ts";

/** From now on: of its transactions, and of the connections that it hands out. */
export const pipelined = <DB>(db: Kysely<DB>): void => void letThrough(db.getExecutor());

function letThrough(executor: QueryExecutor): QueryExecutor {
  const within = executor.withConnectionProvider.bind(executor);
  executor.withConnectionProvider = (held) => letThrough(within(atOnce(held)));
  return executor;
}

/** Those who hold a connection, and nobody else, have its provider: whoever sends without waiting means it. */
function atOnce(held: ConnectionProvider): ConnectionProvider {
  let connection: Promise<DatabaseConnection> | null = null;
  return {
    async provideConnection(consumer) {
      connection ??= held.provideConnection(async (one) => one);
      const one = await connection;
      try {
        return await consumer(one);
      } catch (error) {
        throw (await failedBefore(one)) ?? error;
      }
    },
  };
}
