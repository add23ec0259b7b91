/** What a capture knows of rows and of the collections that they lie in. */

import type { Collection } from "../datamap/model.ts";
import type { Cells, Tuple } from "./pointing.ts";

/** What a later pass, perhaps of another process, needs to know of a row. */
export interface RememberedRow {
  readonly key: Tuple;
  /** As the row was first seen: this decides what becomes of it, for by and by links are cut that made it the person's. */
  readonly cells: Cells;
  /** Owned rows lead on; rows that only tell about the person, or mention it, do not. */
  readonly reach: Reach;
}

export type Reach = "owned" | "about" | "mention";

export interface CapturedRow extends RememberedRow {
  cells: Cells;
  reach: Reach;
  /** As it is now; null: it was seen before, and is gone. */
  current: Cells | null;
}

/** Rows of an earlier look that are somebody else's by now, by collection, as they were remembered. */
export type Given = ReadonlyMap<string, readonly RememberedRow[]>;

/** Of these, by collection: how many may as well be the person's, under a name that nobody has told of. */
export type Unclear = ReadonlyMap<string, number>;

export interface Captured {
  readonly collection: Collection;
  readonly key: readonly string[];
  readonly fields: readonly string[];
  readonly rows: Map<string, CapturedRow>;
  /** How many of them are the person's. */
  owned: number;
}

/** The key fields of each collection: from the map, else from the store. */
export type Keys = ReadonlyMap<string, readonly string[]>;
