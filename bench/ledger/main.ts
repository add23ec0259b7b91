/**
 * B7: evidence entries against bare inserts into the same database, interleaved in one run. `node bench/ledger/main.ts [--seconds 5] [--rounds 5]
 * [--steady 600 --rate 500]`. Prints JSON.
 */
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Database, openDatabase } from "@avow/runtime/store/database";
import { ensureDatabase, useEmbedded } from "@avow/runtime/store/embedded";
import { sql } from "kysely";
import { type BareRound, type Bench, quantile, type Round, startBench } from "./measure.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "5" },
    rounds: { type: "string", default: "5" },
    steady: { type: "string", default: "0" },
    rate: { type: "string", default: "500" },
  },
});

const CASES = [
  { name: "single", clients: 8, rowsPerTransaction: 1 },
  { name: "bulk", clients: 4, rowsPerTransaction: 100 },
] as const;

interface Compared {
  readonly bare: BareRound[];
  readonly ledger: Round[];
}

async function compare(bench: Bench): Promise<ReadonlyMap<string, Compared>> {
  const results = new Map<string, Compared>(CASES.map((c) => [c.name, { bare: [], ledger: [] }]));
  const seconds = Number(values.seconds);
  for (const { name: _, ...c } of CASES) {
    await bench.bare({ ...c, seconds, perSecondMax: 0 });
    await bench.logged({ ...c, seconds, perSecondMax: 0 });
  }
  for (let round = 0; round < Number(values.rounds); round += 1) {
    for (const { name, ...c } of CASES) {
      results.get(name)?.bare.push(await bench.bare({ ...c, seconds, perSecondMax: 0 }));
      const logged = await bench.logged({ ...c, seconds, perSecondMax: 0 });
      results.get(name)?.ledger.push(logged);
      process.stderr.write(`round ${round} ${name}: ${JSON.stringify(logged)}\n`);
    }
  }
  return results;
}

const median = <T>(rounds: readonly T[], of: (round: T) => number): number =>
  Math.round(quantile(rounds.map(of), 0.5) * 10) / 10;
const spread = (rates: readonly number[]) => [Math.min(...rates), Math.max(...rates)];

function summary(name: string, { bare, ledger }: Compared) {
  const [base, rate] = [median(bare, (r) => r.perSecond), median(ledger, (r) => r.perSecond)];
  const bareUs = median(bare, (r) => r.producerUs + r.databaseUs);
  const ledgerUs = median(ledger, (r) => r.producerUs + r.databaseUs + r.sequencerUs);
  return {
    name,
    ...{ barePerSecond: base, bareSpread: spread(bare.map((r) => r.perSecond)) },
    ...{ ledgerPerSecond: rate, ledgerSpread: spread(ledger.map((r) => r.perSecond)) },
    ratio: Math.round((rate / base) * 100) / 100,
    /** The same ratio by processor time, which what else the machine does disturbs less. */
    processorRatio: Math.round((bareUs / ledgerUs) * 100) / 100,
    backlogMax: Math.max(...ledger.map((r) => r.backlog)),
    receiptP50Ms: median(ledger, (r) => r.receiptP50Ms),
    receiptP95Ms: median(ledger, (r) => r.receiptP95Ms),
    bareUs: { producer: median(bare, (r) => r.producerUs), database: median(bare, (r) => r.databaseUs) },
    ledgerUs: {
      producer: median(ledger, (r) => r.producerUs),
      database: median(ledger, (r) => r.databaseUs),
      sequencer: median(ledger, (r) => r.sequencerUs),
    },
  };
}

/** A session is a child of the server's first process. */
async function serverPid(db: Database): Promise<string> {
  const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(db);
  const stat = await readFile(`/proc/${rows[0]?.pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1] ?? "";
}

const STEADY = { clients: 8, rowsPerTransaction: 1, perSecondMax: Number(values.rate) };

const home = await mkdtemp(join(tmpdir(), "avow-bench-"));
// The server's user must be able to pass through.
await chmod(home, 0o755);
const server = await useEmbedded({ home: join(home, "avow") });
try {
  await ensureDatabase(server, "bench");
  const url = server.urlFor({ database: "bench" });
  const db = await openDatabase(url);
  const bench = await startBench({ url, home: join(home, "avow"), db, serverPid: await serverPid(db) });
  const compared = Number(values.rounds) === 0 ? new Map<string, Compared>() : await compare(bench);
  const seconds = Number(values.steady);
  const steady = seconds === 0 ? null : { seconds, ...(await bench.logged({ ...STEADY, seconds })) };
  await bench.stop();
  await db.destroy();
  const cases = [...compared].map(([name, result]) => summary(name, result));
  const load = loadavg().map((l) => Math.round(l * 10) / 10);
  const report = { bench: "B7", node: process.version, load, cases, steady };
  process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
} finally {
  await server.release();
  await rm(home, { recursive: true, force: true });
}
