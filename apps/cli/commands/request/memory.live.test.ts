/** One person with very many rows: what a request holds in memory does not grow with their contents, and little with their number. */
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { type Cards, MAIN, openCards } from "../worker/testbed.ts";

const ROWS = 100_000;
/** What lives on at once: 64 MB are enough for the archive; the erasure needed more than 100 before captures were taken in lots. */
const HEAP_MB_MAX = 110;

let cards: Cards;
beforeAll(async () => {
  cards = await openCards(inject("postgresUrl"));
  await cards.store.query("create index on cards (customer_id)");
  await cards.store.query(
    `insert into cards select 1000 + n, 1, md5(n::text) || repeat(md5((n * 7)::text), 8) from generate_series(1, ${ROWS}) n`,
  );
});

afterAll(() => cards.close());

/** The most that the process held, in MB, where the system tells. */
async function measured(
  args: readonly string[],
): Promise<{ code: number | null; mb: number; ms: number; err: string }> {
  const began = performance.now();
  const child = spawn(
    process.execPath,
    [MAIN, "request", ...args, "--service", cards.folder, "--person", "email=c1@example.org"],
    { env: { ...cards.env, NODE_OPTIONS: `--max-old-space-size=${HEAP_MB_MAX}` }, cwd: cards.folder },
  );
  let mb = 0;
  let err = "";
  child.stderr.on("data", (d) => {
    err += d;
  });
  const clock = setInterval(async () => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
    mb = Math.max(mb, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  }, 20);
  const code = await new Promise<number | null>((resolve) => child.on("close", resolve));
  clearInterval(clock);
  return { code, mb: Math.round(mb), ms: Math.round(performance.now() - began), err };
}

test(`${ROWS} rows of one person: the archive and the erasure stay small`, async () => {
  const small = await measured(["erase", "--dry-run"]).then(() => measured(["list"]));
  const seen = await measured(["access", "--out", join(cards.folder, "all.zip")]);
  const gone = await measured(["erase", "--yes"]);
  process.stderr.write(
    `memory: idle ${small.mb} MB; access of ${ROWS} rows ${seen.mb} MB, ${seen.ms} ms; erase ${gone.mb} MB, ${gone.ms} ms\n`,
  );
  expect([seen.code, gone.code]).toEqual([0, 0]);
  expect(await cards.questions.count("cards where customer_id = 1")).toBe(0);
});
