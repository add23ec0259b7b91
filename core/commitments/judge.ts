/** What the judgements of several kinds have in common. */
import type { Collection, DataMap } from "../datamap/model.ts";
import type { Basis, Evidence, Judgement, Reading, Verdict } from "./proof.ts";

const DAY_MS = 86_400_000;

interface Said {
  readonly verdict: Verdict;
  readonly basis: Basis | null;
  readonly reason: string;
  readonly examined?: number | null;
  readonly population?: number | null;
  readonly evidence?: readonly Evidence[];
  readonly freshForMs?: number | null;
}

export const judged = (said: Said): Judgement => ({
  examined: null,
  population: null,
  evidence: [],
  freshForMs: said.verdict === "unproven" ? null : DAY_MS,
  ...said,
});

export const unproven = (reason: string): Judgement => judged({ verdict: "unproven", basis: null, reason });

/** What could not be looked at: a promise is never kept on that. */
export function failures(readings: readonly Reading[]): string[] {
  return [...new Set(readings.flatMap((r) => (r.reading === "failed" ? [r.reason] : [])))];
}

export const collectionsOf = (map: DataMap, classes: readonly string[]): Collection[] =>
  map.stores
    .flatMap((s) => s.collections)
    .filter((c) => classes.includes("all") || classes.includes(c.class));

export const isPersonal = (c: Collection): boolean => c.fields.some((f) => f.category !== "system");

export const plural = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;
