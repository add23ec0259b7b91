/**
 * Statements that are sent all the time: the server reads and plans them once a session, under a name. A pooler that hands out another session
 * for each transaction may not know the name there, so they are named only where nobody stands between us and the session: the server said
 * when it let us in which of its processes answers, and says the same when it is asked. A pooler says a number of its own.
 */
import { randomBytes } from "node:crypto";
import type { ClientBase } from "pg";

const names = new Map<string, string>();
/** Of this process: what another has prepared in a session that both are given is not ours. */
const SUFFIX = randomBytes(6).toString("hex");
/** `invalid_sql_statement_name` and `duplicate_prepared_statement`: the session is not the one that we think it is. */
const OTHER_SESSION = new Set(["26000", "42P05"]);
let refused = false;

/** Gives the text, as it is to be sent. */
export function often(name: string, text: string): string {
  names.set(text, `${name}_${SUFFIX}`);
  return text;
}

/** From now on: of this connection, once it is known to be a session's own. Until then, and elsewhere, they are sent whole. */
export function prepareOften(client: ClientBase): void {
  const plain: unknown = client.query;
  if (typeof plain !== "function") return;
  let isDirect = false;
  isOwnSession(client).then(
    (is) => {
      isDirect = is;
    },
    // A connection that fails fails whoever uses it; nothing is known of it, and nothing is named.
    () => {
      isDirect = false;
    },
  );
  Reflect.set(client, "query", (what: unknown, ...rest: readonly unknown[]): unknown => {
    const name = typeof what === "string" && isDirect && !refused ? names.get(what) : undefined;
    const sent: unknown = Reflect.apply(plain, client, [
      name === undefined ? what : { name, text: what },
      ...rest,
    ]);
    if (name !== undefined && sent instanceof Promise) sent.catch(lookAt);
    return sent;
  });
}

async function isOwnSession(client: ClientBase): Promise<boolean> {
  const said: unknown = Reflect.get(client, "processID");
  const { rows } = await client.query<{ pid: number }>("select pg_backend_pid() as pid");
  return typeof said === "number" && rows[0]?.pid === said;
}

function lookAt(error: unknown): void {
  if (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    OTHER_SESSION.has(error.code)
  )
    refused = true;
}
