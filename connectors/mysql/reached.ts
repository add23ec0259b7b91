/** How far deleted rows are gone. InnoDB's purge takes them out of its pages later, and nothing says of which rows it has. */
import type { ReachQuery, ReachReport } from "@avow/runtime/connector-kit/contract";
import type { CatalogueCache } from "./catalogue.ts";

const BEYOND = [
  "InnoDB's undo log, until it is purged",
  "the binary log, until it expires",
  "replicas",
  "backups",
];
const WHY = "InnoDB purges deleted rows from its files later, and does not say when it has";

export async function reached(cache: CatalogueCache, { collections }: ReachQuery): Promise<ReachReport> {
  for (const collection of collections) await cache.table(collection, []);
  return {
    collections: collections.map((collection) => ({ collection, reached: "deleted", why: WHY })),
    beyond: BEYOND,
  };
}
