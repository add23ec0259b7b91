/** The words that a policy declares for itself in its front matter: what its commitments speak of (spec/policy-language.md). */

/** Who may get data: a class of recipients, or one by name that is of a class. */
export interface Recipient {
  readonly name: string | null;
  /** Wider recipient words, all the way up declared; empty: only `anyone` is wider. */
  readonly is: readonly string[];
  /** ISO 3166-1 code of the country that the data goes to; null where nobody said. */
  readonly country: string | null;
}

export interface Words {
  /** Class → Fideslang data categories. */
  readonly classes: Readonly<Record<string, readonly string[]>>;
  /** Purpose → Fideslang data uses. */
  readonly purposes: Readonly<Record<string, readonly string[]>>;
  readonly recipients: Readonly<Record<string, Recipient>>;
  /** Circumstance → what it is, as the end of “if …”. */
  readonly conditions: Readonly<Record<string, string>>;
  /** How a word is shown to readers of this locale. */
  readonly labels: Readonly<Record<string, string>>;
}

export const NO_WORDS: Words = { classes: {}, purposes: {}, recipients: {}, conditions: {}, labels: {} };

/** Every class, purpose or recipient. */
export const ALL = "all";
/** A purpose that the policy does not name. */
export const OTHER = "other";
/** The widest recipient. */
export const ANYONE = "anyone";
