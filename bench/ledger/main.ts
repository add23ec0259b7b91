/**
 * B7: evidence entries against bare inserts into the same database, interleaved in one run. `node bench/ledger/main.ts [--seconds 5] [--rounds 5]
 * [--steady 600 --rate 1000]`. Producers are a process of their own; this one sequences. Prints JSON.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { openLedger } from "@avow/runtime/ledger/ledger";
import { startSequencer } from "@avow/runtime/ledger/sequencer";
import { type Database, openDatabase } from "@avow/runtime/store/database";
import { ensureDatabase, useEmbedded } from "@avow/runtime/store/embedded";
import { createSealer } from "@avow/runtime/vault/seal";
import { sql } from "kysely";
import type { Job, Produced } from "./producer.ts";

const PRODUCER = fileURLToPath(new URL("./producer.ts", import.meta.url));

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "5" },
    steady: { type: "string", default: "0" },
    rate: { type: "string", default: "1000" },
  },
});

interface Case {
  readonly name: string;
  readonly clients: number;
  readonly rowsPerTransaction: number;
}

const CASES: readonly Case[] = [
  { name: "single", clients: 8, rowsPerTransaction: 1 },
  { name: "bulk", clients: 4, rowsPerTransaction: 100 },
];

interface Round {
  /** Entries a second: all of them, until the last is under a published checkpoint. */
  readonly perSecond: number;
  readonly intakePerSecond: number;
  readonly backlog: number;
  readonly receiptP50Ms: number;
  readonly receiptP95Ms: number;
  /** Processor time a row: the producer's, and this process's, which sequences. */
  readonly producerUs: number;
  readonly sequencerUs: number;
}

const produce = (job: Job): Promise<Produced> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PRODUCER, JSON.stringify(job)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let out = "";
    child.stdout.on("data", (data) => {
      out += data;
    });
    child.on("close", (code) =>
      code === 0 ? resolve(JSON.parse(out)) : reject(new Error(`the producer ended with ${code}`)),
    );
  });

async function bench(url: string, home: string, db: Database) {
  await sql`create table if not exists bare (id bigint generated always as identity primary key, entry bytea not null, body bytea not null)`.execute(
    db,
  );
  const seals = { installation: createSealer(Buffer.alloc(32, 7)), under: createSealer };
  const ledger = await openLedger({ db, seals, home, log: "bench", now: () => new Date() });
  const published: { size: number; at: number }[] = [];
  const sequencer = startSequencer({
    ...ledger.sequencer,
    onPublished: (size) => published.push({ size, at: Date.now() }),
    onLog: (line) => process.stderr.write(`${line}\n`),
  });
  const jobOf = (what: Job["what"], c: Case, seconds: number, perSecondMax = 0): Job => ({
    url,
    home,
    what,
    ...c,
    seconds,
    perSecondMax,
  });
  const sizes = async (): Promise<{ size: number; waiting: number }> => {
    const { rows } = await sql<{ size: number; waiting: number }>`
      select size::int, (select count(*)::int from ledger_outbox) as waiting from ledger_logs`.execute(db);
    return rows[0] ?? { size: 0, waiting: 0 };
  };
  async function logged(job: Job): Promise<Round> {
    const before = await sizes();
    const began = Date.now();
    const cpu = process.cpuUsage();
    const produced = await produce(job);
    const { waiting } = await sizes();
    const end = before.size + produced.rows;
    while ((published.at(-1)?.size ?? 0) < end) await new Promise((go) => setTimeout(go, 5));
    // The producer's start is not its work.
    const startUp = Date.now() - began - produced.ms;
    const ms = Math.max(
      produced.ms,
      (published.at(-1)?.at ?? 0) - began - Math.max(0, startUp - (Date.now() - (published.at(-1)?.at ?? 0))),
    );
    const used = process.cpuUsage(cpu);
    const times = await receiptTimes(produced.samples);
    return {
      perSecond: Math.round((produced.rows / ms) * 1000),
      intakePerSecond: Math.round((produced.rows / produced.ms) * 1000),
      backlog: waiting,
      ...{
        producerUs: produced.cpuUsPerRow,
        sequencerUs: Math.round((used.user + used.system) / produced.rows),
      },
      ...{ receiptP50Ms: quantile(times, 0.5), receiptP95Ms: quantile(times, 0.95) },
    };
  }
  async function receiptTimes(samples: Produced["samples"]): Promise<number[]> {
    const ids = samples.map(([id]) => id);
    const { rows } = await sql<{ id: string; idx: number }>`
      select id, idx::int from ledger_entries where id = any(${ids}::uuid[])`.execute(db);
    const indexes = new Map(rows.map((row) => [row.id, row.idx]));
    return samples.map(([id, at]) => {
      const index = indexes.get(id) ?? Number.POSITIVE_INFINITY;
      return (published.find((p) => p.size > index)?.at ?? Number.POSITIVE_INFINITY) - at;
    });
  }
  const results: Record<string, { bare: number[]; ledger: Round[] }> = {};
  const [first] = CASES;
  if (first !== undefined) await produce(jobOf("ledger", first, 1));
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const c of CASES) {
      const result = (results[c.name] ??= { bare: [], ledger: [] });
      const bare = await produce(jobOf("bare", c, Number(values.seconds)));
      result.bare.push(Math.round((bare.rows / bare.ms) * 1000));
      result.ledger.push(await logged(jobOf("ledger", c, Number(values.seconds))));
      process.stderr.write(
        `round ${round} ${c.name}: bare ${result.bare.at(-1)} ${JSON.stringify(result.ledger.at(-1))}\n`,
      );
    }
  }
  const steadySeconds = Number(values.steady);
  const steady =
    steadySeconds === 0
      ? null
      : await logged(
          jobOf(
            "ledger",
            { name: "steady", clients: 8, rowsPerTransaction: 1 },
            steadySeconds,
            Number(values.rate),
          ),
        );
  await sequencer.stop();
  return { ...summary(results), steady };
}

function summary(results: Readonly<Record<string, { bare: number[]; ledger: Round[] }>>) {
  const cases = Object.entries(results).map(([name, { bare, ledger }]) => {
    const rate = quantile(
      ledger.map((r) => r.perSecond),
      0.5,
    );
    const base = quantile(bare, 0.5);
    return {
      name,
      ...{ barePerSecond: base, bareSpread: [Math.min(...bare), Math.max(...bare)] },
      ...{
        ledgerPerSecond: rate,
        ledgerSpread: [
          Math.min(...ledger.map((r) => r.perSecond)),
          Math.max(...ledger.map((r) => r.perSecond)),
        ],
      },
      ratio: Math.round((rate / base) * 100) / 100,
      backlogMax: Math.max(...ledger.map((r) => r.backlog)),
      receiptP50Ms: quantile(
        ledger.map((r) => r.receiptP50Ms),
        0.5,
      ),
      receiptP95Ms: quantile(
        ledger.map((r) => r.receiptP95Ms),
        0.5,
      ),
      producerUs: quantile(
        ledger.map((r) => r.producerUs),
        0.5,
      ),
      sequencerUs: quantile(
        ledger.map((r) => r.sequencerUs),
        0.5,
      ),
    };
  });
  return { bench: "B7", node: process.version, load: loadavg().map((l) => Math.round(l * 10) / 10), cases };
}

const quantile = (list: readonly number[], q: number): number =>
  [...list].sort((a, b) => a - b)[Math.min(list.length - 1, Math.floor(list.length * q))] ?? 0;

const home = await mkdtemp(join(tmpdir(), "avow-bench-"));
const { chmod } = await import("node:fs/promises");
await chmod(home, 0o755);
const server = await useEmbedded({ home: join(home, "avow") });
try {
  await ensureDatabase(server, "bench");
  const url = server.urlFor({ database: "bench" });
  const db = await openDatabase(url);
  process.stdout.write(`${JSON.stringify(await bench(url, join(home, "avow"), db), null, 2)}\n`);
  await db.destroy();
} finally {
  await server.release();
  await rm(home, { recursive: true, force: true });
}
