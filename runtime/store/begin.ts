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

interface Begun {
  /** Where others wait until it is known to have begun. */
  readonly waits: Promise<unknown> | null;
  /** Why it did not begin: nothing more is sent for it, and it is never said to be committed. */
  refused: Error | null;
}

/**
 * From now on: of this connection. Before `prepareOften`, which gives names to what comes here.
 *
 * Where the server refuses to begin, whatever was sent behind the first statement before that was heard stands by itself: nobody can call it
 * back, short of a wait in each transaction. All that can be said is why, by the commit, too.
 */
export function beginLater(client: ClientBase): void {
  const plain: unknown = client.query;
  if (typeof plain !== "function") return;
  const send = async (...given: readonly unknown[]): Promise<unknown> =>
    Reflect.apply(plain, client, [...given]);
  const turn = writer(client);
  let due: string | null = null;
  let begun: Begun | null = null;
  Reflect.set(client, "query", (what: unknown, ...rest: readonly unknown[]): unknown => {
    if (typeof what === "string" && BEGINS.test(what)) {
      due = what;
      return answered("BEGIN");
    }
    turn();
    const ends = ENDS.get(what);
    if (due === null) {
      const own = begun;
      if (ends !== undefined) begun = null;
      return own === null
        ? Reflect.apply(plain, client, [what, ...rest])
        : within(own, send, [what, ...rest]);
    }
    const begin = due;
    if (ends !== undefined) {
      due = null;
      return answered(ends);
    }
    const config = asConfig(what, rest[0]);
    due = null;
    if (isOne(config)) {
      begun = { waits: null, refused: null };
      return behind(client, begin, config, begun);
    }
    // A text of several statements is read as a whole: a slip anywhere in it would be one of the `begin`, too.
    begun = { waits: send(begin), refused: null };
    return within(begun, send, [what, ...rest]);
  });
}

/** What comes after the first statement. */
async function within(
  begun: Begun,
  send: (...given: readonly unknown[]) => Promise<unknown>,
  given: readonly unknown[],
): Promise<unknown> {
  // Whatever became of it: there may be one from before, and a connection that died is found out.
  if (given[0] === "rollback") {
    if (begun.waits !== null) await Promise.allSettled([begun.waits]);
    return send(...given);
  }
  if (begun.waits !== null) await begun.waits;
  if (begun.refused !== null) throw begun.refused;
  const answer = await send(...given);
  if (given[0] === "commit" && begun.refused !== null) throw begun.refused;
  return answer;
}

interface Config extends QueryConfig {
  readonly values: unknown[];
}

function asConfig(what: unknown, values: unknown): Config {
  const given: object = typeof what === "object" && what !== null ? what : { text: what };
  const own: unknown = Array.isArray(values) ? values : Reflect.get(given, "values");
  const text: unknown = Reflect.get(given, "text");
  if (typeof text !== "string" || Reflect.get(given, "submit") !== undefined)
    throw new TypeError("a transaction begins with a statement");
  return { ...given, text, values: Array.isArray(own) ? own : [] };
}

/** With parameters, or a name, it can not be several. */
const isOne = ({ name, text, values }: Config): boolean =>
  name !== undefined || values.length > 0 || !text.trimEnd().replace(/;$/, "").includes(";");

function behind(client: ClientBase, begin: string, config: Config, begun: Begun): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let hasBegun = false;
    let names: Names | null = null;
    const query = new pg.Query({ ...config, ...EXTENDED }, (error, result) => {
      if (!error) return resolve(result);
      if (!hasBegun && error instanceof pg.DatabaseError) {
        begun.refused = error;
        names?.forget();
      }
      reject(error);
    });
    const { submit } = query;
    query.submit = (connection) => {
      names = config.name === undefined ? null : namesOf(connection, config.name, config.text);
      connection.parse({ name: "", text: begin, types: [] }, true);
      connection.bind({ portal: "", statement: "", binary: "", values: [] }, true);
      connection.execute({ portal: "", rows: "" }, true);
      const refused: unknown = submit.call(query, connection);
      // What was begun would wait for a statement, and the next one would be given its answer.
      if (refused instanceof Error) connection.stream.destroy(refused);
      return refused;
    };
    const completed: unknown = Reflect.get(query, "handleCommandComplete");
    Reflect.set(query, "handleCommandComplete", (...told: readonly unknown[]): void => {
      if (hasBegun && typeof completed === "function") Reflect.apply(completed, query, [...told]);
      if (!hasBegun) names?.onlySent();
      hasBegun = true;
    });
    client.query(query);
  });
}

/** Without parameters, too: each statement is read by itself, and one that can not be read does not keep the `begin` from being done. */
const EXTENDED = { queryMode: "extended" };

interface Names {
  forget(): void;
  onlySent(): void;
}

/** The driver takes the answer to the `begin`, which was read, for that to the statement. Null: it was read before. */
function namesOf(connection: pg.Connection, name: string, text: string): Names | null {
  const read: unknown = Reflect.get(connection, "parsedStatements");
  const sent: unknown = Reflect.get(connection, "submittedNamedStatements");
  if (typeof read !== "object" || read === null || typeof sent !== "object" || sent === null) return null;
  if (Object.hasOwn(read, name) || Object.hasOwn(sent, name)) return null;
  const forget = (): void => void Reflect.deleteProperty(read, name);
  const onlySent = (): void => {
    forget();
    Reflect.set(sent, name, text);
  };
  return { forget, onlySent };
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
