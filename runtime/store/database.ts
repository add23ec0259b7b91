/** Avow's own database: PostgreSQL, and only PostgreSQL (DESIGN 7). Opening it brings its schema up to date. */
import { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import pg from "pg";
import { PipelinedDialect } from "./along.ts";
import { beginLater } from "./begin.ts";
import * as first from "./migrations/001-first.ts";
import * as ledger from "./migrations/002-ledger.ts";
import * as approvals from "./migrations/003-approvals.ts";
import * as checks from "./migrations/004-checks.ts";
import * as asked from "./migrations/005-asked.ts";
import * as ledgerBatches from "./migrations/006-ledger-batches.ts";
import * as grace from "./migrations/007-grace.ts";
import * as merges from "./migrations/008-merges.ts";
import * as suppression from "./migrations/009-suppression.ts";
import * as tasks from "./migrations/010-tasks.ts";
import * as verdicts from "./migrations/011-verdicts.ts";
import * as sweeps from "./migrations/012-sweeps.ts";
import * as suppressionLots from "./migrations/013-suppression-lots.ts";
import * as taskDates from "./migrations/014-task-dates.ts";
import * as drillBasis from "./migrations/015-drill-basis.ts";
import * as ledgerSingle from "./migrations/016-ledger-single.ts";
import * as loggedLooks from "./migrations/017-logged-looks.ts";
import * as ledgerTerm from "./migrations/018-ledger-term.ts";
import * as holds from "./migrations/019-holds.ts";
import * as forgetting from "./migrations/020-forgetting.ts";
import { pipelined } from "./pipelined.ts";
import { prepareOften } from "./prepared.ts";
import type { Tables } from "./tables.ts";

export type Database = Kysely<Tables>;

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "001-first": first,
  "002-ledger": ledger,
  "003-approvals": approvals,
  "004-checks": checks,
  "005-asked": asked,
  "006-ledger-batches": ledgerBatches,
  "007-grace": grace,
  "008-merges": merges,
  "009-suppression": suppression,
  "010-tasks": tasks,
  "011-verdicts": verdicts,
  "012-sweeps": sweeps,
  "013-suppression-lots": suppressionLots,
  "014-task-dates": taskDates,
  "015-drill-basis": drillBasis,
  "016-ledger-single": ledgerSingle,
  "017-logged-looks": loggedLooks,
  "018-ledger-term": ledgerTerm,
  "019-holds": holds,
  "020-forgetting": forgetting,
};

export async function openDatabase(url: string): Promise<Database> {
  // Statements that do not wait for one another's answers are sent together.
  const pool = new pg.Pool({
    connectionString: url,
    max: 8,
    connectionTimeoutMillis: 10_000,
    pipeline: true,
  });
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
  const migrator = new Migrator({
    db,
    provider: { getMigrations: async () => ({ ...MIGRATIONS }) },
    // They were written side by side: a database may have a later one already.
    allowUnorderedMigrations: true,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error;
}
