import type { Database } from "../store/database.ts";
import type { History } from "./context.ts";

interface Asked {
  readonly db: Database;
  readonly service: string;
  readonly right: string;
  /** What erasures are planned from (core/plan/basis.ts). */
  readonly basis: string;
}

/** The last drill under this basis; without one, the last of all. */
export async function lastDrill({ db, service, right, basis }: Asked): ReturnType<History["lastDrill"]> {
  const row = await db
    .selectFrom("drills")
    .select(["state", "detail", "ended_at", "plan_basis"])
    .where("service", "=", service)
    .where("right_name", "=", right)
    // A drill that stopped half-way says nothing about the right.
    .where("state", "in", ["passed", "failed"])
    .orderBy((e) => e("plan_basis", "=", basis), "desc")
    .orderBy("started_at", "desc")
    .limit(1)
    .executeTakeFirst();
  if (row?.ended_at === null || row === undefined) return null;
  const { ended_at: at, state, detail, plan_basis } = row;
  return { at, passed: state === "passed", detail, current: plan_basis === basis };
}
