/**
 * What the checks of one large table cost: time, bytes, and what the application's latency does meanwhile. `node bench/checks/main.ts
 * [--rows 10000000] [--seed 1]`. Prints JSON. A billion rows are extrapolated from the plans of this table.
 */
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connector } from "@avow/connector-postgres/connector";
import { databaseBook } from "@avow/runtime/checks/budget/db-book";
import { BUDGET, type Budget } from "@avow/runtime/checks/budget/model";
import { openDatabase } from "@avow/runtime/store/database";
import { ensureDatabase, useEmbedded } from "@avow/runtime/store/embedded";
import { createSealer } from "@avow/runtime/vault/seal";
import pg from "pg";
import { type Load, startLoad } from "./load.ts";
import { LOOKS, takeLook } from "./looks.ts";

const { values } = parseArgs({
  options: { rows: { type: "string", default: "10000000" }, seed: { type: "string", default: "1" } },
});
const ROWS = Number(values.rows);
const SEED = Number(values.seed);
const IDLE_MS = 10_000;
const BILLION = 1_000_000_000;

/** Rows of three years, in the order of their making; one in a million holds a card number. */
const GENERATE = `
  create table events (id bigint primary key, person_id bigint not null, created_at timestamptz not null, source text not null, body text not null);
  select setseed(${(SEED % 1000) / 1000});
  insert into events
    select i, 1 + floor(random() * ${Math.max(1, Math.floor(ROWS / 20))}), '2024-01-02'::timestamptz + i * (interval '900 days' / ${ROWS}),
      (array['app', 'web', 'import'])[1 + floor(random() * 3)::int],
      case when i % 1000000 = 500000 then 'card 4111 1111 1111 1111' else translate(md5(random()::text) || ' ' || md5(random()::text), '0123456789', 'ghijklmnop') end
    from generate_series(1, ${ROWS}) i;
  vacuum analyze events`;

/** What one run may take when the table does not fit. */
const NARROW: Budget = { ...BUDGET, rows: Math.max(1_000, Math.floor(ROWS / 10)), bytes: 200_000_000 };

const quantile = (all: readonly number[], q: number): number | null => {
  const sorted = all.toSorted((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return found === undefined ? null : Math.round(found * 100) / 100;
};
const spread = (all: readonly number[]) => ({
  operations: all.length,
  p50Ms: quantile(all, 0.5),
  p99Ms: quantile(all, 0.99),
  maxMs: quantile(all, 1),
});

const home = await mkdtemp(join(tmpdir(), "avow-bench-"));
// The server's user must be able to pass through.
await chmod(home, 0o755);
const server = await useEmbedded({ home: join(home, "avow") });
try {
  for (const name of ["app", "own"]) await ensureDatabase(server, name);
  const url = server.urlFor({ database: "app" });
  const db = await openDatabase(server.urlFor({ database: "own" }));
  const admin = new pg.Client({ connectionString: url });
  // Where a look fails, the server goes first: what is said is the failure.
  admin.on("error", () => undefined);
  await admin.connect();
  process.stderr.write(`laying out ${ROWS} rows\n`);
  for (const statement of GENERATE.split(";")) await admin.query(statement);
  const book = databaseBook({ db, service: "bench", sealer: createSealer(Buffer.alloc(32, 7)) });
  /** A connection of its own for each look: what it counted is told when it ends. */
  const take = async (name: string, budget: Budget) => {
    const reader = connector.open({ url, access: "read", statementTimeoutMs: BUDGET.seconds * 1000 });
    try {
      return await takeLook(name, { reader, book, budget });
    } finally {
      await reader.close();
    }
  };

  /** Blocks of the table and its indexes that were asked for, in memory or not. */
  const blocks = async (): Promise<number> => {
    await admin.query("select pg_stat_force_next_flush()");
    await sleep(1_200);
    await admin.query("select pg_stat_clear_snapshot()");
    const { rows } = await admin.query(
      "select heap_blks_read + heap_blks_hit + coalesce(idx_blks_read + idx_blks_hit, 0) + coalesce(toast_blks_read + toast_blks_hit, 0) as n from pg_statio_user_tables where relname = 'events'",
    );
    return Number(rows[0]?.n ?? 0);
  };
  const load: Load = await startLoad(url, ROWS);
  await sleep(2_000);
  load.latencies();
  await sleep(IDLE_MS);
  const idle = spread(load.latencies());
  await load.stop();
  const cases: unknown[] = [];
  const measure = async (name: string, under: string, budget: Budget): Promise<void> => {
    const before = await blocks();
    const alone = await take(name, budget);
    const read = ((await blocks()) - before) * 8192;
    const busy = await startLoad(url, ROWS);
    await sleep(500);
    busy.latencies();
    const beside = await take(name, budget);
    const latency = spread(busy.latencies());
    await busy.stop();
    const rolling = "rolling" in beside.reading ? beside.reading.rolling : undefined;
    const { spent } = alone;
    const many = BILLION / ROWS;
    const billion =
      alone.how === "windows"
        ? { runs: Math.ceil(BILLION / Math.max(1, spent.rows)), secondsEach: alone.ms / 1000 }
        : { bytes: Math.round(spent.bytes * (spent.bytes < 10_000_000 ? 1 : many)) };
    cases.push({
      ...{ look: name, under, how: alone.how, aloneMs: alone.ms, besideMs: beside.ms },
      ...{ bytesRead: read, bytesPriced: spent.bytes, rowsPriced: spent.rows },
      ...{ coverageAfterTwo: rolling === undefined ? null : rolling.examined / rolling.population },
      examined:
        "rows" in alone.reading
          ? alone.reading.rows
          : "examined" in alone.reading
            ? alone.reading.examined
            : null,
      ...{ latency, billion },
    });
    process.stderr.write(`${JSON.stringify(cases.at(-1))}\n`);
  };
  for (const name of Object.keys(LOOKS)) await measure(name, "the usual budget", BUDGET);
  for (const name of Object.keys(LOOKS)) await measure(name, "a narrow budget", NARROW);
  await admin.query("create index on events (created_at)");
  await admin.query("vacuum analyze events");
  await measure("retain", "a narrow budget, with an index", NARROW);
  const { rows: size } = await admin.query(
    "select pg_table_size('events') as table, pg_indexes_size('events') as indexes",
  );
  await admin.end();
  await db.destroy();
  const machine = {
    cpus: cpus().length,
    load: loadavg().map((l) => Math.round(l * 10) / 10),
    node: process.version,
  };
  process.stdout.write(
    `${JSON.stringify({ bench: "checks", rows: ROWS, seed: SEED, size: size[0], machine, idle, cases }, null, 2)}\n`,
  );
} finally {
  await server.release();
  await rm(home, { recursive: true, force: true });
}
