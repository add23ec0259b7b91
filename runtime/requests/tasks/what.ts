/** What somebody is asked to do who acts by hand, in words. */
import type { Collection } from "@avow/core/datamap/model";
import type { Asked } from "@avow/core/plan/asked";
import type { KeepRule } from "@avow/core/plan/keep";
import type { Right } from "@avow/core/rights/right";
import { inWords } from "@avow/core/terms/duration";

/** What no plan of a part takes, nobody else may be asked to destroy (spec/rights.md, "What the account stands on"). */
const STAYS =
  "the account stays: leave who the person is, how they sign in, what they were told or agreed to";

/** Names no person: that is sealed beside it. */
export function whatToDo(
  keepRules: ReadonlyMap<string, KeepRule>,
  { right, asked }: { readonly right: Right; readonly asked: Asked },
  collection: Collection,
): string {
  const { scope } = asked;
  const parts = [right.byHand];
  if (right.takes.includes("lift"))
    parts.push(asked.lift ? "the restriction ends" : "the restriction begins");
  if (scope !== null) {
    const only = [
      ...scope.categories.map((c) => `data of the category ${c}`),
      ...scope.products.map((p) => `the product ${p}`),
      ...(scope.since === null ? [] : [`from ${scope.since} on`]),
      ...(scope.until === null ? [] : [`until ${scope.until}`]),
    ];
    parts.push(`only ${only.join(", ")}`);
    if (right.removes) parts.push(STAYS);
  }
  const keep = right.removes && collection.erase.rule === "keep" ? collection.erase.commitment : null;
  const rule = keep === null ? undefined : keepRules.get(keep);
  if (rule !== undefined) {
    const period = rule.period === null ? "without end" : `${inWords(rule.period)} from ${rule.anchor}`;
    parts.push(`but keep what \`${rule.commitment}\` holds (${rule.reason}): ${period}`);
  }
  return parts.join("; ");
}
