import { freshDatabase } from "@avow/provision/database";
import { CompiledQuery, sql } from "kysely";
import pg from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { sendAlong } from "./along.ts";
import { beginLater } from "./begin.ts";
import { type Database, openDatabase } from "./database.ts";
import { often } from "./prepared.ts";
import { allOf } from "./together.ts";

let db: Database;
let url = "";
let close: () => Promise<void>;
beforeEach(async () => {
  const own = await freshDatabase(inject("postgresUrl"), "begin");
  url = own.url;
  db = await openDatabase(own.url);
  await sql`create table kept (n int primary key)`.execute(db);
  close = async () => {
    await db.destroy();
    await own.drop();
  };
});
afterEach(() => close());

const put = (tx: Database, n: number): Promise<unknown> => sql`insert into kept values (${n})`.execute(tx);
const along = (tx: Database, n: string): Promise<unknown> =>
  sendAlong(tx, CompiledQuery.raw("insert into kept values ($1::int)", [n]));
const kept = async (): Promise<number[]> =>
  (await sql<{ n: number }>`select n from kept order by n`.execute(db)).rows.map((row) => row.n);

/** A connection of its own, and how often something was written to it. */
async function watched(act: (client: pg.Client, writes: () => number) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, pipeline: true });
  await client.connect();
  try {
    beginLater(client);
    const { stream } = Reflect.get(client, "connection");
    let writes = 0;
    for (const name of ["_write", "_writev"]) {
      const plain = Reflect.get(stream, name);
      Reflect.set(stream, name, (...given: readonly unknown[]) => {
        writes += 1;
        return Reflect.apply(plain, stream, [...given]);
      });
    }
    await act(client, () => writes);
  } finally {
    await client.end();
  }
}

test("a transaction begins with its first statement, in one write, with parameters or without", async () => {
  await watched(async (client, writes) => {
    await client.query("begin");
    expect(writes()).toBe(0);
    const first = await client.query("insert into kept values ($1) returning n", [1]);
    expect([first.command, first.rows, writes()]).toEqual(["INSERT", [{ n: 1 }], 1]);
    expect(await kept()).toEqual([]);
    await client.query("commit");
    expect(await kept()).toEqual([1]);
    await client.query("start transaction isolation level serializable");
    const level = await client.query("show transaction_isolation");
    expect(level.rows).toEqual([{ transaction_isolation: "serializable" }]);
    await client.query("rollback");
    const after = await client.query("show transaction_isolation");
    expect(after.rows).toEqual([{ transaction_isolation: "read committed" }]);
  });
});

test("what is sent in one turn is one write: the begin, the statements, the commit", async () => {
  await watched(async (client, writes) => {
    const all = ["begin", "insert into kept values (1)", "insert into kept values (2)", "commit"];
    await Promise.all(all.map((text) => client.query(text)));
    expect(writes()).toBe(1);
    expect(await kept()).toEqual([1, 2]);
  });
});

test("a transaction that sends nothing is none", async () => {
  await watched(async (client, writes) => {
    await client.query("begin");
    expect(await client.query("rollback")).toMatchObject({ command: "ROLLBACK" });
    await client.query("begin");
    expect(await client.query("commit")).toMatchObject({ command: "COMMIT" });
    expect(writes()).toBe(0);
  });
});

test("where it can not begin, its first statement is not done", async () => {
  await watched(async (client) => {
    for (const values of [[1], []]) {
      await client.query("begin wrong");
      const text = values.length > 0 ? "insert into kept values ($1)" : "insert into kept values (2)";
      await expect(client.query(text, values)).rejects.toThrow('at or near "wrong"');
      await client.query("rollback");
    }
    expect(await kept()).toEqual([]);
  });
});

test("a first statement that fails leaves nothing, and the connection is of use", async () => {
  const twice = db.transaction().execute((tx) => allOf([put(tx, 1), put(tx, 1)]));
  await expect(twice).rejects.toMatchObject({ code: "23505" });
  await expect(db.transaction().execute((tx) => sql`select 1 / 0`.execute(tx))).rejects.toThrow("division");
  expect(await kept()).toEqual([]);
  await db.transaction().execute((tx) => put(tx, 1));
  expect(await kept()).toEqual([1]);
});

test("what nobody waits for is committed with the rest, or the transaction throws why not", async () => {
  await db.transaction().execute(async (tx) => {
    await put(tx, 1);
    await along(tx, "2");
  });
  expect(await kept()).toEqual([1, 2]);
  const wrong = db.transaction().execute(async (tx) => {
    await put(tx, 3);
    await along(tx, "2");
  });
  await expect(wrong).rejects.toMatchObject({ code: "23505" });
  const only = db.transaction().execute((tx) => along(tx, "2"));
  await expect(only).rejects.toMatchObject({ code: "23505" });
  expect(await kept()).toEqual([1, 2]);
});

test("what comes behind one that failed throws that one's reason, and is not done", async () => {
  const wrong = db.transaction().execute(async (tx) => {
    await along(tx, "none");
    await put(tx, 4);
  });
  await expect(wrong).rejects.toMatchObject({ code: "22P02" });
  expect(await kept()).toEqual([]);
  // The next of the same connection knows nothing of it.
  for (let n = 0; n < 10; n += 1) await db.transaction().execute((tx) => put(tx, n));
  expect(await kept()).toHaveLength(10);
});

test("outside of a transaction its failure is told at once; what a driver would refuse is not sent", async () => {
  await expect(along(db, "none")).rejects.toMatchObject({ code: "22P02" });
  const odd = db
    .transaction()
    .execute((tx) => sendAlong(tx, CompiledQuery.raw("insert into kept values ($1::int)", [{ n: 1 }])));
  await expect(odd).rejects.toThrow("bytes, texts");
  expect(await kept()).toEqual([]);
});

test("a first statement that can not be read takes what came behind it along, without parameters, too", async () => {
  for (const [text, values] of [
    ["selec 1", []],
    ["selec $1", [1]],
    ["select 1; selec 2", []],
  ] as const) {
    const wrong = db.transaction().execute(async (tx) => {
      const first = tx.executeQuery(CompiledQuery.raw(text, [...values]));
      await allOf([first, put(tx, 1)]);
    });
    await expect(wrong).rejects.toMatchObject({ code: "42601" });
    const unheard = db.transaction().execute(async (tx) => {
      await Promise.allSettled([tx.executeQuery(CompiledQuery.raw(text, [...values]))]);
      await along(tx, "2");
    });
    await expect(unheard).rejects.toMatchObject({ code: "25P02" });
  }
  expect(await kept()).toEqual([]);
});

test("several statements in one text are one transaction with what comes behind them", async () => {
  await watched(async (client) => {
    const all = ["begin", "insert into kept values (1); insert into kept values (2)"];
    const more = ["insert into kept values (3)", "commit"];
    await Promise.all([...all, ...more].map((text) => client.query(text)));
    expect(await kept()).toEqual([1, 2, 3]);
    await client.query("begin");
    await client.query("insert into kept values (4); insert into kept values (5)");
    await client.query("rollback");
    expect(await kept()).toEqual([1, 2, 3]);
  });
});

test("where it can not begin nothing more is sent, and the commit says why", async () => {
  await watched(async (client) => {
    for (const text of ["select 1", "select 1; select 2"]) {
      await client.query("begin wrong");
      await expect(client.query(text)).rejects.toThrow('at or near "wrong"');
      await expect(client.query("insert into kept values (1)")).rejects.toThrow('at or near "wrong"');
      await expect(client.query("commit")).rejects.toThrow('at or near "wrong"');
      await client.query("rollback");
      await client.query("begin wrong");
      const [, ended] = await Promise.allSettled([client.query(text), client.query("commit")]);
      expect(ended).toMatchObject({ status: "rejected" });
      await client.query("rollback");
    }
    expect(await kept()).toEqual([]);
    await client.query("begin");
    await client.query("insert into kept values (2)");
    await client.query("commit");
    expect(await kept()).toEqual([2]);
  });
});

test("what is no statement begins nothing: the next one does", async () => {
  await watched(async (client) => {
    await client.query("begin");
    expect(() => client.query({ submit: () => {} })).toThrow("begins with a statement");
    await client.query("insert into kept values (1)");
    await client.query("rollback");
    expect(await kept()).toEqual([]);
  });
});

test("the first statement is sent as it was given", async () => {
  await watched(async (client) => {
    await client.query("begin");
    const inside = await client.query({ text: "select $1::int", values: [7], rowMode: "array" });
    expect(inside.rows).toEqual([[7]]);
    await client.query("rollback");
  });
});

test("a name whose statement could not be read is free, and one that could is kept", async () => {
  const mine = often("mine", "select mine($1::int) as n");
  const ask = (): Promise<unknown> =>
    db
      .transaction()
      .execute((tx) => tx.executeQuery(CompiledQuery.raw(mine, [1])))
      .then(
        ({ rows }) => rows,
        (error) => error.code,
      );
  // Once the connection is known to be a session's own.
  await db.connection().execute((one) => sql`select`.execute(one));
  expect(await ask()).toBe("42883");
  const made = "create or replace function mine(int) returns int language sql as";
  await sql.raw(`${made} 'select 1 / ($1 - 1)'`).execute(db);
  expect([await ask(), await ask()]).toEqual(["22012", "22012"]);
  await sql.raw(`${made} 'select $1'`).execute(db);
  expect([await ask(), await ask()]).toEqual([[{ n: 1 }], [{ n: 1 }]]);
  const named = await sql`select from pg_prepared_statements where name like 'mine%'`.execute(db);
  expect(named.rows).toHaveLength(1);
});

test("what failed is told, not that what came behind it was not done", async () => {
  await put(db, 7);
  const act = db.transaction().execute(async (tx) => {
    const wrong = sql`select pg_sleep(0.05), 1 / (n - 7) from kept`.execute(tx);
    await allOf([wrong, along(tx, "8")]);
  });
  await expect(act).rejects.toMatchObject({ code: "22012" });
  expect(await kept()).toEqual([7]);
});

test("each statement sees what was committed before it, whatever the database's default is", async () => {
  const set =
    "execute format('alter database %I set default_transaction_isolation = serializable', current_database())";
  await sql.raw(`do $$ begin ${set}; end $$`).execute(db);
  const other = await openDatabase(url);
  try {
    const level = async (tx: Database) =>
      (await sql<{ level: string }>`select current_setting('transaction_isolation') as level`.execute(tx))
        .rows;
    expect(await level(other)).toEqual([{ level: "serializable" }]);
    expect(await other.transaction().execute(level)).toEqual([{ level: "read committed" }]);
  } finally {
    await other.destroy();
  }
});
