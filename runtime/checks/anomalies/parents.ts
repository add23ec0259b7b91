/** Where links lead, and how rows are found there. */
import { type Collection, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import type { Kinds } from "@avow/core/plan/notation";
import { must } from "@avow/core/terms/assert";
import type { Connector } from "../../connector-kit/contract.ts";
import type { Looking, Open } from "./model.ts";

export interface Parent {
  readonly parent: Collection;
  readonly reader: Connector;
  /** How that store compares the fields that the link leads to. */
  readonly kinds: Kinds;
}

/** Only for links into stores that are connected. */
export function parentsIn(
  stores: ReadonlyMap<string, Open>,
  { map, readers }: Pick<Looking, "map" | "readers">,
): (link: Link) => Parent {
  const collections = new Map(map.stores.flatMap((s) => s.collections).map((c) => [idOf(c), c]));
  return (link) => ({
    parent: must(collections.get(collectionId(link.to)), "links lead to collections of the map"),
    reader: must(readers[link.to.store], "it is connected"),
    kinds: kindsOf(stores, link),
  });
}

/** As the store says itself; one that can not be asked answers no other question either. */
function kindsOf(stores: ReadonlyMap<string, Open>, { to }: Link): Kinds {
  const fields = stores.get(to.store)?.collections.get(to.collection)?.fields ?? [];
  return to.fields.map((name) => fields.find((f) => f.name === name)?.notations);
}
