/** Whether something holds in fewer cases than before. A circumstance is its word and what the policy says it is. */
import type { Policy } from "../../model.ts";
import type { Condition } from "../../words/facts.ts";

/** Each word with its definition, so that one that is defined anew is another one. */
export function circumstances(policy: Policy, condition: Condition): Condition {
  const defined = (word: string): string =>
    Object.hasOwn(policy.conditions, word) ? `${word}: ${policy.conditions[word] ?? ""}` : word;
  return { if: condition.if.map(defined), unless: condition.unless.map(defined) };
}

/** Whatever the second holds for, the first does too. */
export const coversCases = (wide: Condition, narrow: Condition): boolean =>
  wide.if.every((word) => narrow.if.includes(word)) &&
  wide.unless.every((word) => narrow.unless.includes(word));
