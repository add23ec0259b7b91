/** The windows of a look against a small store that changes between the runs. */
import { expect, test } from "vitest";
import type { HeldWindows, KeptWindow, WindowBook } from "./book.ts";
import { coverageOf } from "./coverage.ts";
import type { Share } from "./model.ts";
import { type Walk, walkOn } from "./walk.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 0, 1);
const at = (day: number): Date => new Date(NOW + day * DAY_MS);

function memory(): WindowBook & { readonly kept: Map<string, KeptWindow>; crashAfter: number } {
  const kept = new Map<string, KeptWindow>();
  const book = {
    kept,
    crashAfter: Number.POSITIVE_INFINITY,
    list: async () => [...kept.values()],
    hold: async <T>(_look: string, act: (held: HeldWindows) => Promise<T>) =>
      act({
        async put(changed, gone) {
          book.crashAfter -= 1;
          if (book.crashAfter < 0) throw new Error("killed");
          for (const id of gone) kept.delete(id);
          for (const w of changed) kept.set(w.id, JSON.parse(JSON.stringify(w)));
          for (const w of changed) kept.set(w.id, { ...w });
        },
      }),
  };
  return book;
}

type Shown = { readonly bad: number };

/** Keys are numbers, of six digits so that text sorts as they do; a bad row is a counter-example. */
function store(rows: Map<number, boolean>) {
  const asked: string[] = [];
  const walk: Walk<Shown> = {
    look: "l",
    async read({ after, upTo, rowsMax }) {
      const inside = [...rows.keys()]
        .filter((k) => (after === null || k > Number(after[0])) && (upTo === null || k <= Number(upTo[0])))
        .sort((a, b) => a - b)
        .slice(0, rowsMax);
      asked.push(`${after?.[0] ?? "start"} ${upTo?.[0] ?? "end"}`);
      const last = inside.at(-1);
      const reached = inside.length === rowsMax && last !== undefined ? [String(last)] : null;
      const bad = inside.filter((k) => rows.get(k) === true).length;
      return { ok: true, value: { window: { rows: inside.length, reached }, result: { bad } } };
    },
    parse: (r) =>
      typeof r === "object" && r !== null && "bad" in r && typeof r.bad === "number" ? { bad: r.bad } : null,
    urgent: ({ bad }) => bad > 0,
  };
  return { walk, asked };
}

const share = (rows: number, population: number): Share => ({
  ...{ rows, population, ms: 60_000, rowBytes: 10, key: ["id"], freshMs: 7 * DAY_MS, why: "too large" },
});
const rowsOf = (n: number): Map<number, boolean> =>
  new Map(Array.from({ length: n }, (_, i) => [i + 1, false]));

async function run(
  book: WindowBook,
  walk: Walk<Shown>,
  { rows, day, all }: { rows: number; day: number; all: number },
) {
  const options = { share: share(rows, all), now: at(day), spent: { rows: 0, bytes: 0 } };
  const { windows, failure } = await walkOn(book, walk, options);
  expect(failure).toBeNull();
  const place = { store: "app", collection: "big" };
  const rolling = coverageOf(windows, { ...options, place, stands: () => true });
  return { rolling, bad: windows.reduce((sum, w) => sum + (w.result?.bad ?? 0), 0), spent: options.spent };
}

/** The windows lie side by side from the start to the end. */
function expectWhole(kept: ReadonlyMap<string, KeptWindow>): void {
  const windows = [...kept.values()];
  let [at, steps]: [string | null, number] = ["start", 0];
  while (at !== null) {
    const here: string = at;
    const next = windows.filter((w) => (w.after?.[0] ?? "start") === here);
    expect(next).toHaveLength(1);
    steps += 1;
    at = next[0]?.upTo?.[0] ?? null;
  }
  expect(steps).toBe(windows.length);
}

test("a run goes on where the last one stopped, says how far it is, and comes round", async () => {
  const book = memory();
  const { walk } = store(rowsOf(10_000));
  const seen: (readonly [number, boolean])[] = [];
  for (let day = 0; day < 4; day += 1) {
    const { rolling, spent } = await run(book, walk, { rows: 3_000, day, all: 10_000 });
    expect(spent.rows).toBeLessThanOrEqual(3_000);
    seen.push([rolling.examined, rolling.complete]);
    expectWhole(book.kept);
  }
  expect(seen).toEqual([
    [3_000, false],
    [6_000, false],
    [9_000, false],
    [10_000, true],
  ]);
  const later = await run(book, walk, { rows: 1, day: 20, all: 10_000 });
  expect(later.rolling.complete).toBe(false);
  expect(later.rolling.examined).toBeLessThan(4_000);
});

test("a counter-example counts at once, until its window is read again; it is read before what is new", async () => {
  const book = memory();
  const rows = rowsOf(10_000).set(17, true);
  const { walk } = store(rows);
  expect((await run(book, walk, { rows: 3_000, day: 0, all: 10_000 })).bad).toBe(1);
  expect((await run(book, walk, { rows: 3_000, day: 1, all: 10_000 })).bad).toBe(1);
  rows.set(17, false);
  const mended = await run(book, walk, { rows: 6_000, day: 2, all: 10_000 });
  expect(mended.bad).toBe(0);
  expectWhole(book.kept);
});

test("a run that is killed has done what it has written down, and the next goes on", async () => {
  for (let crash = 0; crash < 6; crash += 1) {
    const book = memory();
    const { walk } = store(rowsOf(5_000).set(4_999, true));
    book.crashAfter = crash;
    const once = walkOn(book, walk, { share: share(1_000, 5_000), now: at(0), spent: { rows: 0, bytes: 0 } });
    await once.catch(() => undefined);
    book.crashAfter = Number.POSITIVE_INFINITY;
    if (book.kept.size > 0) expectWhole(book.kept);
    let last = await run(book, walk, { rows: 2_000, day: 0, all: 5_000 });
    for (let n = 0; n < 3; n += 1) last = await run(book, walk, { rows: 2_000, day: 0, all: 5_000 });
    expect(last).toMatchObject({ bad: 1, rolling: { complete: true, examined: 5_000 } });
  }
});

const random = (seed: number) => () => {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
};

test("whatever comes and goes meanwhile, no row falls between two windows", async () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const next = random(seed);
    const rows = new Map<number, boolean>();
    const book = memory();
    const { walk } = store(rows);
    for (let day = 0; day < 12; day += 1) {
      const from = Math.floor(next() * 20_000);
      const erased = next() < 0.4;
      for (let k = from; k < from + Math.floor(next() * 6_000); k += 1)
        if (erased) rows.delete(k);
        else rows.set(k, next() < 0.0005);
      await run(book, walk, { rows: 1_000 + Math.floor(next() * 4_000), day, all: rows.size });
      expectWhole(book.kept);
    }
    // Left alone, it comes round: then each row is in one window, and all that is wrong is known.
    let last = await run(book, walk, { rows: 100_000, day: 100, all: rows.size });
    last = await run(book, walk, { rows: 100_000, day: 100, all: rows.size });
    const bad = [...rows.values()].filter(Boolean).length;
    expect([seed, last.rolling.complete, last.rolling.examined, last.bad]).toEqual([
      seed,
      true,
      rows.size,
      bad,
    ]);
  }
});

test("windows that hold nothing any more are joined to their neighbours", async () => {
  const book = memory();
  const rows = rowsOf(20_000);
  const { walk } = store(rows);
  for (let day = 0; day < 10; day += 1) await run(book, walk, { rows: 2_000, day: 0, all: 20_000 });
  const before = book.kept.size;
  for (let k = 1; k <= 15_000; k += 1) rows.delete(k);
  for (let day = 8; day < 20; day += 1) await run(book, walk, { rows: 2_000, day, all: 5_000 });
  expect(before).toBeGreaterThan(8);
  expect(book.kept.size).toBeLessThanOrEqual(before / 2 + 1);
  expectWhole(book.kept);
});
