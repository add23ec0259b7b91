/**
 * What one run may cost a store (spec/checks.md). Each look is priced before it is asked (`estimate`, which runs nothing); what does not fit
 * is read in windows over several runs, and what can not be read in windows is not asked at all.
 */
import type { Look } from "../../connector-kit/contract.ts";

/** For one store and one run. */
export interface Budget {
  readonly bytes: number;
  readonly rows: number;
  readonly seconds: number;
  /** How long a window that was read speaks for its rows. */
  readonly freshMs: number;
}

const DAY_MS = 86_400_000;

/** A table of ten million short rows fits; it takes a server of today a few seconds. */
export const BUDGET: Budget = {
  bytes: 4_000_000_000,
  rows: 50_000_000,
  seconds: 120,
  freshMs: 7 * DAY_MS,
};

/** A look's part of what is left for windows. */
export interface Share {
  readonly rows: number;
  readonly ms: number;
  /** What one row costs to read. */
  readonly rowBytes: number;
  readonly key: readonly string[];
  /** As many as the store believes that there are. */
  readonly population: number;
  readonly freshMs: number;
  readonly why: string;
}

/** How a look may be taken. */
export type Allowance =
  | {
      readonly how: "whole";
      readonly look: Look;
      readonly bytes: number;
      readonly timeoutMs: number;
      /** When it takes longer than it may after all. */
      readonly instead: Share | null;
    }
  | { readonly how: "windows"; readonly share: Share }
  | { readonly how: "not at all"; readonly reason: string };

/** What was read, as far as plans and windows tell. */
export interface Spent {
  rows: number;
  bytes: number;
}

/** What a run reads beside its looks, by store: as much again (beside.ts). */
export interface Beside {
  readonly budget: Budget;
  readonly perStore: Map<string, Spent>;
}
