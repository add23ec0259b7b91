/** Steps that a neighbour gets in the way of, and commits of which nobody hears. Triggers stand for the neighbour, so that it comes when it should. */
import { freshDatabase } from "@avow/provision/database";
import type { Mutation } from "@avow/runtime/connector-kit/contract";
import { failureIn, using } from "@avow/runtime/connector-kit/contract-subject";
import pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connector } from "./connector.ts";

const database = await freshDatabase(inject("postgresUrl"), "collision");
const admin = new pg.Client({ connectionString: database.url });

beforeAll(async () => {
  await admin.connect();
  await admin.query(`
    CREATE TABLE shared (id int PRIMARY KEY); CREATE TABLE lost (id int PRIMARY KEY);
    INSERT INTO shared VALUES (1), (2); INSERT INTO lost VALUES (1);
    CREATE SEQUENCE tries;
    CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF nextval('tries') <= 2 THEN RAISE EXCEPTION 'deadlock' USING ERRCODE = TG_ARGV[0]; END IF; RETURN OLD; END $$;
    CREATE FUNCTION vanish() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;
    CREATE CONSTRAINT TRIGGER vanish AFTER DELETE ON lost DEFERRABLE INITIALLY DEFERRED
      FOR EACH ROW EXECUTE FUNCTION vanish();`);
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const remove = (collection: string): readonly Mutation[] => [
  { act: "delete", collection, where: { fields: ["id"], tuples: [["1"]] } },
];
const mutate = (collection: string) =>
  using(connector.open({ url: database.url, access: "erase", statementTimeoutMs: 10_000 }), (c) =>
    c.mutate(remove(collection)),
  );

test.each(["40P01", "40001"])(
  "what the server undid because of a neighbour is done again (%s)",
  async (code) => {
    await admin.query(`DROP TRIGGER IF EXISTS collide ON shared; ALTER SEQUENCE tries RESTART;
    INSERT INTO shared VALUES (1) ON CONFLICT DO NOTHING;
    CREATE TRIGGER collide BEFORE DELETE ON shared FOR EACH ROW EXECUTE FUNCTION collide('${code}')`);
    expect(await mutate("shared")).toEqual({ ok: true, value: [1] });
    expect((await admin.query("SELECT id FROM shared")).rows).toEqual([{ id: 2 }]);
  },
);

test("a commit of which nobody heard may have been made", async () => {
  const answer = failureIn(await mutate("lost"));
  expect(answer).toMatchObject({ error: "unreachable", retryable: true, unsure: true });
});
