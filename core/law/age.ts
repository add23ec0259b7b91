/** Below which age a guardian decides. Format: spec/law.md. */
import { AGES, type AgeRow } from "./ages.table.ts";
import { placesAround } from "./jurisdiction.ts";
import { dayOf, type Found, rowsOn } from "./row.ts";

/**
 * The age of the nearest place that sets one: a member state's choice goes before the 16 years of the GDPR. Null where the table
 * knows none; then a service treats every minor as too young, or asks somebody who knows.
 */
export function consentAge(place: string, on: Date, what: AgeRow["for"] = "consent"): Found<AgeRow> | null {
  for (const near of placesAround(place, on)) {
    const [row] = rowsOn(AGES, on, (age) => age.in === near && age.for === what);
    if (row !== undefined) return row;
  }
  return null;
}

/** Full years on a day. Who was born on 29 February is a year older on 1 March of other years: the later, careful reading. */
export function ageOn(born: Date, on: Date): number {
  const years = on.getUTCFullYear() - born.getUTCFullYear();
  return dayOf(on).slice(5) < dayOf(born).slice(5) ? years - 1 : years;
}
