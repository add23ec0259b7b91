/** Rows that have ended and do not say when, in a real store. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { connector as sqlite } from "@avow/connector-sqlite/connector";
import type { Measure, Reading } from "@avow/core/commitments/proof";
import { afterEach, beforeEach, expect, test } from "vitest";
import { at, taken } from "./testing/people.ts";

const ENDED: Measure = {
  ...{ ...at, measure: "ended", collection: "plans", field: "end", rowsMax: 9 },
  ...{ where: { status: ["cancelled", "lost"], kind: ["paid"] }, until: new Date("2026-06-02T00:00:00Z") },
};
type Plan = readonly [nr: string, end: string | number | null, status?: string | null, kind?: string];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "avow-ended-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** `beside`: how many rows may be read to name some; null: nobody watches. */
async function ended(
  plans: readonly Plan[],
  { key = "nr text primary key", beside = null }: { key?: string; beside?: number | null } = {},
): Promise<Reading> {
  const file = join(folder, "app.db");
  const db = new DatabaseSync(file);
  db.exec(`create table plans (${key}, who text, status text, kind text, "end" datetime)`);
  const put = db.prepare("insert into plans values (?, 'old', ?, ?, ?)");
  for (const [nr, end, status = "cancelled", kind = "paid"] of plans) put.run(nr, status, kind, end);
  db.close();
  const store = sqlite.open({ url: `sqlite:${file}`, access: "read", statementTimeoutMs: 30_000 });
  try {
    return await taken(ENDED, {}, { store, rowsMax: beside });
  } finally {
    await store.close();
  }
}

const named = (nr: string) => ({
  ...{ what: "a row of `plans`: it has ended and `end` does not say when", store: "app" },
  ...{ collection: "plans", locator: `row of app|plans|["${nr}"]` },
});

test("ended: what says so and has no day of it, or one that is still to come, is named; what goes on is none", async () => {
  const reading = await ended([
    ["day", "2026-05-01"],
    ["number", 1_772_366_400],
    ["today", "2026-06-01 23:59:59"],
    ["goes-on", null, "active"],
    ["unsaid", null, null],
    ["free", null, "cancelled", "free"],
    ["none", null],
    ["blank", "", "lost"],
    ["never", "infinity"],
    ["zeros", "0000-00-00"],
    ["ahead", "2126-05-01"],
  ]);
  const evidence = ["none", "blank", "never", "zeros", "ahead"].map(named);
  expect(reading).toEqual({ reading: "ended", rows: 8, undated: 5, evidence });
});

const many = (undated: readonly number[]): readonly Plan[] =>
  Array.from({ length: 12 }, (_, i) => [
    `n${String(i).padStart(2, "0")}`,
    undated.includes(i) ? null : "2026-05-01",
  ]);

test("ended: the store counts them, however many; rows are read only to name a few, and only as many as a run may", async () => {
  expect(await ended(many([]))).toEqual({ reading: "ended", rows: 12, undated: 0, evidence: [] });
  rmSync(join(folder, "app.db"));
  expect(await ended(many([3, 11]))).toEqual({
    ...{ reading: "ended", rows: 12, undated: 2 },
    evidence: [named("n03")],
  });
  rmSync(join(folder, "app.db"));
  const unnamed = (why: string) => [
    { what: `no row of \`plans\` is named: ${why}`, store: "app", collection: "plans" },
  ];
  expect(await ended(many([10, 11]))).toEqual({
    ...{ reading: "ended", rows: 12, undated: 2 },
    evidence: unnamed("none of the first 9 that have ended is one of them"),
  });
  rmSync(join(folder, "app.db"));
  expect(await ended(many([3]), { beside: 5 })).toMatchObject({
    ...{ reading: "ended", rows: 12, undated: 1 },
    evidence: [
      { what: expect.stringContaining("no row of `plans` is named: to read `plans` as well would be") },
    ],
  });
});

test("ended: a store that is away fails", async () => {
  const url = `sqlite:${join(folder, "nowhere.db")}`;
  const store = sqlite.open({ url, access: "read", statementTimeoutMs: 30_000 });
  expect(await taken(ENDED, {}, { store })).toMatchObject({ reading: "failed", unreachable: "app" });
  await store.close();
});
