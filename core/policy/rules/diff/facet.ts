/** Facets of a whole policy, each with the commitment that says it. What is not confirmed by the lock is compared all the same. */
import { approximateMs, parseDuration } from "../../../terms/duration.ts";
import type { Meaning } from "../../meaning.ts";
import type { Commitment, Policy } from "../../model.ts";
import { type Lattice, latticeOf } from "../../words/lattice.ts";
import { languageOf, type Tongue, tongueOf } from "../../words/tongue.ts";

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

export type Said<T> = { readonly commitment: Commitment } & { readonly it: T };

export const facetsOf = <K extends keyof Meaning>(
  policy: Policy,
  facet: K,
): readonly Said<Meaning[K][number]>[] =>
  policy.commitments.flatMap((commitment) =>
    commitment.means[facet].map((it): Said<Meaning[K][number]> => ({ commitment, it })),
  );

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
