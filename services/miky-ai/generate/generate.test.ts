import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { batch, COLUMNS } from "./copy.ts";
import { population, WINDOW_DAYS } from "./population.ts";
import { counters, writePerson } from "./seed.ts";
import { AWKWARD } from "./words.ts";

const NOW = new Date("2026-03-01T09:00:00Z");

function generated(people: number, seed: number): ReadonlyMap<string, readonly string[]> {
  const [out, world, ids] = [batch(), population(people, seed, NOW), counters()];
  for (let index = 0; index < people; index += 1) writePerson(out, world, index, ids, "scrypt:x");
  return out.tables;
}
const digest = (tables: ReadonlyMap<string, readonly string[]>): string => {
  const hash = createHash("sha256");
  for (const name of [...tables.keys()].sort())
    hash.update(`${name}\n${(tables.get(name) ?? []).join("\n")}\n`);
  return hash.digest("hex");
};

/** Thirteen to nineteen digits, spaced as cards are, that pass Luhn's sum. */
function cardsIn(text: string): readonly string[] {
  return [...text.matchAll(/\d(?:[ -]?\d){12,}/g)].flatMap(([found]) => {
    const digits = found.replaceAll(/[ -]/g, "");
    const runs = [];
    for (let length = 13; length <= 19; length += 1) {
      for (let at = 0; at + length <= digits.length; at += 1) runs.push(digits.slice(at, at + length));
    }
    return runs.filter(passesLuhn);
  });
}
const passesLuhn = (digits: string): boolean =>
  [...digits]
    .reverse()
    .reduce(
      (sum, digit, i) =>
        sum + (i % 2 === 0 ? Number(digit) : ((Number(digit) * 2) % 10) + Math.floor(Number(digit) / 5)),
      0,
    ) %
    10 ===
  0;

test("the scan itself finds cards", () => {
  expect(cardsIn("pay 4242-4242 42424242, ok")).toContain("4242424242424242");
  expect(cardsIn("4242424242424241")).not.toContain("4242424242424241");
});

test("the same seed makes the same people, another seed others", () => {
  expect(digest(generated(300, 7))).toBe(digest(generated(300, 7)));
  expect(digest(generated(300, 7))).not.toBe(digest(generated(300, 8)));
});

test("no value looks like a card number or an API key", () => {
  const key = /\b(?:sk|pk|rk)[-_]|AKIA[0-9A-Z]{16}|gh[pousr]_[0-9A-Za-z]{20}|xox[bp]-|eyJ[\w-]+\.eyJ/;
  const values = [...generated(1_500, 3).values()].flat().flatMap((line) => line.split("\t"));
  expect(values.length).toBeGreaterThan(100_000);
  expect(values.filter((value) => cardsIn(value).length > 0 || key.test(value))).toEqual([]);
}, 30_000);

test("every table is filled, rows are as wide as their columns, and awkward values are among them", () => {
  const tables = generated(2_000, 3);
  for (const [table, columns] of Object.entries(COLUMNS)) {
    const lines = tables.get(table) ?? [];
    expect(lines.length, table).toBeGreaterThan(0);
    expect(new Set(lines.map((line) => line.split("\t").length)), table).toEqual(
      new Set([columns.split(" ").length]),
    );
  }
  const all = [...tables.values()].flat().join("\n");
  expect(all).not.toContain("\0");
  expect(AWKWARD.filter((text) => !/[\\\n\r\t]/.test(text) && !all.includes(text))).toEqual([]);
});

test("history lies inside the retention periods, with a day to spare, and never in the future", () => {
  const tables = generated(2_000, 3);
  const oldest = (table: keyof typeof COLUMNS, column: string): number => {
    const at = COLUMNS[table].split(" ").indexOf(column);
    const times = (tables.get(table) ?? []).map((line) => Date.parse(line.split("\t")[at] ?? ""));
    expect(Math.max(...times), table).toBeLessThanOrEqual(NOW.getTime());
    return (NOW.getTime() - Math.min(...times)) / 86_400_000;
  };
  for (const table of ["conversations", "messages", "feedback_ratings"] as const) {
    expect(oldest(table, "created_at"), table).toBeLessThanOrEqual(WINDOW_DAYS.conversations);
    expect(oldest(table, "created_at"), table).toBeGreaterThan(300);
  }
  for (const table of ["support_tickets", "support_messages", "contact_requests"] as const) {
    expect(oldest(table, "created_at"), table).toBeLessThanOrEqual(WINDOW_DAYS.support);
  }
  for (const table of [
    "payments",
    "credit_ledger",
    "credit_gifts",
    "referrals",
    "commissions",
    "payouts",
  ] as const) {
    expect(oldest(table, "created_at"), table).toBeLessThan(6 * 366);
  }
  expect(oldest("acquisition_sources", "recorded_at")).toBeLessThanOrEqual(WINDOW_DAYS.sources);
  expect(oldest("acquisition_sources", "recorded_at")).toBeGreaterThan(300);
  for (const table of ["credentials", "oauth_logins", "preferences"] as const)
    expect(oldest(table, "used_at"), table).toBeLessThanOrEqual(200);
  const ends = (tables.get("subscriptions") ?? [])
    .map((line) => Date.parse(line.split("\t").at(-1) ?? ""))
    .filter((ms) => !Number.isNaN(ms));
  expect(ends.length).toBeGreaterThan(5);
  expect((NOW.getTime() - Math.min(...ends)) / 86_400_000).toBeLessThanOrEqual(
    WINDOW_DAYS.endedSubscriptions,
  );
  for (const table of ["page_views", "error_reports"] as const)
    expect(oldest(table, "created_at"), table).toBeLessThan(340);
});

test("one person has more than ten thousand messages", () => {
  expect((generated(100, 3).get("messages") ?? []).length).toBeGreaterThan(10_000);
});

test("any person can be made again without the others", () => {
  const [a, b] = [population(5_000, 3, NOW), population(5_000, 3, NOW)];
  a.base(1);
  expect(a.base(4_321)).toEqual(b.base(4_321));
});
