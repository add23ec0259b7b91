/** Names of keys, by the collection's id. */
export type RowsByKey = ReadonlyMap<string, ReadonlySet<string>>;

/** A legal hold, as a plan obeys it (spec/holds.md). */
export interface Hold {
  readonly id: string;
  /** The commitment of the policy that allows it. */
  readonly commitment: string;
  readonly reason: string;
  /** The day on which somebody has to look at it again. It does not end by itself. */
  readonly review: Date;
  /** Classes of the policy, or `all`. */
  readonly classes: readonly string[];
  /** By collection and key: the hold is on somebody else, and these rows are theirs too. Left out: it is on whoever is erased. */
  readonly rows?: RowsByKey;
  /** Rows that held ones point at by foreign keys that are no links of the map: the store would change or delete these along with them. */
  readonly pointedAt?: RowsByKey;
}
