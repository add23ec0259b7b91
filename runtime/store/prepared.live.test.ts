import { freshDatabase } from "@avow/provision/database";
import { CompiledQuery, sql } from "kysely";
import { Client } from "pg";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { type Database, openDatabase } from "./database.ts";
import { often, prepareOften } from "./prepared.ts";
import { allOf } from "./together.ts";

let db: Database;
let url = "";
let close: () => Promise<void>;
beforeEach(async () => {
  const own = await freshDatabase(inject("postgresUrl"), "prepared");
  url = own.url;
  db = await openDatabase(own.url);
  close = async () => {
    await db.destroy();
    await own.drop();
  };
});
afterEach(() => close());

const DOUBLED = often("doubled", "select $1::int * 2 as n");
const doubled = async (on: Database, n: number): Promise<unknown> =>
  (await on.executeQuery<{ n: number }>(CompiledQuery.raw(DOUBLED, [n]))).rows[0]?.n;
const named = async (on: Database): Promise<number> =>
  (await sql`select from pg_prepared_statements where name like 'doubled%'`.execute(on)).rows.length;

/** A pooler, as far as a client sees one: it says a number of its own for the session, and each transaction may be another session's. */
async function pooled(client: Client): Promise<void> {
  Reflect.set(client, "processID", 1);
  prepareOften(client);
  await client.query("select");
}

test("behind a pooler nothing is named: no transaction fails, whichever session it is given", async () => {
  const other = new Client({ connectionString: url });
  await other.connect();
  try {
    await pooled(other);
    const ask = async (n: number): Promise<unknown> =>
      (await other.query<{ n: number }>(DOUBLED, [n])).rows[0]?.n;
    expect(await ask(1)).toBe(2);
    await other.query("deallocate all");
    expect(await ask(2)).toBe(4);
    await other.query("prepare doubled as select 1");
    expect(await ask(3)).toBe(6);
    const all = await other.query("select from pg_prepared_statements where statement like '%* 2%'");
    expect(all.rowCount).toBe(0);
  } finally {
    await other.end();
  }
});

test("what another process has prepared in the session under the same name is not ours", async () => {
  await db.connection().execute(async (one) => {
    await sql`prepare doubled as select 1`.execute(one);
    expect(await doubled(one, 1)).toBe(2);
    expect(await doubled(one, 2)).toBe(4);
  });
});

test("it is planned once a session, and answers as ever; sent several at once, too", async () => {
  await db.connection().execute(async (one) => {
    const answers: unknown[] = [];
    const ask = async (n: number): Promise<void> => void answers.push(await doubled(one, n));
    await one.transaction().execute(async (tx) => {
      await allOf([doubled(tx, 1).then((n) => answers.push(n)), doubled(tx, 2).then((n) => answers.push(n))]);
    });
    await ask(3);
    expect(answers).toEqual([2, 4, 6]);
    expect(await named(one)).toBe(1);
  });
});

test("a failed transaction leaves it usable; a statement of another text is not prepared", async () => {
  const wrong = db.transaction().execute(async (tx) => {
    await allOf([sql`select 1 / 0`.execute(tx), doubled(tx, 1)]);
  });
  await expect(wrong).rejects.toThrow("division by zero");
  expect(await doubled(db, 21)).toBe(42);
  await db.connection().execute(async (one) => {
    await one.executeQuery(CompiledQuery.raw("select $1::int * 3 as n", [1]));
    const all = await sql`select from pg_prepared_statements where statement like '%* 3%'`.execute(one);
    expect(all.rows).toHaveLength(0);
  });
});

test("a session that does not know it: one statement fails, and from then on it is sent whole", async () => {
  await db.connection().execute(async (one) => {
    expect(await doubled(one, 1)).toBe(2);
    // What a pooler does: the next transaction has another session behind the same connection.
    await sql`deallocate all`.execute(one);
    await expect(doubled(one, 2)).rejects.toThrow("does not exist");
    expect(await doubled(one, 3)).toBe(6);
    expect(await named(one)).toBe(0);
  });
});
