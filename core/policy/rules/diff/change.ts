/** One thing that is otherwise for people, in words. */

/** `fell`: people are worse off. `rose`: better. `neither`: different. */
export type Direction = "rose" | "fell" | "neither";

/** What the controller owes people before the new version binds them; the most of all changes counts. */
export type Owed = "nothing" | "notice" | "consent";

export interface Change {
  /** Which facet of the meaning: `rights`, `retentions`, … or `prose`, `words`, `controller`. */
  readonly about: string;
  readonly direction: Direction;
  readonly owes: Owed;
  /** One plain sentence: what was, and what is. */
  readonly says: string;
  /** Commitments of the old and the new version that it rests on. */
  readonly was: readonly string[];
  readonly is: readonly string[];
}

const ORDER: readonly Owed[] = ["nothing", "notice", "consent"];

export const mostOwed = (changes: readonly Change[]): Owed =>
  ORDER.findLast((owed) => changes.some((c) => c.owes === owed)) ?? "nothing";

export const fell = (about: string, owes: Owed, says: string, places: Places): Change => ({
  about,
  direction: "fell",
  owes,
  says,
  ...idsOf(places),
});
export const rose = (about: string, says: string, places: Places): Change => ({
  about,
  direction: "rose",
  owes: "nothing",
  says,
  ...idsOf(places),
});
export const differs = (about: string, owes: Owed, says: string, places: Places): Change => ({
  about,
  direction: "neither",
  owes,
  says,
  ...idsOf(places),
});

export interface Places {
  readonly was?: readonly string[];
  readonly is?: readonly string[];
}
const idsOf = ({ was = [], is = [] }: Places) => ({ was: [...new Set(was)], is: [...new Set(is)] });
