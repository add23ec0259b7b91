/** What is known of one field, and what is guessed of it. */
import type { About } from "./about.ts";
import type { Evidence } from "./evidence.ts";

export interface FieldFacts {
  readonly name: string;
  readonly type: string;
  readonly collection: string;
  readonly about: About;
  readonly inKey: boolean;
  /** Where a link of this field leads. */
  readonly leadsTo: About | null;
  /** What it is the name, the title or the price of, where that is a thing and nobody's (`product_name`). */
  readonly ofThing?: string | null;
  /** Its name says that it holds who did something (`created_by`, `owner`). */
  readonly doer?: boolean;
  /** Names of the other fields of its collection, where they are known. */
  readonly beside?: readonly string[];
  /** Null: nothing could be sampled. */
  readonly evidence: Evidence | null;
}

export interface Guess {
  /** Null: nothing speaks for any; a human has to say. */
  readonly category: string | null;
  readonly confidence: number;
  readonly reason: string;
}

export const guess = (category: string | null, confidence: number, reason: string): Guess => ({
  category,
  confidence: Math.round(Math.min(0.99, confidence) * 100) / 100,
  reason,
});

export const SAMPLE_MIN = 5;
/** From this share on a column is what most of its values are; some hold blanks and leftovers. */
export const SHARE_MIN = 0.7;

export const percent = (share: number): string => `${Math.round(share * 100)} %`;
