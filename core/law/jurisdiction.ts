/** Places, what they lie in, and which laws apply in them. Format: spec/law.md. */
import { AUTHORITIES, type AuthorityRow } from "./authorities.table.ts";
import { JURISDICTIONS, type Jurisdiction } from "./jurisdictions.table.ts";
import { REGIMES, type RegimeRow } from "./regimes.table.ts";
import { cite, dayOf, type Found, holdsOn, rowsOn } from "./row.ts";

const byCode: ReadonlyMap<string, Jurisdiction> = new Map(JURISDICTIONS.map((j) => [j.code, j]));

/** The place of a code such as `DE`, `US-CA` or `EU`; null when the table has none. */
export const jurisdiction = (code: string): Jurisdiction | null => byCode.get(code) ?? null;

/** Other names in use, small letters. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["uk", "GB"],
  ["great britain", "GB"],
  ["usa", "US"],
  ["united states of america", "US"],
  ["south korea", "KR"],
  ["mainland china", "CN"],
  ["czech republic", "CZ"],
  ["hong kong sar", "HK"],
]);

const byName: ReadonlyMap<string, Jurisdiction> = new Map(
  JURISDICTIONS.flatMap((j) => [j.code, j.name, j.nameZh].map((name) => [name.toLowerCase(), j] as const)),
);

/** The place that a policy names by code or by name, in English or Chinese; null when the table knows no such place. */
export function placeNamed(text: string): Jurisdiction | null {
  const name = text.trim().toLowerCase();
  return byCode.get(ALIASES.get(name) ?? "") ?? byName.get(name) ?? null;
}

export const jurisdictionCodes = (): readonly string[] => JURISDICTIONS.map((j) => j.code);

/** The place and all that it lies in on a day, the nearest first; empty for an unknown code. */
export function placesAround(code: string, on: Date): readonly string[] {
  const day = dayOf(on);
  const around: string[] = [];
  let level: readonly string[] = byCode.has(code) ? [code] : [];
  while (level.length > 0 && around.length < byCode.size) {
    around.push(...level);
    level = level
      .flatMap((c) => byCode.get(c)?.in ?? [])
      .filter((parent) => holdsOn({ from: "0000-01-01", ...parent }, day))
      .map((parent) => parent.code);
  }
  return [...new Set(around)];
}

/** Whether the first place is the second or lies in it: `DE` in `EU`, `US-CA` in `US`. */
export const within = (inner: string, outer: string, on: Date): boolean =>
  placesAround(inner, on).includes(outer);

/** The laws on personal data that can apply to a person in a place. Whether a controller is above their thresholds is not looked at. */
export function regimesOf(code: string, on: Date): readonly Found<RegimeRow>[] {
  const around = placesAround(code, on);
  return rowsOn(REGIMES, on, (row) => around.includes(row.in));
}

/** To whom a person in a place may complain: the authority of the nearest place that has one; null where the table knows none. */
export function authorityOf(code: string, on: Date): Found<AuthorityRow> | null {
  const day = dayOf(on);
  for (const near of placesAround(code, on)) {
    const row = AUTHORITIES.find((a) => a.in === near && holdsOn(a, day));
    if (row !== undefined) return cite(row);
  }
  return null;
}
