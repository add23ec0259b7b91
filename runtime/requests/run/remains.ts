/** What is left of a person where an erasure is not done, as its results and notes say it. */
import { againInWords } from "./refusal.ts";
import type { ResultLine } from "./run.ts";

export function notesOfRemains(results: readonly ResultLine[]): string[] {
  const rows = results.reduce((n, r) => n + r.rows, 0);
  const again = againInWords(results);
  return [
    `not done: ${rows} rows remain; once the cause is gone, run the same request again: it goes on from here`,
    ...(again === null ? [] : [again]),
  ];
}

/** What a step left, and nobody finds any more when it is looked for, is gone by now. */
export const stillLeft = (
  failed: readonly ResultLine[],
  remains: readonly Pick<ResultLine, "store" | "collection">[],
): readonly ResultLine[] =>
  failed.filter(
    (f) =>
      f.result !== "partial" || remains.some((r) => r.store === f.store && r.collection === f.collection),
  );

export function mergeFailures(remains: readonly ResultLine[], failed: readonly ResultLine[]): ResultLine[] {
  const at = (r: ResultLine): string => `${r.store}.${r.collection}`;
  const reasons = new Map(failed.map((f) => [at(f), f]));
  const merged = remains.map((r) => ({ ...r, ...reasons.get(at(r)), rows: r.rows }));
  const named = new Set(remains.map(at));
  return [...merged, ...failed.filter((f) => !named.has(at(f)))];
}
