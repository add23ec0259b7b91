/** All lint rules, and the run of them over one policy. */
import { byPlace, type Issue } from "../../../terms/issue.ts";
import type { Policy } from "../../model.ts";
import { latticeOf } from "../../words/lattice.ts";
import { contradiction } from "./contradiction.ts";
import type { Rule } from "./rule.ts";

export const RULES: readonly Rule[] = [contradiction];

/** `today`: whose law counts where the policy does not say when it takes effect. */
export function lint(policy: Policy, today: Date): readonly Issue[] {
  const on = policy.effective === "unknown" ? today : new Date(`${policy.effective}T00:00:00Z`);
  const view = { policy, lattice: latticeOf(policy), on };
  return RULES.flatMap((rule) => rule.find(view)).sort(byPlace);
}
