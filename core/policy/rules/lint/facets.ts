/** What rules ask of a policy again and again. */
import type { Clause } from "../../meaning.ts";
import type { Commitment, Policy } from "../../model.ts";
import { canBothHold } from "../../words/facts.ts";
import type { Relation } from "../../words/lattice.ts";
import { ALL } from "../../words/model.ts";
import { facet, type Said } from "../facet.ts";

/** Clauses of an act that allow something. */
export const allowed = (policy: Policy, ...acts: readonly Clause["act"][]): readonly Said<Clause>[] =>
  facet(policy, "clauses").filter((s) => s.it.mode !== "never" && acts.includes(s.it.act));

export const speaksOf = (classes: readonly string[], cls: string): boolean =>
  classes.includes(ALL) || classes.includes(cls);

export const isWithin = (relation: Relation): boolean => relation === "equal" || relation === "narrower";

/** Whether both can be about the same case of the same people. */
export function meet(a: Commitment, b: Commitment): boolean {
  const places =
    a.places.length === 0 ||
    b.places.length === 0 ||
    a.places.some((x) => b.places.some((y) => x === y || x.startsWith(`${y}-`) || y.startsWith(`${x}-`)));
  return places && canBothHold(a.condition, b.condition);
}

/** The jurisdictions for whose people a commitment is: its own, else the policy's. */
export const placesOf = (c: Commitment, policy: Policy): readonly string[] =>
  c.places.length > 0 ? c.places : policy.jurisdictions;

/** Classes that some commitment says are collected. */
export const collectedClasses = (policy: Policy): ReadonlyMap<string, Commitment> =>
  new Map(
    allowed(policy, "collect")
      .flatMap((s) => s.it.data.map((cls) => [cls, s.commitment] as const))
      .reverse(),
  );

export const FRONT_MATTER = (policy: Policy) => ({ file: policy.file, line: 1, column: 1 });
