import type { Database } from "../store/database.ts";
import type { History } from "./context.ts";
import { changedSince, type DrillBasis } from "./drill-basis.ts";

interface Asked {
  readonly db: Database;
  readonly service: string;
  readonly right: string;
  readonly basis: DrillBasis;
}

/** The last drill that rests upon the same; without one, the last that has more of it, or the last of all. What it proves, it says itself. */
export async function lastDrill({ db, service, right, basis }: Asked): ReturnType<History["lastDrill"]> {
  const row = await db
    .selectFrom("drills")
    .select(["state", "detail", "ended_at", "plan_basis", "adapter_basis", "policy_basis", "proves"])
    .where("service", "=", service)
    .where("right_name", "=", right)
    // A drill that stopped half-way says nothing about the right.
    .where("state", "in", ["passed", "failed", "unseen"])
    .orderBy((e) => e("plan_basis", "=", basis.plan), "desc")
    .orderBy((e) => e("adapter_basis", "=", basis.adapter), "desc")
    .orderBy((e) => e("policy_basis", "=", basis.policy), "desc")
    .orderBy("started_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row?.ended_at === null || row === undefined) return null;
  const { ended_at: at, state, detail, proves } = row;
  const then = { plan: row.plan_basis, adapter: row.adapter_basis, policy: row.policy_basis };
  const unseen = state === "unseen" ? { unseen: true as const } : {};
  return { at, passed: state === "passed", ...unseen, detail, stale: changedSince(then, basis), proves };
}
