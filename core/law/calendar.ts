/**
 * When a period of the law ends; see spec/law.md, "Calendar". Days are calendar days in UTC: the caller decides in whose time zone a
 * request came in and hands in that day. Two ways to count:
 *
 * - `eu`: Regulation (EEC, Euratom) No 1182/71, Art. 3. The day (or hour) of the event does not count; a period of months or years ends on the
 *   day of the same number, or on the last of the month where there is none; an end on a Saturday, Sunday or holiday moves to the next
 *   working day; a period of two days or more holds at least two working days. Hours do not move.
 * - `plain`: the same without any moving, for laws whose own rule is not in the table: the earlier end is the safe one.
 */
import { assert, must } from "../terms/assert.ts";
import { type Duration, parseDuration, plus } from "../terms/duration.ts";
import { type Day, dateOf, dayOf } from "./row.ts";

/** An ISO 8601 duration, or a number of business days. */
export type Period = { readonly duration: string } | { readonly businessDays: number };
export type Counting = "eu" | "plain";
/** Public holidays of the place, which the caller knows. Saturdays and Sundays need not be in it. */
export type Holidays = ReadonlySet<Day>;

export interface Ending {
  /** The last day of the period. */
  readonly lastDay: Day;
  /** The first moment after it. */
  readonly end: Date;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** More free days in a row than any calendar has: a list of holidays beyond it is wrong. */
const FREE_DAYS_MAX = 40;
const BUSINESS_DAYS_MAX = 1000;

const nextDay = (at: Date): Date => new Date(at.getTime() + DAY_MS);

export function isWorkingDay(at: Date, holidays: Holidays): boolean {
  const weekday = at.getUTCDay();
  if (weekday === 0 || weekday === 6) return false;
  return holidays.size === 0 || !holidays.has(dayOf(at));
}

/** The day itself when it is a working day, else the next one. */
function workingDayFrom(at: Date, holidays: Holidays): Date {
  let day = at;
  for (let n = 0; n <= FREE_DAYS_MAX; n += 1) {
    if (isWorkingDay(day, holidays)) return day;
    day = nextDay(day);
  }
  throw new RangeError(`more than ${FREE_DAYS_MAX} holidays in a row after \`${dayOf(at)}\``);
}

/** The n-th working day after a day, which itself does not count. */
export function addBusinessDays(start: Date, count: number, holidays: Holidays): Date {
  assert(Number.isInteger(count) && count > 0 && count <= BUSINESS_DAYS_MAX, "a number of business days");
  let day = dateOf(dayOf(start));
  for (let n = 0; n < count; n += 1) day = workingDayFrom(nextDay(day), holidays);
  return day;
}

/** The longer periods of a law, such as an extension, run from the same start: their parts are added up first. */
export function addUp(periods: readonly Period[]): Period {
  const businessDays = periods.reduce((sum, p) => sum + ("businessDays" in p ? p.businessDays : 0), 0);
  const durations = periods.flatMap((p) => ("duration" in p ? [read(p.duration)] : []));
  assert(businessDays === 0 || durations.length === 0, "business days and calendar time do not add up");
  if (businessDays > 0) return { businessDays };
  const sum = (part: keyof Duration): number => durations.reduce((total, d) => total + d[part], 0);
  const date = `P${sum("years")}Y${sum("months")}M${sum("days")}D`;
  return { duration: sum("seconds") === 0 ? date : `${date}T${sum("seconds")}S` };
}

const read = (duration: string): Duration => must(parseDuration(duration), `a duration: ${duration}`);

/** When a period that an event starts is over. */
export function endOf(options: {
  readonly start: Date;
  readonly period: Period;
  readonly counting: Counting;
  readonly holidays?: Holidays;
}): Ending {
  const { start, period, counting, holidays = new Set() } = options;
  if ("businessDays" in period) return wholeDay(addBusinessDays(start, period.businessDays, holidays));
  const duration = read(period.duration);
  if (duration.seconds > 0) return hours(start, duration, counting);
  const startDay = dateOf(dayOf(start));
  const last = plus(startDay, duration);
  if (counting === "plain") return wholeDay(last);
  const worked = workingDayFrom(last, holidays);
  const longEnough = last.getTime() - startDay.getTime() >= 2 * DAY_MS;
  return wholeDay(longEnough ? withTwoWorkingDays(startDay, worked, holidays) : worked);
}

function withTwoWorkingDays(startDay: Date, last: Date, holidays: Holidays): Date {
  const second = addBusinessDays(startDay, 2, holidays);
  return second > last ? second : last;
}

function wholeDay(last: Date): Ending {
  return { lastDay: dayOf(last), end: nextDay(last) };
}

function hours(start: Date, duration: Duration, counting: Counting): Ending {
  const from = counting === "eu" ? new Date((Math.floor(start.getTime() / HOUR_MS) + 1) * HOUR_MS) : start;
  const end = plus(from, duration);
  return { lastDay: dayOf(new Date(end.getTime() - 1)), end };
}

/** Four years hold every length of month and both lengths of year. */
const CYCLE_START = Date.UTC(2024, 0, 1);
const CYCLE_DAYS = 1461;

/**
 * Whether a period, such as one that a policy promises, can end later than another, such as the law's, from the same start: over all
 * days of a four-year cycle, without holidays. 30 days are `sometimes` later than one month: from 31 January they are.
 */
export function laterThan(promised: Period, lawful: Period): "never" | "sometimes" | "always" {
  const ours = plainEnd(promised);
  const theirs = plainEnd(lawful);
  let later = 0;
  for (let n = 0; n < CYCLE_DAYS; n += 1) {
    const start = new Date(CYCLE_START + n * DAY_MS);
    if (ours(start) > theirs(start)) later += 1;
  }
  if (later === 0) return "never";
  return later === CYCLE_DAYS ? "always" : "sometimes";
}

/** The plain end without the texts of days, which would make the cycle above slow: read once, then arithmetic. */
function plainEnd(period: Period): (start: Date) => number {
  const none: Holidays = new Set();
  if ("businessDays" in period)
    return (start) => addBusinessDays(start, period.businessDays, none).getTime() + DAY_MS;
  const duration = read(period.duration);
  const restOfDay = duration.seconds > 0 ? 0 : DAY_MS;
  return (start) => plus(start, duration).getTime() + restOfDay;
}
