/** Fewer calls to the system for the same statements: all that is sent in one turn goes out in one write. */
import pg from "pg";

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
