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
