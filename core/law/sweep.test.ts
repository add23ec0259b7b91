/** What holds of every answer, asked for all places and rights on many days, with the days drawn from a printed seed. */
import { describe, expect, test } from "vitest";
import {
  adequate,
  breachClock,
  consentAge,
  deadlineFor,
  jurisdictionCodes,
  placesAround,
  RIGHTS,
  regimesOf,
} from "./index.ts";
import { dayOf, holdsOn } from "./row.ts";

const SEED = 20261125;

/** Mulberry32: small, and the same everywhere. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const next = random(SEED);
const START = Date.UTC(2015, 0, 1);
const dates = Array.from({ length: 6 }, () => new Date(START + Math.floor(next() * 5500) * 86_400_000));
const codes = jurisdictionCodes();
const pick = (): string => codes[Math.floor(next() * codes.length)] ?? "EU";

describe(`seed ${SEED}`, () => {
  test("a deadline's row holds on the day, gives the right, has a source, and the strictest is the first to end", () => {
    let numbered = 0;
    for (const on of dates)
      for (const code of codes)
        for (const right of RIGHTS) {
          const asked = deadlineFor({ right, jurisdictions: [code], on });
          const all = [...asked.strictest, ...asked.others];
          numbered += all.length;
          for (const due of all) {
            expect(holdsOn(due.row, dayOf(on)) && due.row.rights.includes(right)).toBe(true);
            expect(due.row.source.length).toBeGreaterThan(10);
            expect(due.end > on && due.end >= (asked.strictest[0]?.end ?? due.end)).toBe(true);
            if (due.extended !== null) expect(due.extended.end > due.end).toBe(true);
          }
          expect(asked.unknown.length === 0).toBe(all.length + asked.unnumbered.length > 0);
        }
    expect(numbered).toBeGreaterThan(500);
  });

  test("one more place never makes the strictest deadline later, nor a breach clock", () => {
    for (let n = 0; n < 400; n += 1) {
      const on = dates[n % dates.length] ?? new Date(START);
      const right = RIGHTS[n % RIGHTS.length] ?? "access";
      const places = [pick(), pick()];
      const more = [...places, pick()];
      const end = (jurisdictions: readonly string[]): number =>
        deadlineFor({ right, jurisdictions, on }).strictest[0]?.end.getTime() ?? Number.POSITIVE_INFINITY;
      expect(end(more), `${right} in ${more.join(", ")} on ${dayOf(on)}`).toBeLessThanOrEqual(end(places));
      const clock = (jurisdictions: readonly string[]): number =>
        breachClock({ who: "authority", jurisdictions, on }).strictest[0]?.end.getTime() ??
        Number.POSITIVE_INFINITY;
      expect(clock(more), `${more.join(", ")} on ${dayOf(on)}`).toBeLessThanOrEqual(clock(places));
    }
  });

  test("laws and ages come from the place or from what it lies in, and adequacy has an exporter that restricts", () => {
    for (const on of dates)
      for (const code of codes) {
        const around = placesAround(code, on);
        for (const regime of regimesOf(code, on)) expect(around).toContain(regime.in);
        const age = consentAge(code, on);
        if (age !== null) expect(around).toContain(age.in);
        const answer = adequate({ from: code, to: pick(), on });
        if (answer.kind === "adequate" || answer.kind === "only") {
          expect(around).toContain(answer.row.exporter);
          expect(holdsOn(answer.row, dayOf(on))).toBe(true);
        }
      }
  });
});
