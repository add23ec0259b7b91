/** The two sides of a comparison, and what its parts ask of them. */
import { approximateMs, parseDuration } from "../../../terms/duration.ts";
import type { Policy } from "../../model.ts";
import { type Lattice, latticeOf } from "../../words/lattice.ts";
import { languageOf, type Tongue, tongueOf } from "../../words/tongue.ts";
import type { Said } from "../facet.ts";

export interface Side {
  readonly policy: Policy;
  readonly lattice: Lattice;
  readonly tongue: Tongue;
}

export const sideOf = (policy: Policy): Side => ({
  policy,
  lattice: latticeOf(policy),
  tongue: tongueOf(policy, languageOf(policy.locale)),
});

export const idOf = (said: Said<unknown>): string => said.commitment.id;

/** For comparing only; null where it is no ISO 8601 duration. */
export function lengthMs(period: string): number | null {
  const duration = parseDuration(period);
  return duration === null ? null : approximateMs(duration);
}

/** What the first has and the second lacks. */
export const without = (a: Iterable<string>, b: Iterable<string>): string[] => {
  const known = new Set(b);
  return [...new Set(a)].filter((x) => !known.has(x));
};
