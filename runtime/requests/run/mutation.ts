/** What a plan asks of a store, as the contract of connectors says it. */
import type { Change } from "@avow/core/plan/erase";
import { must } from "@avow/core/terms/assert";
import type { BoundEstate } from "./estate.ts";

export function mutationOf(estate: BoundEstate, change: Change) {
  const collection = must(estate.graph.collections.get(change.collection), "known");
  const where = { fields: must(estate.keys.get(change.collection), "bound"), tuples: change.keys };
  return change.act === "delete"
    ? ({ act: "delete", collection: collection.name, where } as const)
    : ({
        act: "set",
        collection: collection.name,
        where,
        set: change.set,
        ...(change.only === undefined ? {} : { only: change.only }),
      } as const);
}
