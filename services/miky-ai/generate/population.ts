/**
 * Who the people are, before anything happens to them. Everything here follows from seed and index alone, so the history of one
 * person can refer to any other without keeping them in memory.
 */
import { type Random, random } from "./random.ts";

export const DAY_MS = 86_400_000;
const MONTH_DAYS = 30.4;
/** How far back the product goes. */
const AGE_DAYS = 6 * 365;

/** Of everything that has a retention period, the generator stays well inside: days before `now`. */
export const WINDOW_DAYS = {
  conversations: 2 * 365 - 3,
  support: 3 * 365 - 3,
  views: Math.floor(11 * MONTH_DAYS),
  sources: 2 * 365 - 3,
  endedSubscriptions: 365 - 3,
} as const;

export interface Base {
  readonly index: number;
  readonly id: string;
  readonly createdMs: number;
  /** Closed accounts are husks, as an erasure leaves them. */
  readonly closedMs: number | null;
  /** Index of the person who brought them, always an earlier one; -1 for nobody. */
  readonly referrer: number;
}

export interface Population {
  readonly people: number;
  readonly seed: number;
  readonly nowMs: number;
  base(index: number): Base;
  /** A stream of its own for each purpose. */
  stream(purpose: keyof typeof PURPOSES, index: number): Random;
}

const PURPOSES = { base: 1, profile: 2, money: 3, talk: 4, traces: 5, pair: 6, answers: 7 } as const;

export function population(people: number, seed: number, now: Date): Population {
  const nowMs = now.getTime();
  const stream = (purpose: keyof typeof PURPOSES, index: number): Random =>
    random(seed, PURPOSES[purpose], index);
  const base = (index: number): Base => {
    const r = stream("base", index);
    const id = r.uuid();
    // Growth: more people came lately. The power keeps the order of indexes the order of sign-ups.
    const age = (1 - (index + r.next()) / people) ** 1.6 * AGE_DAYS;
    const createdMs = Math.floor(nowMs - 3_600_000 - age * DAY_MS);
    const referrer = index > 0 && r.chance(0.35) ? Math.floor(index * r.next() ** 2) : -1;
    const lifeDays = 30 + r.next() * Math.max(0, age - 31);
    const closes = age > 60 && index !== HEAVY_INDEX && r.chance(0.04);
    return {
      index,
      id,
      createdMs,
      closedMs: closes ? Math.floor(createdMs + lifeDays * DAY_MS) : null,
      referrer,
    };
  };
  return { people, seed, nowMs, base, stream };
}

/** One person always has more than ten thousand messages: the long tail has an end to test against. */
export const HEAVY_INDEX = 42;

const days = new Map<number, string>();
const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, "0"));

/** As `toISOString`, to the second; a third of the generator's time went there until days were kept. */
export function iso(ms: number): string {
  const day = Math.floor(ms / DAY_MS);
  let date = days.get(day);
  if (date === undefined) {
    date = new Date(day * DAY_MS).toISOString().slice(0, 11);
    days.set(day, date);
  }
  const s = Math.floor((ms - day * DAY_MS) / 1000);
  return `${date}${two[Math.floor(s / 3600)]}:${two[Math.floor(s / 60) % 60]}:${two[s % 60]}Z`;
}

/** Where people came from is not kept as long as they are. */
export const keepsSource = (world: Population, who: Base): boolean =>
  who.createdMs >= world.nowMs - WINDOW_DAYS.sources * DAY_MS;

/** A moment between two others, not before `floorDays` before now. */
export function moment(r: Random, fromMs: number, toMs: number): number {
  return Math.floor(fromMs + r.next() * Math.max(0, toMs - fromMs));
}
