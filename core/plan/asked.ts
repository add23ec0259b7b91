/** What a request says beside the person and the right (spec/rights.md). */
import type { Scope } from "./scope.ts";

/** One `--set`: `collection.field`, `store/collection.field` or a category, and the value that is right. */
export interface Correction {
  readonly field: string;
  readonly value: string;
}

export interface Asked {
  readonly scope: Scope | null;
  readonly set: readonly Correction[];
  /** Ends a restriction instead of beginning one. */
  readonly lift: boolean;
}

export const NOTHING_MORE: Asked = { scope: null, set: [], lift: false };

/** The same for all that say the same, in whatever order and however often. No two of `set` are about one field. */
export function oneOrder({ scope, set, lift }: Asked): Asked {
  return {
    scope:
      scope === null
        ? null
        : {
            categories: sorted(scope.categories),
            products: sorted(scope.products),
            since: scope.since,
            until: scope.until,
          },
    set: set
      .map(({ field, value }) => ({ field, value }))
      .toSorted((a, b) => compare(a.field, b.field) || compare(a.value, b.value)),
    lift,
  };
}

const sorted = (all: readonly string[]): string[] => [...new Set(all)].sort(compare);
/** By code units: no locale has a say. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
