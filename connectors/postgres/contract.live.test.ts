import { freshDatabase } from "@avow/provision/database";
import type { ConnectorOptions } from "@avow/runtime/connector-kit/contract";
import { runContractSuite, type Subject } from "@avow/runtime/connector-kit/contract-suite";
import type { World, WorldCollection } from "@avow/runtime/connector-kit/contract-world";
import pg from "pg";
import { afterAll, inject } from "vitest";
import { connector } from "./connector.ts";
import { literal, quoted } from "./name.ts";

const database = await freshDatabase(inject("postgresUrl"), "contract");
const admin = new pg.Pool({ connectionString: database.url, max: 2 });
admin.on("error", () => undefined);

const STRANGER = `stranger_${database.url.split("_").at(-1)}`;
await admin.query(`CREATE ROLE ${STRANGER} LOGIN PASSWORD 'stranger'`);
afterAll(async () => {
  await admin.end();
  await database.drop();
  const server = new pg.Client({ connectionString: inject("postgresUrl") });
  await server.connect();
  await server.query(`DROP ROLE ${STRANGER}`);
  await server.end();
});

const TYPES: Readonly<Record<string, string>> = { decimal: "numeric(20,2)", json: "jsonb", bytes: "bytea" };
const names = (fields: readonly string[]): string => fields.map(quoted).join(", ");

async function layOut({ name, fields, key, indexes, rows }: WorldCollection): Promise<void> {
  const columns = fields.map((field) => {
    const rest = [field.nullable === true ? "" : "NOT NULL", field.unique === true ? "UNIQUE" : ""];
    if (field.never !== undefined) rest.push(`CHECK (${quoted(field.name)} <> ${literal(field.never)})`);
    return `${quoted(field.name)} ${TYPES[field.type] ?? field.type} ${rest.join(" ")}`;
  });
  const table = quoted(name);
  await admin.query(`CREATE TABLE ${table} (${columns.join(", ")}, PRIMARY KEY (${names(key)}))`);
  const arrays = fields.map((_, i) => `$${i + 1}::text[]`).join(", ");
  const values = fields.map((field, i) => `v${i}::${TYPES[field.type] ?? field.type}`).join(", ");
  const aliases = fields.map((_, i) => `v${i}`).join(", ");
  const cells = fields.map(({ type }, i) =>
    rows.map((row) => (type === "bytes" && typeof row[i] === "string" ? `\\x${row[i]}` : row[i])),
  );
  await admin.query(`INSERT INTO ${table} SELECT ${values} FROM unnest(${arrays}) AS r(${aliases})`, cells);
  for (const index of indexes ?? []) await admin.query(`CREATE INDEX ON ${table} (${names(index)})`);
  await admin.query(`ANALYZE ${table}`);
}

async function prepare(world: World): Promise<void> {
  await admin.query(
    "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO public",
  );
  for (const collection of world) await layOut(collection);
  for (const { name, foreignKeys } of world) {
    for (const { from, to, onDelete } of foreignKeys ?? []) {
      const action = onDelete === undefined ? "" : ` ON DELETE ${onDelete}`;
      const target = `${quoted(to.collection)} (${names(to.fields)})${action}`;
      await admin.query(`ALTER TABLE ${quoted(name)} ADD FOREIGN KEY (${names(from)}) REFERENCES ${target}`);
    }
  }
}

async function guard(collection: string, how: Parameters<Subject["guard"]>[1]): Promise<void> {
  const body =
    "message" in how ? `RAISE EXCEPTION ${literal(how.message)}` : `PERFORM pg_sleep(${how.delayMs / 1000})`;
  await admin.query(`CREATE FUNCTION protect_rows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${body}; RETURN OLD; END $$;
    CREATE TRIGGER guard BEFORE DELETE ON ${quoted(collection)} FOR EACH ROW EXECUTE FUNCTION protect_rows()`);
}

async function lock(collection: string): Promise<{ release(): Promise<void> }> {
  const holder = await admin.connect();
  await holder.query(`BEGIN; LOCK TABLE ${quoted(collection)} IN SHARE ROW EXCLUSIVE MODE`);
  return {
    release: async () => {
      await holder.query("ROLLBACK");
      holder.release();
    },
  };
}

async function killConnections(): Promise<void> {
  await admin.query(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'avow'`);
}

const DEFAULTS = { access: "erase", statementTimeoutMs: 30_000 } as const;

function urlWith(change: (url: URL) => void): string {
  const url = new URL(database.url);
  change(url);
  return url.href;
}

const open = (options: Partial<ConnectorOptions> = {}) =>
  connector.open({ ...DEFAULTS, url: database.url, ...options });

runContractSuite({
  name: "postgres",
  open,
  openWithoutRights: () =>
    open({ url: urlWith((url) => Object.assign(url, { username: STRANGER, password: "stranger" })) }),
  openNowhere: () =>
    open({ url: urlWith((url) => Object.assign(url, { hostname: "127.0.0.1", port: "1" })) }),
  writes: { bytes: (hex) => `\\x${hex}` },
  reaches: (clean) => (clean ? "vacuumed" : "deleted"),
  exactly: (_, value) => value,
  prepare,
  killConnections,
  lock,
  guard,
  skip: [],
});
