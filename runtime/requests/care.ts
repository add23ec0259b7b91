import type { PlanLine } from "@avow/core/plan/erase";
import type { Desk } from "./desk.ts";

/** Above this many rows, or this part of a collection, a person should look twice (DESIGN 5, guards). */
const ROWS_MAX = 100_000;
const PART_MAX = 0.01;
/** In a small collection one person is soon more than a hundredth. */
const SMALL_COLLECTION_ROWS = 10_000;

/** Reasons to hesitate, in words; empty when the plan is an ordinary one. */
export async function needsCare(desk: Desk, plan: readonly PlanLine[]): Promise<string[]> {
  const reasons: string[] = [];
  for (const line of plan.filter((l) => l.action === "delete" || l.action === "mask")) {
    if (line.rows > ROWS_MAX)
      reasons.push(`${line.rows} rows of \`${line.collection}\`, more than ${ROWS_MAX}`);
    if (line.rows * PART_MAX ** -1 < SMALL_COLLECTION_ROWS) continue;
    const total = await desk.estate.stores[line.store]?.reader.count({ collection: line.collection });
    if (total?.ok === true && total.value >= SMALL_COLLECTION_ROWS && line.rows > total.value * PART_MAX)
      reasons.push(
        `${line.rows} of the ${total.value} rows of \`${line.collection}\`, more than ${PART_MAX * 100} %`,
      );
  }
  return reasons;
}
