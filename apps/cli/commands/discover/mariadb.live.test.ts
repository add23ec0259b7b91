/** MariaDB as it is met: accounts that may see some of it or nothing, and a server that takes nobody in. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freshMariaDb, startMariaDb } from "@avow/provision/mariadb";
import mysql from "mysql2/promise";
import { beforeEach, expect, inject, onTestFinished, test } from "vitest";
import { runHere } from "../../testing/here.ts";
import { discover } from "./command.ts";

const server = inject("mariaDb");
let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "avow-mariadb-discover-"));
  return () => rm(folder, { recursive: true });
});

const run = (what: string, options: Readonly<Record<string, unknown>> = {}) =>
  runHere(discover, { folder, options: { store: "app", ...options }, args: [what] });

test.skipIf("missing" in server)("an account that may see nothing, and one that may see some", async () => {
  if ("missing" in server) return;
  const database = await freshMariaDb(server.url, "discover_rights");
  onTestFinished(() => database.drop());
  const admin = await mysql.createConnection({ uri: database.url, multipleStatements: true });
  onTestFinished(() => admin.end());
  const account = `${database.name.slice(-12)}_blind`;
  await admin.query(
    `create table people (id int primary key, email varchar(200)); insert into people values (1, 'zaphod@mail.example');
     create table products (id int primary key, name varchar(200), secret varchar(200)); insert into products values (1, 'thing', 'x');
     create user '${account}'@'%' identified by 'blind'`,
  );
  onTestFinished(() => admin.query(`drop user '${account}'@'%'`).then(() => undefined));
  const at = new URL(database.url);
  at.username = account;
  at.password = "blind";

  const give = async (right: string, table: string): Promise<void> =>
    void (await admin.query(`grant ${right} on ${database.name}.${table} to '${account}'@'%'`));
  const take = async (right: string, table: string): Promise<void> =>
    void (await admin.query(`revoke ${right} on ${database.name}.${table} from '${account}'@'%'`));
  const GIVE = "fix: see that the name and the password are right, and give the account the right to read";

  const none = await run(at.href);
  expect([none.exit, none.out]).toEqual([3, ""]);
  expect(none.err).toContain("denied: access to the database denied (1044)\n  fix: ");
  // Enough to see that it is there, and no more.
  await give("insert", "people");
  const blind = await run(at.href);
  expect([blind.exit, blind.out]).toEqual([3, ""]);
  expect(blind.err).toContain(
    `none of the 1 collections of \`app\` could be looked into (denied)\n  ${GIVE}`,
  );

  await give("select", "products");
  const some = await run(at.href);
  expect(some.exit).toBe(0);
  expect(some.out).toContain("not looked at: `people`: denied: a right on the table is missing (1142)");
  await run(database.url, { write: "." });
  const compared = { map: "app.yaml", ci: true };
  const partly = await run(at.href, compared);
  expect([partly.exit, partly.out]).toEqual([3, ""]);
  expect(partly.err).toContain(
    `could not be looked into, so what has changed can not be told: \`people\` (denied)\n  ${GIVE}`,
  );

  await take("insert", "people");
  await take("select", "products");
  await give("select (id, name)", "products");
  const hidden = await run(at.href, compared);
  expect([hidden.exit, hidden.out]).toEqual([
    1,
    "- `products.secret` is no longer in the store, or this account has no right to see it\n- `people` is no longer in the store, or this account has no right to see it\n",
  ]);
  expect((await run(database.url, compared)).out).toMatch(/^nothing is open: .*\n$/);
});

const CONNECTIONS_MIN = 10;

test.skipIf("missing" in server)("a server that takes nobody in any more", { timeout: 120_000 }, async () => {
  const own = await startMariaDb();
  onTestFinished(() => own.stop());
  const admin = await mysql.createConnection({ uri: own.url, multipleStatements: true });
  await admin.query(
    `create database app; create table app.t (id int primary key); set global max_connections = ${CONNECTIONS_MIN};
     create user plain@'%' identified by 'plain'; grant all on app.* to plain@'%'`,
  );
  const at = new URL("app", own.url);
  at.username = "plain";
  at.password = "plain";
  const held: mysql.Connection[] = [];
  // One more than that is kept for an administrator.
  while (held.length <= CONNECTIONS_MIN) {
    const next = await mysql.createConnection(at.href).catch(() => null);
    if (next === null) break;
    held.push(next);
  }
  const full = await run(at.href);
  for (const one of held) await one.end();
  await admin.end();
  expect([full.exit, full.out]).toEqual([3, ""]);
  expect(full.err).toContain(
    "throttled: too many connections (1040)\n  fix: try again when the store has less",
  );
});
