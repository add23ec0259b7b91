/**
 * How a promise is looked at, as data. A kind asks for measures; `runtime/checks/measures` carries each out within its budget and
 * answers with a reading; the kind judges. Neither side knows the other's insides.
 */
export type Verdict = "kept" | "broken" | "unproven" | "attested" | "not applicable";
export type Basis = "enforced" | "exact" | "sampled" | "drill" | "document";
export type Look = "metadata" | "index" | "sample" | "scan";

export type Measure =
  /** Every live collection and field beside the map. */
  | { readonly measure: "schema"; readonly look: "metadata" }
  /** Rows of a collection older than a moment, by an anchor field. */
  | {
      readonly measure: "age";
      readonly look: "index" | "scan";
      readonly store: string;
      readonly collection: string;
      readonly field: string;
      readonly before: Date;
    }
  /** Values that look like something: the detector's coarse pattern in the store, its checksum here. */
  | {
      readonly measure: "values";
      readonly look: "scan" | "sample";
      readonly detectors: readonly string[];
      readonly store: string;
      readonly collection: string;
      /** Empty: every field that the store has, whether the map knows it or not. */
      readonly fields: readonly string[];
      readonly rowsMax: number;
    }
  /** The distinct values of a field. */
  | {
      readonly measure: "distinct";
      readonly look: "scan";
      readonly store: string;
      readonly collection: string;
      readonly field: string;
    }
  /** The last drill of a right: a canary person taken through it, end to end. */
  | { readonly measure: "drill"; readonly look: "metadata"; readonly right: string }
  /** Open requests of a right that are past their deadline. */
  | { readonly measure: "overdue"; readonly look: "metadata"; readonly right: string }
  /** Whether a request could be carried out at all: the map beside what the stores declare. */
  | { readonly measure: "feasible"; readonly look: "metadata" };

export interface LiveField {
  readonly store: string;
  readonly collection: string;
  readonly field: string;
  readonly type: string;
}

export type Reading =
  | {
      readonly reading: "schema";
      readonly unmapped: readonly LiveField[];
      readonly missing: readonly LiveField[];
      readonly fields: number;
      /** Stores that could not be looked at: of the others this tells. */
      readonly away?: readonly Away[];
    }
  | {
      readonly reading: "age";
      readonly oldest: string | null;
      readonly before: number;
      readonly undated: number;
      readonly rows: number;
      readonly evidence: readonly Evidence[];
      readonly rolling?: Rolling;
    }
  | {
      readonly reading: "values";
      readonly examined: number;
      readonly population: number;
      readonly partial: boolean;
      readonly found: number;
      readonly evidence: readonly Evidence[];
      readonly rolling?: Rolling;
    }
  | {
      readonly reading: "distinct";
      readonly values: readonly { readonly value: string | null; readonly rows: number }[];
      readonly rows: number;
      readonly rolling?: Rolling;
    }
  | {
      readonly reading: "drill";
      readonly at: string | null;
      readonly passed: boolean;
      readonly detail: string;
      readonly freshForMs: number;
      /** It was carried out under the map and the reasons to keep that hold now. */
      readonly current: boolean;
    }
  | {
      readonly reading: "overdue";
      readonly open: number;
      /** Of the open ones: until somebody approves them, nothing happens. */
      readonly waiting: number;
      readonly overdue: number;
      readonly closed: number;
    }
  /** Why every request would be refused; empty: none would. */
  | { readonly reading: "feasible"; readonly faults: readonly string[] }
  /** It could not be looked at; a promise is never kept on that. */
  | {
      readonly reading: "failed";
      readonly reason: string;
      /** The store that nobody could reach or enter, where that is the reason. */
      readonly unreachable?: string;
    };

/**
 * A collection that is too large for one look is read in windows, over several runs. What a window showed stands until it is read again; it
 * speaks for its rows as long as a look holds. Only when all windows do is the collection looked at.
 */
export interface Rolling {
  readonly store: string;
  readonly collection: string;
  /** Rows of the windows that speak now, and all rows, as far as is known. */
  readonly examined: number;
  readonly population: number;
  /** Every window speaks. */
  readonly complete: boolean;
  /** When the one of them was read that was read first (ISO 8601); null: none speaks. */
  readonly since: string | null;
  /** Until the first of them is too old. */
  readonly holdsMs: number;
  /** Why it is read in parts. */
  readonly why: string;
}

export interface Away {
  readonly store: string;
  readonly reason: string;
  /** The store again, when nobody could reach or enter it. */
  readonly unreachable?: string;
}

/** Never holds a value of a person: collections, fields, counts, dates, and row keys under a keyed hash. */
export interface Evidence {
  readonly what: string;
  readonly store?: string;
  readonly collection?: string;
  readonly field?: string;
  readonly rows?: number;
  /** Keyed hash of a row's key: whoever may read the store can find the row again, nobody else can. */
  readonly locator?: string;
}

export interface Judgement {
  readonly verdict: Verdict;
  readonly basis: Basis | null;
  readonly examined: number | null;
  readonly population: number | null;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** How long the verdict holds; null when there is nothing to hold. */
  readonly freshForMs: number | null;
}

/** From worst to best: a promise is as good as the worst of its commitments. `not applicable` never speaks for the others. */
export const WORST_FIRST: readonly Verdict[] = ["broken", "unproven", "attested", "kept", "not applicable"];

export function worstOf(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find((v) => verdicts.includes(v)) ?? "unproven";
}
