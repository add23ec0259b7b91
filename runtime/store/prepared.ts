/**
 * Statements that are sent all the time: the server reads and plans them once a session, under a name. A pooler that hands out another session
 * for each transaction may not know the name there; at the first sign of it this process sends them whole again, for good.
 */
import type { ClientBase } from "pg";

const names = new Map<string, string>();
/** `invalid_sql_statement_name` and `duplicate_prepared_statement`: the session is not the one that we think it is. */
const OTHER_SESSION = new Set(["26000", "42P05"]);
let refused = false;

/** Gives the text, as it is to be sent. */
export function often(name: string, text: string): string {
  names.set(text, name);
  return text;
}

/** From now on: of this connection. */
export function prepareOften(client: ClientBase): void {
  const plain: unknown = client.query;
  if (typeof plain !== "function") return;
  Reflect.set(client, "query", (what: unknown, ...rest: readonly unknown[]): unknown => {
    const name = typeof what === "string" && !refused ? names.get(what) : undefined;
    const sent: unknown = Reflect.apply(plain, client, [
      name === undefined ? what : { name, text: what },
      ...rest,
    ]);
    if (name !== undefined && sent instanceof Promise) sent.catch(lookAt);
    return sent;
  });
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
