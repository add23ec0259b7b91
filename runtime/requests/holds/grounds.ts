/** What of a policy allows a hold: a commitment whose `keeps` says so, class by class. Without one there is no ground to keep anything. */
import type { KeepRule } from "@avow/core/plan/keep";
import { listed, nearest } from "@avow/core/terms/suggest";

export interface Ground {
  readonly commitment: string;
  /** Classes of the policy, or `all`. */
  readonly classes: readonly string[];
}

interface Policy {
  readonly keepRules: ReadonlyMap<string, KeepRule>;
  /** The words of the policy. */
  readonly classes: readonly string[];
}

/** Classes none: everything. A message where the policy allows no such hold. */
export function groundsFor(
  { keepRules, classes: known }: Policy,
  wanted: readonly string[],
): readonly Ground[] | string {
  const strange = wanted.find((c) => !known.includes(c));
  if (strange !== undefined) {
    const near = nearest(strange, known);
    const meant = near === null ? `the policy has ${listed(known)}` : `did you mean \`${near}\`?`;
    return `\`${strange}\` is no class of the policy: ${meant}`;
  }
  const rules = [...keepRules.values()].filter((r) => r.why === "hold");
  const open = wanted.length === 0 ? ["all"] : [...new Set(wanted)];
  const grounds = new Map<string, string[]>();
  for (const name of open) {
    const rule = rules.find((r) => r.classes.includes(name) || r.classes.includes("all"));
    if (rule === undefined) return notPromised(name, rules);
    grounds.set(rule.commitment, [...(grounds.get(rule.commitment) ?? []), name]);
  }
  return [...grounds].map(([commitment, classes]) => ({ commitment, classes }));
}

function notPromised(name: string, rules: readonly KeepRule[]): string {
  const write = `write \`retain: ${name}\` with \`for: needed\` and \`keeps: { why: hold, reason: … }\` into the policy, and run \`avow bind\``;
  const held = [...new Set(rules.flatMap((r) => r.classes))];
  if (name !== "all")
    return `the policy promises nobody that \`${name}\` outlasts an erasure under a legal hold: ${write}`;
  if (held.length === 0)
    return `no commitment of the policy allows a legal hold, so there is no ground to keep anything: ${write}`;
  return `the policy allows a legal hold of ${listed(held)} only: say which with --class, or ${write}`;
}
