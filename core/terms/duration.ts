/**
 * Calendar durations as policies write them: ISO 8601 (`P2Y`, `P30D`, `PT15M`), kept as parts because a year is not a number of
 * milliseconds. Arithmetic is in UTC; 31 January + 1 month is the last day of February (as PostgreSQL does it).
 */
export interface Duration {
  readonly years: number;
  readonly months: number;
  readonly days: number;
  readonly seconds: number;
}

const PATTERN =
  /^P(?=.)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Null when the text is no ISO 8601 duration, or longer than a thousand years. */
export function parseDuration(text: string): Duration | null {
  const m = PATTERN.exec(text);
  if (m === null) return null;
  const n = (i: number): number => Number(m[i] ?? "0");
  const duration = {
    years: n(1),
    months: n(2),
    days: n(3) * 7 + n(4),
    seconds: n(5) * 3600 + n(6) * 60 + n(7),
  };
  return approximateMs(duration) > 1000 * 366 * DAY_MS ? null : duration;
}

const DAY_MS = 86_400_000;

/** For ordering and display only: months count 30.44 days. */
export function approximateMs(d: Duration): number {
  return (d.years * 365.2425 + d.months * 30.436875 + d.days) * DAY_MS + d.seconds * 1000;
}

function shift(at: Date, d: Duration, sign: 1 | -1): Date {
  const month = at.getUTCMonth() + sign * (d.years * 12 + d.months);
  const day = at.getUTCDate();
  const lastDay = new Date(Date.UTC(at.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const date = Date.UTC(
    at.getUTCFullYear(),
    month,
    Math.min(day, lastDay),
    at.getUTCHours(),
    at.getUTCMinutes(),
    at.getUTCSeconds(),
    at.getUTCMilliseconds(),
  );
  return new Date(date + sign * (d.days * DAY_MS + d.seconds * 1000));
}

export const plus = (at: Date, d: Duration): Date => shift(at, d, 1);
export const minus = (at: Date, d: Duration): Date => shift(at, d, -1);

/** `P2Y` → `2 years`; for people. */
export function inWords(d: Duration): string {
  const hours = Math.floor(d.seconds / 3600);
  const minutes = Math.floor((d.seconds % 3600) / 60);
  const parts: readonly (readonly [number, string])[] = [
    [d.years, "year"],
    [d.months, "month"],
    [d.days, "day"],
    [hours, "hour"],
    [minutes, "minute"],
    [d.seconds % 60, "second"],
  ];
  const said = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}${n === 1 ? "" : "s"}`);
  return said.length === 0 ? "no time" : said.join(" ");
}
