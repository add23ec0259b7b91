import { ambiguousAccounts, severalAccounts } from "@avow/core/plan/capture";
import type { PlanLine } from "@avow/core/plan/erase";
import { restrict as right } from "@avow/core/rights/restrict/right";
import { must } from "@avow/core/terms/assert";
import { onlyPeople } from "../desk/subjects.ts";
import { capture } from "../run/ask.ts";
import { nothing, type RequestOutcome, type RightRunner, type RunContext } from "../run/run.ts";

export const restrict: RightRunner = { name: right.name, run };

async function run(context: RunContext): Promise<RequestOutcome> {
  const { estate, identities } = context;
  const marks = must(context.marks, "restrictions are kept where requests are");
  const lift = context.asked?.lift === true;
  const state = await capture({ ...estate, graph: onlyPeople(estate.graph) }, identities);
  if (ambiguousAccounts(state).length > 0)
    return nothing("ambiguous_identity", [severalAccounts(state, identities)]);
  const found = [...state.collections.values()].filter((c) => c.rows.size > 0);
  // A mark may outlive the rows that it was made from.
  if (found.length === 0 && !lift) return nothing("not_found", ["nobody is known by these identities"]);
  const since = await marks.since(state.identities);
  const plan = found.map(
    ({ collection, rows }): PlanLine => ({
      store: collection.store,
      collection: collection.name,
      action: lift ? "lift" : "mark",
      rows: rows.size,
    }),
  );
  if (!(await context.approve(plan, state.identities))) return { ...nothing("planned", []), plan };
  await context.journal.savePlan(plan);
  context.atPoint?.("planned");
  if (lift) await marks.lift(state.identities);
  else await marks.mark(state.identities);
  context.atPoint?.("acted");
  const results = plan.map(({ store, collection, rows }) => ({
    store,
    collection,
    rows,
    result: "done" as const,
  }));
  const day = (since ?? context.now()).toISOString().slice(0, "2026-01-31".length);
  const note = lift
    ? since === null
      ? "there was no restriction to lift"
      : `restricted from ${day} until now; tell the person before their data is used again`
    : `restricted since ${day}: the data is kept, and the application is told not to use it`;
  return { state: "closed", plan, results, kept: [], notes: [note] };
}
