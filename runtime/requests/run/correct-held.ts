/** A correction of rows that a legal hold keeps as they are waits until it is lifted (spec/holds.md): what was written is what a claim may rest on. */
import { type Capture, tupleKey } from "@avow/core/plan/capture";
import type { Hold } from "@avow/core/plan/hold";
import type { CorrectionPlan } from "@avow/core/plan/rectify";
import { must } from "@avow/core/terms/assert";
import { holdsOn } from "./held.ts";
import type { ResultLine, RunContext } from "./run.ts";

/** What of it is held, by collection; empty where nothing is. */
export async function heldBack(
  context: RunContext,
  { state, plan }: { readonly state: Capture; readonly plan: CorrectionPlan },
): Promise<readonly ResultLine[]> {
  const effect = await context.holds?.forPlan();
  const holds = await holdsOn({ ...context, effect, become: plan.identities }, state);
  if (holds.length === 0) return [];
  const lines: ResultLine[] = [];
  for (const [id, changes] of Map.groupBy(plan.changes, (c) => c.collection)) {
    const collection = must(context.estate.graph.collections.get(id), "changes are of known collections");
    const keys = [...new Set(changes.flatMap((c) => c.keys.map(tupleKey)))];
    const isOn = ({ classes, rows }: Hold, key: string): boolean =>
      rows === undefined
        ? classes.includes("all") || classes.includes(collection.class)
        : rows.get(id)?.has(key) === true;
    for (const hold of holds) {
      const own = keys.filter((key) => isOn(hold, key)).length;
      if (own === 0) continue;
      lines.push({
        ...{ store: collection.store, collection: collection.name, result: "blocked", rows: own },
        hold: hold.id,
        reason: `the legal hold ${hold.id} keeps them as they are`,
      });
      break;
    }
  }
  return lines;
}
