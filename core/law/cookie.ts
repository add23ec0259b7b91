/** What is asked of a person before a cookie is set, and which browser signals count. Format: spec/law.md. */
import { COOKIES, type CookieRow, type CookieUse, SIGNALS, type SignalRow } from "./cookies.table.ts";
import { placesAround, regimesOf } from "./jurisdiction.ts";
import { type Found, rowsOn } from "./row.ts";

export interface CookieAnswer {
  /** The most that a law of the places asks; `unknown` where none of them is in the table. */
  readonly ask: "consent" | "notice" | "nothing" | "unknown";
  /** The rows that ask it. */
  readonly rows: readonly Found<CookieRow>[];
  readonly unknown: readonly string[];
}

export function cookieConsent(cookie: {
  readonly use: CookieUse;
  readonly jurisdictions: readonly string[];
  readonly on: Date;
}): CookieAnswer {
  const { use, jurisdictions, on } = cookie;
  const unknown = jurisdictions.filter((place) => cookieRows(place, on).length === 0);
  const rows = jurisdictions.flatMap((place) => cookieRows(place, on));
  const asking = rows.filter((row) => !row.value.free.includes(use));
  const consent = asking.filter((row) => row.value.ask === "consent");
  if (consent.length > 0) return { ask: "consent", rows: unique(consent), unknown };
  if (asking.length > 0) return { ask: "notice", rows: unique(asking), unknown };
  return { ask: rows.length > 0 ? "nothing" : "unknown", rows: [], unknown };
}

/** The signals of a browser that a law of the place has a company honour, with what they stop. */
export function signalsIn(place: string, on: Date): readonly Found<SignalRow>[] {
  const regimes = new Set(regimesOf(place, on).map((r) => r.regime));
  return rowsOn(SIGNALS, on, (row) => regimes.has(row.regime));
}

function cookieRows(place: string, on: Date): readonly Found<CookieRow>[] {
  const around = placesAround(place, on);
  const regimes = new Set(regimesOf(place, on).map((r) => r.regime));
  return rowsOn(COOKIES, on, (row) =>
    row.in === undefined ? regimes.has(row.regime) : around.includes(row.in),
  );
}

const unique = (rows: readonly Found<CookieRow>[]): readonly Found<CookieRow>[] => [
  ...new Map(rows.map((row) => [row.cited, row])).values(),
];
