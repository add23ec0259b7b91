/**
 * Writes as fast as it may, in a process of its own: bare rows, or entries of the log. `node producer.ts JOB` prints what it did as JSON. A bare
 * row holds the same bytes as an entry with its sealed body.
 */
import { openLedger } from "@avow/runtime/ledger/ledger";
import { type Database, openDatabase } from "@avow/runtime/store/database";
import { createSealer } from "@avow/runtime/vault/seal";
import { sql } from "kysely";

export interface Job {
  readonly url: string;
  readonly home: string;
  readonly what: "bare" | "ledger";
  readonly clients: number;
  readonly rowsPerTransaction: number;
  readonly seconds: number;
  /** At most this many entries a second, over all clients; 0: as many as it gets. */
  readonly perSecondMax: number;
}

export interface Produced {
  readonly rows: number;
  /** By the wall clock. */
  readonly beganAt: number;
  readonly ms: number;
  /** Processor time of this process, in microseconds a row. */
  readonly cpuUsPerRow: number;
  /** Entries and when they had committed, every so many. */
  readonly samples: readonly (readonly [string, number])[];
}

const SAMPLE_EVERY = 97;
const BODY = { event: "verdict.changed", commitment: "conversations-two-years", from: "kept", to: "broken" };
const job: Job = JSON.parse(process.argv[2] ?? "{}");
const db = await openDatabase(job.url);
const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
const ledger = await openLedger({ db, seals, home: job.home, log: "bench", now: () => new Date() });

const ENTRY = Buffer.alloc(262, 1);
const SEALED = Buffer.alloc(29 + JSON.stringify(BODY).length, 2);
const samples: [string, number][] = [];
let rows = 0;

async function bare(tx: Database): Promise<void> {
  const many = Array.from({ length: job.rowsPerTransaction });
  await sql`insert into bare (entry, body) select * from unnest(${many.map(() => ENTRY)}::bytea[], ${many.map(() => SEALED)}::bytea[])`.execute(
    tx,
  );
}

async function one(): Promise<void> {
  if (job.what === "bare") {
    await db.transaction().execute(bare);
    rows += job.rowsPerTransaction;
    return;
  }
  await ledger.admit();
  const entries = Array.from({ length: job.rowsPerTransaction }, () => ({
    ...{ type: "check", subject: "service" as const, body: BODY },
  }));
  const ids = await db.transaction().execute((tx) => ledger.append(tx, entries));
  const at = Date.now();
  for (const id of ids) {
    rows += 1;
    if (rows % SAMPLE_EVERY === 0) samples.push([id, at]);
  }
}

const cpu = process.cpuUsage();
const beganAt = Date.now();
const began = performance.now();
const until = began + job.seconds * 1000;
await Promise.all(
  Array.from({ length: job.clients }, async () => {
    while (performance.now() < until) {
      await one();
      // Behind the pace that was asked for there is nothing to wait for.
      const due = job.perSecondMax === 0 ? 0 : began + (rows / job.perSecondMax) * 1000;
      if (due > performance.now()) await new Promise((go) => setTimeout(go, due - performance.now()));
    }
  }),
);
const used = process.cpuUsage(cpu);
const cpuUsPerRow = Math.round((used.user + used.system) / rows);
const produced: Produced = { rows, beganAt, ms: performance.now() - began, cpuUsPerRow, samples };
process.stdout.write(JSON.stringify(produced));
await db.destroy();
