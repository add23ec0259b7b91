/** What evidence says of rows and people: names, numbers and dates, and a few rows by their locator. */

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

/** Of people with whom something may be wrong a few each, as evidence names them: whether it is wrong depends on the policy's words. */
export interface NamedPeople {
  /** Nothing is on record. */
  readonly without: readonly Evidence[];
  readonly untimely: readonly Evidence[];
  /** By the way that is on record. */
  readonly by: Readonly<Record<string, readonly Evidence[]>>;
}

/** Rows that broke something, by what they hold; null: nothing. It is for whoever names some of them, and goes no further than that. */
export interface Suspects {
  /** What is wrong with them, without a value. */
  readonly what: string;
  readonly store: string;
  readonly collection: string;
  readonly where: Readonly<Record<string, readonly (string | null)[]>>;
}

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
