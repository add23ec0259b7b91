import type { Match } from "./contract.ts";

export const TUPLES_PER_STATEMENT = 50_000;

/** A match with more keys than one statement should carry, as several that meet the same rows, none of them twice. */
export function chunks(where: Match): readonly Match[] {
  if (where.tuples.length <= TUPLES_PER_STATEMENT) return [where];
  // A key that stands twice would be counted once per chunk.
  const tuples = [...new Map(where.tuples.map((tuple) => [JSON.stringify(tuple), tuple])).values()];
  const count = Math.ceil(tuples.length / TUPLES_PER_STATEMENT);
  return Array.from({ length: count }, (_, i) => ({
    ...where,
    tuples: tuples.slice(i * TUPLES_PER_STATEMENT, (i + 1) * TUPLES_PER_STATEMENT),
  }));
}
