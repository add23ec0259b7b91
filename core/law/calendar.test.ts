import { describe, expect, test } from "vitest";
import { plus } from "../terms/duration.ts";
import {
  addBusinessDays,
  addUp,
  type Counting,
  endOf,
  isWorkingDay,
  laterThan,
  type Period,
} from "./calendar.ts";
import { dateOf } from "./row.ts";

const at = (text: string): Date => new Date(text);
const lastDay = (
  start: string,
  period: Period,
  counting: Counting,
  holidays: readonly string[] = [],
): string => endOf({ start: dateOf(start), period, counting, holidays: new Set(holidays) }).lastDay;

describe("months and years end on the day of the same number, or on the last of the month", () => {
  test.each([
    ["2026-01-15", "P1M", "2026-02-15"],
    ["2026-01-28", "P1M", "2026-02-28"],
    ["2026-01-31", "P1M", "2026-02-28"],
    ["2028-01-31", "P1M", "2028-02-29"],
    ["2028-01-30", "P1M", "2028-02-29"],
    ["2026-03-31", "P1M", "2026-04-30"],
    ["2026-02-28", "P1M", "2026-03-28"],
    ["2028-02-29", "P1M", "2028-03-29"],
    ["2028-02-29", "P1Y", "2029-02-28"],
    ["2027-02-28", "P1Y", "2028-02-28"],
    ["2026-11-30", "P3M", "2027-02-28"],
    ["2026-12-31", "P1M", "2027-01-31"],
    ["2026-01-01", "P45D", "2026-02-15"],
    ["2028-02-20", "P15D", "2028-03-06"],
  ])("%s + %s ends %s", (start, duration, end) => {
    expect(lastDay(start, { duration }, "plain")).toBe(end);
  });

  test("the time of day of the receipt does not matter, and the last day is whole", () => {
    const ending = endOf({
      start: at("2026-01-31T23:59:59.999Z"),
      period: { duration: "P1M" },
      counting: "plain",
    });
    expect(ending).toEqual({ lastDay: "2026-02-28", end: at("2026-03-01T00:00:00.000Z") });
  });

  test("base and extension are added up first: 31 January plus three months is 30 April, not the 28th", () => {
    const three = addUp([{ duration: "P1M" }, { duration: "P2M" }]);
    expect(lastDay("2026-01-31", three, "plain")).toBe("2026-04-30");
    expect(addUp([{ businessDays: 3 }, { businessDays: 20 }])).toEqual({ businessDays: 23 });
    expect(() => addUp([{ businessDays: 3 }, { duration: "P1M" }])).toThrow();
  });
});

describe("Regulation 1182/71", () => {
  // Easter 2026: Good Friday 3 April, Easter Monday 6 April.
  const easter = ["2026-04-03", "2026-04-06"];
  test.each([
    ["a Saturday moves to Monday", "2026-01-28", "P1M", [], "2026-03-02"],
    ["a Sunday moves to Monday", "2026-02-01", "P1M", [], "2026-03-02"],
    ["a working day stays", "2026-01-27", "P1M", [], "2026-02-27"],
    ["a holiday moves past the weekend and the next holiday", "2026-03-03", "P1M", easter, "2026-04-07"],
    ["the year's turn", "2026-11-25", "P1M", ["2026-12-25", "2026-12-26", "2027-01-01"], "2026-12-28"],
    ["two days hold two working days", "2026-04-02", "P2D", easter, "2026-04-08"],
    ["one day need not", "2026-04-01", "P1D", easter, "2026-04-02"],
  ])("%s", (_name, start, duration, holidays, end) => {
    expect(lastDay(start, { duration }, "eu", holidays)).toBe(end);
  });

  test("the hour of the event does not count, and hours do not move", () => {
    const period = { duration: "PT72H" };
    const start = at("2026-04-02T10:20:00Z");
    expect(endOf({ start, period, counting: "eu" }).end).toEqual(at("2026-04-05T11:00:00Z"));
    expect(endOf({ start, period, counting: "plain" }).end).toEqual(at("2026-04-05T10:20:00Z"));
  });

  test("is never before the plain end, and ends on a working day", () => {
    for (let n = 0; n < 1461; n += 1) {
      const start = new Date(Date.UTC(2026, 0, 1 + n));
      for (const duration of ["P1M", "P3M", "P45D", "P2D"]) {
        const eu = endOf({ start, period: { duration }, counting: "eu" });
        const plain = endOf({ start, period: { duration }, counting: "plain" });
        expect(eu.end >= plain.end).toBe(true);
        expect(isWorkingDay(dateOf(eu.lastDay), new Set())).toBe(true);
      }
    }
  });
});

describe("business days", () => {
  test.each([
    ["2026-11-25", 1, [], "2026-11-26"],
    ["2026-11-27", 1, [], "2026-11-30"],
    ["2026-11-28", 1, [], "2026-11-30"],
    ["2026-11-25", 10, ["2026-11-26"], "2026-12-10"],
    ["2026-12-18", 15, ["2026-12-25", "2027-01-01"], "2027-01-12"],
    ["2028-02-25", 3, [], "2028-03-01"],
  ])("%s + %i", (start, count, holidays, end) => {
    expect(addBusinessDays(dateOf(start), count, new Set(holidays))).toEqual(dateOf(end));
  });

  test("a count that is none, and a list of holidays without end, are refused", () => {
    expect(() => addBusinessDays(dateOf("2026-11-25"), 0, new Set())).toThrow();
    expect(() => addBusinessDays(dateOf("2026-11-25"), 1.5, new Set())).toThrow();
    const all = new Set(
      Array.from({ length: 90 }, (_, n) => new Date(Date.UTC(2026, 10, 20 + n)).toISOString().slice(0, 10)),
    );
    expect(() => addBusinessDays(dateOf("2026-11-25"), 1, all)).toThrow("more than 40 holidays in a row");
  });
});

describe("whether a promise can be later than the law", () => {
  test.each([
    ["P30D", "P1M", "sometimes"],
    ["P28D", "P1M", "never"],
    ["P1M", "P30D", "sometimes"],
    ["P45D", "P1M", "always"],
    ["P1M", "P45D", "never"],
    ["P1M", "P1M", "never"],
    ["P1Y", "P365D", "sometimes"],
  ])("%s against %s: %s", (promised, lawful, answer) => {
    expect(laterThan({ duration: promised }, { duration: lawful })).toBe(answer);
  });

  test("30 days against 15 business days", () => {
    expect(laterThan({ duration: "P30D" }, { businessDays: 15 })).toBe("always");
    expect(laterThan({ duration: "P15D" }, { businessDays: 15 })).toBe("never");
  });

  test("agrees with plain arithmetic, day by day", () => {
    const month = { years: 0, months: 1, days: 0, seconds: 0 };
    let later = 0;
    for (let n = 0; n < 1461; n += 1) {
      const start = new Date(Date.UTC(2024, 0, 1 + n));
      if (start.getTime() + 30 * 86_400_000 > plus(start, month).getTime()) later += 1;
    }
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThan(1461);
  });
});
