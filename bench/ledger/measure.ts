/** One round of B7: each producer runs in a process of its own, this one sequences; what came of it, by the clock and the processor. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { indexerFor } from "@avow/runtime/ledger/batches";
import { rowsOf } from "@avow/runtime/ledger/bodies";
import { openLedger } from "@avow/runtime/ledger/ledger";
import { startSequencer } from "@avow/runtime/ledger/sequencer";
import type { Database } from "@avow/runtime/store/database";
import { createSealer } from "@avow/runtime/vault/seal";
import { sql } from "kysely";
import { processorUs } from "./processor.ts";
import type { Job, Place, Produced } from "./producer.ts";

/** As many as the case with the most of them needs. */
const PRODUCERS = 8;
const PRODUCER = fileURLToPath(new URL("./producer.ts", import.meta.url));

export interface Round {
  /** Entries a second: all of them, until the last is under a published checkpoint. */
  readonly perSecond: number;
  readonly intakePerSecond: number;
  /** What waited in the outbox when the producers stopped. */
  readonly backlog: number;
  readonly receiptP50Ms: number;
  readonly receiptP95Ms: number;
  /** Processor time a row: the producer's, the database's, and this process's, which sequences. */
  readonly producerUs: number;
  readonly databaseUs: number;
  readonly sequencerUs: number;
}

export interface BareRound {
  readonly perSecond: number;
  readonly producerUs: number;
  readonly databaseUs: number;
}

export interface Bed {
  readonly url: string;
  readonly home: string;
  readonly db: Database;
  /** Of the server's first process. */
  readonly serverPid: string;
}

/** What all of the producers do together. */
export interface Work extends Omit<Job, "what"> {
  /** How many producers work. */
  readonly clients: number;
}

export interface Bench {
  bare(work: Work): Promise<BareRound>;
  logged(work: Work): Promise<Round>;
  stop(): Promise<void>;
}

interface Publication {
  readonly size: number;
  readonly at: number;
}

export async function startBench({ url, home, db, serverPid }: Bed): Promise<Bench> {
  await sql`create table if not exists bare (id bigint generated always as identity primary key, entry bytea not null, body bytea not null)`.execute(
    db,
  );
  const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
  const ledger = await openLedger({ db, seals, home, log: "bench", now: () => new Date() });
  const published: Publication[] = [];
  const sequencer = startSequencer({
    ...ledger.sequencer,
    onPublished: (size) => published.push({ size, at: Date.now() }),
    onLog: (line) => process.stderr.write(`${line}\n`),
  });
  const producers = Array.from({ length: PRODUCERS }, () => startProducer({ url, home }));
  return {
    bare: (work) => bareRound(producers, work, serverPid),
    logged: (work) => round({ producers, work, db, published, serverPid }),
    async stop() {
      for (const producer of producers) await producer.stop();
      await sequencer.stop();
    },
  };
}

interface Producer {
  carryOut(job: Job): Promise<Produced>;
  stop(): Promise<void>;
}

/**
 * Each producer is a process: one alone would be bound by its one thread, and on a busy machine by its one share of it. It lives as long as
 * the run, as a worker does: what is measured is not how long code takes to get warm.
 */
function startProducer(place: Place): Producer {
  const child = spawn(process.execPath, [PRODUCER, JSON.stringify(place)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "close");
  return {
    async carryOut(job) {
      child.stdin.write(`${JSON.stringify(job)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`a producer ended with ${child.exitCode}`);
      return JSON.parse(value);
    },
    async stop() {
      child.stdin.end();
      await ended;
    },
  };
}

async function produce(
  producers: readonly Producer[],
  { clients, ...work }: Work & Pick<Job, "what">,
): Promise<Produced> {
  const job: Job = { ...work, perSecondMax: work.perSecondMax / clients };
  const all = await Promise.all(producers.slice(0, clients).map((producer) => producer.carryOut(job)));
  const rows = all.reduce((n, one) => n + one.rows, 0);
  return {
    rows,
    beganAt: Math.min(...all.map((one) => one.beganAt)),
    ms: Math.max(...all.map((one) => one.ms)),
    cpuUsPerRow: all.reduce((n, one) => n + one.cpuUsPerRow * one.rows, 0) / rows,
    samples: all.flatMap((one) => one.samples),
  };
}

async function bareRound(producers: readonly Producer[], work: Work, serverPid: string): Promise<BareRound> {
  const before = await processorUs(serverPid);
  const { rows, ms, cpuUsPerRow } = await produce(producers, { ...work, what: "bare" });
  const databaseUs = ((await processorUs(serverPid)) - before) / rows;
  return { perSecond: Math.round((rows / ms) * 1000), producerUs: cpuUsPerRow, databaseUs };
}

interface Rounded {
  readonly producers: readonly Producer[];
  readonly serverPid: string;
  readonly work: Work;
  readonly db: Database;
  readonly published: readonly Publication[];
}

async function round({ producers, work, db, published, serverPid }: Rounded): Promise<Round> {
  const server = await processorUs(serverPid);
  const before = await sizes(db);
  const cpu = process.cpuUsage();
  const produced = await produce(producers, { ...work, what: "ledger" });
  const { waiting } = await sizes(db);
  const end = before.size + produced.rows;
  while ((published.at(-1)?.size ?? 0) < end) await sleep(5);
  const used = process.cpuUsage(cpu);
  // The drain after the last commit counts; the producer's own start and end do not.
  const last = published.find((p) => p.size >= end)?.at ?? 0;
  const ms = Math.max(produced.ms, last - produced.beganAt);
  const times = await receiptTimes(db, published, produced.samples);
  return {
    perSecond: Math.round((produced.rows / ms) * 1000),
    intakePerSecond: Math.round((produced.rows / produced.ms) * 1000),
    backlog: waiting,
    producerUs: produced.cpuUsPerRow,
    databaseUs: ((await processorUs(serverPid)) - server) / produced.rows,
    sequencerUs: (used.user + used.system) / produced.rows,
    receiptP50Ms: quantile(times, 0.5),
    receiptP95Ms: quantile(times, 0.95),
  };
}

async function sizes(db: Database): Promise<{ size: number; waiting: number }> {
  const { rows } = await sql<{ size: number; waiting: number }>`
    select size::int, (select coalesce(sum(entries), 0)::int from ledger_outbox) as waiting from ledger_logs`.execute(
    db,
  );
  return rows[0] ?? { size: 0, waiting: 0 };
}

/** From the commit of an entry to the checkpoint over it. */
async function receiptTimes(
  db: Database,
  published: readonly Publication[],
  samples: Produced["samples"],
): Promise<number[]> {
  const ids = samples.map(([id]) => id);
  const rows = await rowsOf(db, "bench", ids);
  const indexOf = await indexerFor(db, "bench", { from: 0, to: published.at(-1)?.size ?? 0 });
  return samples.map(([id, at]) => {
    const row = rows.get(id);
    const index = (row && indexOf(row)) ?? Number.POSITIVE_INFINITY;
    return (published.find((p) => p.size > index)?.at ?? Number.POSITIVE_INFINITY) - at;
  });
}

export const quantile = (list: readonly number[], q: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0;
