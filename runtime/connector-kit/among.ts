import type { Match, OldestQuery } from "./contract.ts";
import { malformed } from "./refused.ts";

/** The rows that `oldest` is to look among; null: all. Parts of a collection, and keys, are asked for of all rows alone. */
export function among({ collection, anyOf, window, keys }: OldestQuery): readonly Match[] | null {
  if (anyOf === undefined) return null;
  if (window === undefined && keys === undefined) return anyOf;
  throw malformed(
    `the oldest of some rows of \`${collection}\` goes with no window and no keys: leave out \`anyOf\``,
  );
}
