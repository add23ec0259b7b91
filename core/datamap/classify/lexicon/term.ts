/**
 * A row of the lexicon: terms, and what the name of a field says that holds one of them. A term is one or more words; those in scripts
 * without blanks match anywhere.
 */
export type Strength =
  /** Personal wherever it stands. */
  | "sure"
  /** Personal wherever it stands, but shops and firms have it as well. */
  | "likely"
  /** Says something about a person only in a collection that is about persons. */
  | "person"
  /** As `person`, and not worth much. */
  | "weak";

export interface Term {
  readonly category: string;
  readonly strength: Strength;
  /** Families of types in which the term means this: t text, n number, d date, b boolean. */
  readonly types: string;
  readonly terms: string;
}

export const row = (category: string, strength: Strength, types: string, terms: string): Term => ({
  category,
  strength,
  types,
  terms,
});
