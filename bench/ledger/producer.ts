/**
 * Writes as fast as it may, in a process of its own that lives as long as the run: bare rows, or entries of the log. `node producer.ts PLACE` takes
 * a job a line and prints what it did, a line of JSON each. A bare row holds the same bytes as an entry with its sealed body.
 */
import { createInterface } from "node:readline";
import { openLedger } from "@avow/runtime/ledger/ledger";
import { openDatabase } from "@avow/runtime/store/database";
import { createSealer } from "@avow/runtime/vault/seal";
import { sql } from "kysely";

export interface Place {
  readonly url: string;
  readonly home: string;
}

export interface Job {
  readonly what: "bare" | "ledger";
  readonly rowsPerTransaction: number;
  readonly seconds: number;
  /** At most this many entries a second; 0: as many as it gets. */
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
const place: Place = JSON.parse(process.argv[2] ?? "{}");
const db = await openDatabase(place.url);
const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
const ledger = await openLedger({ db, seals, home: place.home, log: "bench", now: () => new Date() });

const ENTRY = Buffer.alloc(262, 1);
const SEALED = Buffer.alloc(29 + JSON.stringify(BODY).length, 2);

async function bare(rows: number): Promise<string[]> {
  const many = Array.from({ length: rows });
  await db
    .transaction()
    .execute((tx) =>
      sql`insert into bare (entry, body) select * from unnest(${many.map(() => ENTRY)}::bytea[], ${many.map(() => SEALED)}::bytea[])`.execute(
        tx,
      ),
    );
  return [];
}

async function logged(rows: number): Promise<string[]> {
  await ledger.admit();
  const entries = Array.from({ length: rows }, () => ({
    ...{ type: "check", subject: "service" as const, body: BODY },
  }));
  return db.transaction().execute((tx) => ledger.append(tx, entries));
}

async function carryOut(job: Job): Promise<Produced> {
  const samples: [string, number][] = [];
  let [rows, nextSample] = [0, 0];
  const write = job.what === "bare" ? bare : logged;
  const cpu = process.cpuUsage();
  const beganAt = Date.now();
  const began = performance.now();
  const until = began + job.seconds * 1000;
  while (performance.now() < until) {
    const ids = await write(job.rowsPerTransaction);
    const at = Date.now();
    rows += job.rowsPerTransaction;
    const [sampled] = ids;
    if (sampled !== undefined && rows >= nextSample) {
      samples.push([sampled, at]);
      nextSample = rows + SAMPLE_EVERY;
    }
    // Behind the pace that was asked for there is nothing to wait for.
    const due = job.perSecondMax === 0 ? 0 : began + (rows / job.perSecondMax) * 1000;
    const early = due - performance.now();
    if (early > 0) await new Promise((go) => setTimeout(go, early));
  }
  const used = process.cpuUsage(cpu);
  const cpuUsPerRow = (used.user + used.system) / rows;
  return { rows, beganAt, ms: performance.now() - began, cpuUsPerRow, samples };
}

for await (const line of createInterface({ input: process.stdin })) {
  const job: Job = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(await carryOut(job))}\n`);
}
await db.destroy();
