/** Avow's own database: PostgreSQL, and only PostgreSQL (DESIGN 7). Opening it brings its schema up to date. */
import { Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import pg from "pg";
import { PipelinedDialect } from "./along.ts";
import { beginLater } from "./begin.ts";
import { pipelined } from "./pipelined.ts";
import { prepareOften } from "./prepared.ts";
import type { Tables } from "./tables.ts";
import { ownConnections, type Patience } from "./watch.ts";

export type Database = Kysely<Tables>;

/** Read where a database lacks one, which is once in its life. */
const MIGRATIONS: Readonly<Record<string, () => Promise<Migration>>> = {
  "001-first": () => import("./migrations/001-first.ts"),
  "002-ledger": () => import("./migrations/002-ledger.ts"),
  "003-approvals": () => import("./migrations/003-approvals.ts"),
  "004-checks": () => import("./migrations/004-checks.ts"),
  "005-asked": () => import("./migrations/005-asked.ts"),
  "006-ledger-batches": () => import("./migrations/006-ledger-batches.ts"),
  "007-grace": () => import("./migrations/007-grace.ts"),
  "008-merges": () => import("./migrations/008-merges.ts"),
  "009-suppression": () => import("./migrations/009-suppression.ts"),
  "010-tasks": () => import("./migrations/010-tasks.ts"),
  "011-verdicts": () => import("./migrations/011-verdicts.ts"),
  "012-sweeps": () => import("./migrations/012-sweeps.ts"),
  "013-suppression-lots": () => import("./migrations/013-suppression-lots.ts"),
  "014-task-dates": () => import("./migrations/014-task-dates.ts"),
  "015-drill-basis": () => import("./migrations/015-drill-basis.ts"),
  "016-ledger-single": () => import("./migrations/016-ledger-single.ts"),
  "017-logged-looks": () => import("./migrations/017-logged-looks.ts"),
  "018-ledger-term": () => import("./migrations/018-ledger-term.ts"),
  "019-holds": () => import("./migrations/019-holds.ts"),
  "020-forgetting": () => import("./migrations/020-forgetting.ts"),
  "021-alert-hold": () => import("./migrations/021-alert-hold.ts"),
};

export async function openDatabase(url: string, patience?: Patience): Promise<Database> {
  // Statements that do not wait for one another's answers are sent together.
  const pool = new pg.Pool({ ...ownConnections(url, patience), max: 8, pipeline: true });
  // An idle connection that dies is replaced at its next use; the error belongs to nobody. One that dies in somebody's hands fails
  // his next statement: unheard, its error would end the process.
  pool.on("error", () => {});
  pool.on("connect", (client) => {
    client.on("error", () => {});
    beginLater(client);
    prepareOften(client);
  });
  const db = new Kysely<Tables>({ dialect: new PipelinedDialect({ pool }) });
  pipelined(db);
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return db;
}

/** Kysely takes a lock in the database: two processes that start at once migrate once. */
async function migrate(db: Database): Promise<void> {
  if (await isMigrated(db)) return;
  const { Migrator } = await import("kysely/migration");
  const migrator = new Migrator({
    db,
    provider: { getMigrations: allMigrations },
    // They were written side by side: a database may have a later one already.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}

async function allMigrations(): Promise<Record<string, Migration>> {
  const read = Object.entries(MIGRATIONS).map(async ([name, load]) => [name, await load()] as const);
  return Object.fromEntries(await Promise.all(read));
}

/** What a migration has done is written in the same transaction. */
const WRITTEN_IN = "kysely_migration";
const NO_SUCH_TABLE = "42P01";

/**
 * One question, where the migrator describes every table twice and takes a lock, with each start. What it has to refuse, a migration that
 * nobody here knows, is left to it.
 */
async function isMigrated(db: Database): Promise<boolean> {
  try {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(WRITTEN_IN)}`.execute(db);
    const done = new Set(rows.map(({ name }) => name));
    return done.size === Object.keys(MIGRATIONS).length && Object.keys(MIGRATIONS).every((m) => done.has(m));
  } catch (error) {
    if (error instanceof pg.DatabaseError && error.code === NO_SUCH_TABLE) return false;
    throw error;
  }
}
