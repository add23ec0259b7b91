import type { Meaning } from "../meaning.ts";
import type { Commitment, Policy } from "../model.ts";

export interface Said<T> {
  readonly commitment: Commitment;
  readonly it: T;
}

/** One facet of all commitments of a policy, each with who says it. What the lock does not confirm is said all the same. */
export const facet = <K extends keyof Meaning>(policy: Policy, key: K): readonly Said<Meaning[K][number]>[] =>
  policy.commitments.flatMap((commitment) =>
    commitment.means[key].map((it): Said<Meaning[K][number]> => ({ commitment, it })),
  );
