import { expect, test } from "vitest";
import { BYTES_MAX, FIRST_ROWS, rowsAfter } from "./page-size.ts";

const LIMITS = { rowsMax: 1000, bytes: 512 * 1024 };
const page = (rows: number, rowBytes: number, more: { longest?: number; ms?: number } = {}) => ({
  ...{ rows, bytes: rows * rowBytes, longest: rowBytes, ms: 5 },
  ...more,
});
const after = (last: ReturnType<typeof page>, timeoutMs = 120_000): number =>
  rowsAfter(last, LIMITS, timeoutMs);

test("narrow rows: five times as many, and never more than the most", () => {
  expect([after(page(20, 50)), after(page(200, 50)), after(page(1000, 50))]).toEqual([100, 1000, 1000]);
});

test("narrow rows: the fourth page is a full one", () => {
  const sizes = [FIRST_ROWS];
  for (let rows = FIRST_ROWS; rows < LIMITS.rowsMax; sizes.push(rows)) rows = after(page(rows, 50));
  expect(sizes).toEqual([20, 100, 500, 1000]);
});

test("wide rows: as many as fit, and one that does not fit by itself", () => {
  expect(after(page(1000, 4096))).toBe(128);
  expect(after(page(200, 1_000_000))).toBe(1);
  expect(after(page(1, 900_000_000))).toBe(1);
});

test("one long row among narrow ones: rows like it fit the next page, too, and it is forgotten by steps", () => {
  const longest = 1024 * 1024;
  const mixed = { ...page(1000, 50), bytes: 1000 * 50 + longest, longest };
  expect(rowsAfter(mixed, { rowsMax: 1000, bytes: BYTES_MAX }, 120_000)).toBe(BYTES_MAX / longest);
  expect([after(page(8, 50)), after(page(40, 50))]).toEqual([40, 200]);
});

test("whatever came, rows no longer than the longest of it fit the next page, but for a single one", () => {
  for (const longest of [1, 100, 10_000, 1_000_000, 100_000_000])
    for (const rows of [1, 7, 1000]) {
      const next = after({ rows, bytes: rows + longest, longest, ms: 1 });
      expect(next === 1 || next * longest <= BYTES_MAX).toBe(true);
      expect(next).toBeLessThanOrEqual(Math.min(5 * rows, 1000));
    }
});

test("slow rows: as many as fit a tenth of the time-out, and some in any case", () => {
  expect(after(page(1000, 50, { ms: 24_000 }))).toBe(500);
  expect(after(page(1000, 50, { ms: 100_000 }))).toBe(120);
  expect(after(page(200, 50, { ms: 100_000 }))).toBe(100);
  expect(after(page(1000, 50, { ms: 100_000 }), 0)).toBe(1000);
});
