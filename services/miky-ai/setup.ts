/**
 * Puts up Miky.ai's database: the database itself, three roles with no more rights than their work needs, and the schema. May be run
 * again at any time. Roles belong to the whole server: passwords are set anew on each run.
 */
import { readFile } from "node:fs/promises";
import pg from "pg";
import { hashPassword } from "./app/password.ts";
import { DESK_PASSWORD, DESK_SECRET, DRILL_DESKS } from "./desks.ts";

export interface MikySetUp {
  /** A superuser's or a database creator's connection to the server. */
  readonly adminUrl: string;
  readonly database: string;
  readonly passwords: { readonly app: string; readonly reader: string; readonly eraser: string };
}

const RIGHTS = [
  { role: "miky_app", password: "app", grants: "select, insert, update, delete", sequences: true },
  { role: "miky_reader", password: "reader", grants: "select", sequences: false },
  { role: "miky_eraser", password: "eraser", grants: "select, update, delete", sequences: false },
] as const;

/** Any number will do, as long as nobody else on the server uses it: it keeps two set-ups from creating the same role at once. */
const SET_UP_LOCK = 7_431_001;

/** `fresh`: there was no schema before, so nobody lives here yet. `url` is the administrator's way into the new database. */
export async function setUpMiky(
  options: MikySetUp,
): Promise<{ readonly fresh: boolean; readonly url: string }> {
  const url = new URL(options.adminUrl);
  url.pathname = `/${encodeURIComponent(options.database)}`;
  const created = await connected(options.adminUrl, async (client) => {
    await client.query("select pg_advisory_lock($1)", [SET_UP_LOCK]);
    await createRoles(client, options.passwords);
    const found = await client.query("select 1 from pg_database where datname = $1", [options.database]);
    if (found.rowCount === 0) {
      await client.query(
        `create database ${client.escapeIdentifier(options.database)} template template0 encoding 'UTF8'`,
      );
    }
    return found.rowCount === 0;
  });
  const fresh = await connected(url.href, (client) => createSchema(client, options.database));
  return { fresh: created || fresh, url: url.href };
}

async function createRoles(client: pg.Client, passwords: MikySetUp["passwords"]): Promise<void> {
  for (const { role, password } of RIGHTS) {
    const found = await client.query("select 1 from pg_roles where rolname = $1", [role]);
    const verb = found.rowCount === 0 ? "create" : "alter";
    await client.query(`${verb} role ${role} login password ${client.escapeLiteral(passwords[password])}`);
  }
}

async function createSchema(client: pg.Client, database: string): Promise<boolean> {
  await client.query("begin");
  await client.query("select pg_advisory_xact_lock($1)", [SET_UP_LOCK]);
  const found = await client.query("select to_regclass('public.users') is not null as there");
  const fresh = found.rows[0]?.there !== true;
  // Also on a database that was left half-way up to date: each of the changes looks first whether it is needed.
  const file = fresh ? "schema.sql" : "schema-changes.sql";
  await client.query(await readFile(new URL(file, import.meta.url), "utf8"));
  await client.query(`revoke all on database ${client.escapeIdentifier(database)} from public`);
  for (const { role, grants, sequences } of RIGHTS) {
    await client.query(`grant connect on database ${client.escapeIdentifier(database)} to ${role}`);
    await client.query(`grant usage on schema public to ${role}`);
    await client.query(`grant ${grants} on all tables in schema public to ${role}`);
    if (sequences) await client.query(`grant usage, select on all sequences in schema public to ${role}`);
  }
  await createDesks(client);
  await client.query("commit");
  return fresh;
}

async function createDesks(client: pg.Client): Promise<void> {
  const there = await client.query<{ id: number }>("select id::int as id from staff");
  const missing = DRILL_DESKS.filter(({ id }) => !there.rows.some((row) => row.id === id));
  if (missing.length === 0) return;
  const hash = await hashPassword(DESK_PASSWORD);
  for (const { id, handle, role } of missing)
    await client.query(
      "insert into staff (id, handle, role, password_hash, totp_secret) values ($1, $2, $3, $4, $5)",
      [id, handle, role, hash, DESK_SECRET],
    );
}

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The connection of one of the three roles, made from an administrator's. */
export function roleUrl(
  databaseUrl: string,
  role: "miky_app" | "miky_reader" | "miky_eraser",
  password: string,
): string {
  const url = new URL(databaseUrl);
  url.username = role;
  url.password = encodeURIComponent(password);
  return url.href;
}
