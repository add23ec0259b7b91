import { setImmediate as turn } from "node:timers/promises";
import {
  type CompiledQuery,
  type DatabaseConnection,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
  sql,
} from "kysely";
import { expect, test } from "vitest";
import { pipelined } from "./pipelined.ts";
import type { Tables } from "./tables.ts";
import { allOf } from "./together.ts";

/** Answers when it is told to; `sent` says what has arrived. */
function slowServer() {
  const sent: string[] = [];
  const waiting: (() => void)[] = [];
  const connection: DatabaseConnection = {
    executeQuery<R>({ sql: text }: CompiledQuery): Promise<QueryResult<R>> {
      sent.push(text);
      return new Promise((resolve) => waiting.push(() => resolve({ rows: [] })));
    },
    async *streamQuery() {},
  };
  class Driver extends DummyDriver {
    override acquireConnection = async (): Promise<DatabaseConnection> => connection;
    override beginTransaction = async (): Promise<void> => void sent.push("begin");
    override commitTransaction = async (): Promise<void> => void sent.push("commit");
  }
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new PostgresAdapter(),
      createDriver: () => new Driver(),
      createIntrospector: (own) => new PostgresIntrospector(own),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
  return { db, sent, answer: (): void => waiting.splice(0).forEach((one) => void one()) };
}

const three = (db: Kysely<Tables>): Promise<void> =>
  allOf([sql`select 1`.execute(db), db.deleteFrom("requests").execute(), sql`select 3`.execute(db)]);
const THREE = ["select 1", 'delete from "requests"', "select 3"];

test("what a transaction sends together is under way at once, in its order, and committed when all is answered", async () => {
  const { db, sent, answer } = slowServer();
  pipelined(db);
  const ended = db.transaction().execute(three);
  await turn();
  expect(sent).toEqual(["begin", ...THREE]);
  answer();
  await ended;
  expect(sent).toEqual(["begin", ...THREE, "commit"]);
});

test("a transaction on a connection that somebody holds does the same", async () => {
  const { db, sent, answer } = slowServer();
  pipelined(db);
  const ended = db.connection().execute((held) => held.transaction().execute(three));
  await turn();
  expect(sent).toEqual(["begin", ...THREE]);
  answer();
  await ended;
});

test("by itself each waits for the one before", async () => {
  const { db, sent, answer } = slowServer();
  const ended = db.transaction().execute(three);
  await turn();
  expect(sent).toEqual(["begin", "select 1"]);
  for (const _ of THREE) {
    answer();
    await turn();
  }
  await ended;
});
