import type { Graph } from "@avow/core/datamap/graph";
import type { PlanLine } from "@avow/core/plan/erase";
import { type Indexed, slowness } from "@avow/core/plan/unindexed";
import type { Connector } from "../../connector-kit/contract.ts";

/**
 * When somebody should look twice at a plan (DESIGN 5, guards; ARCHITECTURE.md, "Who must agree"). `rowsMax`: rows of one collection;
 * `partMax`: their part of a collection, where it is not small.
 */
export interface Limits {
  readonly rowsMax: number;
  readonly partMax: number;
}

/** Staff may mean somebody else, or mistype. */
export const STAFF: Limits = { rowsMax: 100_000, partMax: 0.01 };
/**
 * Whoever is signed in means himself, and may have much: only a plan that would take most of a collection looks like a map that gives one
 * person what belongs to all.
 */
export const FRONT_DOOR: Limits = { rowsMax: Number.POSITIVE_INFINITY, partMax: 0.5 };

/** In a small collection one person is soon a large part. */
const SMALL_COLLECTION_ROWS = 10_000;
/** An estimate may be off by this factor before it misleads. */
const DOUBT = 4;

interface Desk {
  readonly estate: {
    readonly estimates: ReadonlyMap<string, number>;
    /** Left out: nothing is said of missing indexes. */
    readonly graph?: Graph;
    readonly lives?: ReadonlyMap<string, Indexed>;
    readonly stores: Readonly<Record<string, { readonly reader: Pick<Connector, "count"> }>>;
  };
}

/** Reasons to hesitate, in words; empty when the plan is an ordinary one. */
export async function needsCare(desk: Desk, plan: readonly PlanLine[], limits: Limits): Promise<string[]> {
  const { graph, lives } = desk.estate;
  const reasons = graph === undefined || lives === undefined ? [] : slowness({ graph, lives }, plan);
  for (const line of plan.filter((l) => l.action === "delete" || l.action === "mask")) {
    if (line.rows > limits.rowsMax)
      reasons.push(`${line.rows} rows of \`${line.collection}\`, more than ${limits.rowsMax}`);
    if (line.rows <= SMALL_COLLECTION_ROWS * limits.partMax) continue;
    const total = await rowsOf(desk, line, line.rows / limits.partMax);
    if (total !== null && total >= SMALL_COLLECTION_ROWS && line.rows > total * limits.partMax)
      reasons.push(
        `${line.rows} of the ${total} rows of \`${line.collection}\`, more than ${limits.partMax * 100} %`,
      );
  }
  return reasons;
}

/** Counting reads the whole collection: where the system's own estimate is far above what matters, that is enough. */
async function rowsOf(desk: Desk, line: PlanLine, matters: number): Promise<number | null> {
  const estimate = desk.estate.estimates.get(`${line.store}.${line.collection}`) ?? null;
  if (estimate !== null && estimate > Math.max(matters, SMALL_COLLECTION_ROWS) * DOUBT) return estimate;
  const total = await desk.estate.stores[line.store]?.reader.count({ collection: line.collection });
  return total?.ok === true ? total.value : null;
}
