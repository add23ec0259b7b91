/**
 * A transaction begins with its first statement. Kysely waits for the answer to `begin`, which says nothing that the answer to the first statement
 * does not say: here the two go out together, up to one `sync`, so that the server does not look at the statement where it could not begin. A
 * transaction that sends nothing is none. All that is sent in one turn goes out in one write.
 */
import pg, { type ClientBase, type QueryConfig } from "pg";

const BEGINS = /^(?:begin|start transaction)\b/;
const ENDS: ReadonlyMap<unknown, string> = new Map([
  ["commit", "COMMIT"],
  ["rollback", "ROLLBACK"],
]);

/** As the driver answers where there are no rows. */
const answered = (command: string) => Promise.resolve({ command, rowCount: null, rows: [] });

/** From now on: of this connection. Before `prepareOften`, which gives names to what comes here. */
export function beginLater(client: ClientBase): void {
  const plain: unknown = client.query;
  if (typeof plain !== "function") return;
  const turn = writer(client);
  let due: string | null = null;
  Reflect.set(client, "query", (what: unknown, ...rest: readonly unknown[]): unknown => {
    if (typeof what === "string" && BEGINS.test(what)) {
      due = what;
      return answered("BEGIN");
    }
    turn();
    const begin = due;
    due = null;
    if (begin === null) return Reflect.apply(plain, client, [what, ...rest]);
    const ends = ENDS.get(what);
    if (ends !== undefined) return answered(ends);
    const [values] = rest;
    const config = asConfig(what);
    const isBare = config.name === undefined && !(Array.isArray(values) && values.length > 0);
    return isBare
      ? Reflect.apply(plain, client, [`${begin}; ${config.text}`]).then(behindFirst)
      : behind(client, begin, { ...config, values: Array.isArray(values) ? values : [] });
  });
}

function asConfig(what: unknown): QueryConfig {
  if (typeof what === "string") return { text: what };
  const text: unknown = typeof what === "object" && what !== null ? Reflect.get(what, "text") : undefined;
  const name: unknown = typeof what === "object" && what !== null ? Reflect.get(what, "name") : undefined;
  if (typeof text !== "string") throw new TypeError("a transaction begins with a statement");
  return typeof name === "string" ? { text, name } : { text };
}

/** Without parameters both are one text, and have an answer each. */
function behindFirst(answers: unknown): unknown {
  if (!Array.isArray(answers)) return answers;
  return answers.length === 2 ? answers[1] : answers.slice(1);
}

function behind(client: ClientBase, begin: string, config: QueryConfig): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const query = new pg.Query(config, (error, result) => {
      if (error) reject(error);
      else resolve(result);
    });
    const { submit } = query;
    query.submit = (connection) => {
      connection.parse({ name: "", text: begin, types: [] }, true);
      connection.bind({ portal: "", statement: "", binary: "", values: [] }, true);
      connection.execute({ portal: "", rows: "" }, true);
      const refused: unknown = submit.call(query, connection);
      // What was begun would wait for a statement, and the next one would be given its answer.
      if (refused instanceof Error) connection.stream.destroy(refused);
      return refused;
    };
    let hasBegun = false;
    const completed: unknown = Reflect.get(query, "handleCommandComplete");
    Reflect.set(query, "handleCommandComplete", (...told: readonly unknown[]): void => {
      if (hasBegun && typeof completed === "function") Reflect.apply(completed, query, [...told]);
      hasBegun = true;
    });
    client.query(query);
  });
}

/** Holds what is written until the turn ends. */
function writer(client: ClientBase): () => void {
  let holds = false;
  return () => {
    const connection: unknown = Reflect.get(client, "connection");
    if (holds || !(connection instanceof pg.Connection)) return;
    holds = true;
    connection.stream.cork();
    process.nextTick(() => {
      holds = false;
      connection.stream.uncork();
    });
  };
}
