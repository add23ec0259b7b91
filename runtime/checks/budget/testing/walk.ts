/**
 * A process of its own for crash tests: `node walk.ts '{"own":URL,"app":URL,"rows":N}'` takes one measure of age on `app.events`, whose
 * windows are kept in the database `own`, and prints a line when it is done. Killed at any moment, it leaves what it has written down.
 */
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { openDatabase } from "../../../store/database.ts";
import { createSealer } from "../../../vault/seal.ts";
import { databaseBook } from "../db-book.ts";
import { type AgeRun, ageOf } from "./age.ts";

// For the next process: who is killed keeps by himself nothing of what was compiled.
flushCompileCache();

interface Job extends Pick<AgeRun, "rows"> {
  readonly own: string;
  readonly app: string;
}

const job: Job = JSON.parse(process.argv[2] ?? "{}");
const db = await openDatabase(job.own);
const book = databaseBook({ db, service: "shop", sealer: createSealer(Buffer.alloc(32, 7)) });
writeSync(1, "open\n");
const reading = await ageOf({ book, url: job.app, rows: job.rows, now: new Date("2026-06-01T00:00:00Z") });
writeSync(1, `${reading.reading}\n`);
await db.destroy();
