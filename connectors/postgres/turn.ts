/**
 * Fewer calls to the system for the same statements: all that is sent in one turn goes out in one write, and what begins with other statements has
 * one answer with them.
 */
import pg, { type QueryArrayResult } from "pg";

/** From now on: of this connection. */
export function writeTogether(client: pg.Client): void {
  const plain: unknown = client.query;
  const connection: unknown = Reflect.get(client, "connection");
  if (typeof plain !== "function" || !(connection instanceof pg.Connection)) return;
  const { stream } = connection;
  let holds = false;
  const release = (): void => {
    holds = false;
    stream.uncork();
  };
  Reflect.set(client, "query", (...given: readonly unknown[]): unknown => {
    if (!holds) {
      holds = true;
      stream.cork();
      process.nextTick(release);
    }
    return Reflect.apply(plain, client, [...given]);
  });
}

export interface Sent {
  readonly text: string;
  readonly values: readonly string[];
}

/** The rows of `last`, behind the others: up to one `sync`, so that the server looks at none that comes behind one that failed. */
export function queryBehind<R extends unknown[]>(
  client: pg.ClientBase,
  before: readonly Sent[],
  last: string,
): Promise<QueryArrayResult<R>> {
  const config = { text: last, rowMode: "array" };
  return new Promise((resolve, reject) => {
    const query = new pg.Query(config, [], (error, result) => {
      if (error) reject(error);
      else resolve({ ...result, rows: result.rows });
    });
    query.submit = (connection) => {
      for (const { text, values } of before) {
        connection.parse({ name: "", text, types: [] }, true);
        connection.bind({ portal: "", statement: "", binary: "", values: [...values] }, true);
        connection.execute({ portal: "", rows: "" }, true);
      }
      connection.parse({ name: "", text: last, types: [] }, true);
      connection.bind({ portal: "", statement: "", binary: "", values: [] }, true);
      connection.describe({ type: "P", name: "" }, true);
      connection.execute({ portal: "", rows: "" }, true);
      connection.sync();
    };
    let left = before.length;
    const completed: unknown = Reflect.get(query, "handleCommandComplete");
    Reflect.set(query, "handleCommandComplete", (...told: readonly unknown[]): void => {
      if (left === 0 && typeof completed === "function") Reflect.apply(completed, query, [...told]);
      left -= 1;
    });
    client.query(query);
  });
}
