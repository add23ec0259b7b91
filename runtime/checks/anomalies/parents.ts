/** Where links lead, and how rows are found there. */
import { linksComparedBy } from "@avow/core/datamap/conditions";
import { type Collection, collectionId, type DataMap, idOf, type Link } from "@avow/core/datamap/model";
import type { Kinds } from "@avow/core/plan/notation";
import { must } from "@avow/core/terms/assert";
import type { Notations } from "@avow/core/terms/notations";
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
    kinds: kindsIn(stores, link.to),
  });
}

/** As the store says itself; one that can not be asked answers no other question either. */
export function kindsIn(
  stores: ReadonlyMap<string, Open>,
  { store, collection, fields }: Pick<Link["to"], "store" | "collection" | "fields">,
): readonly (Notations | undefined)[] {
  const told = stores.get(store)?.collections.get(collection)?.fields ?? [];
  return fields.map((name) => told.find((f) => f.name === name)?.notations);
}

/** The map, with the conditions of links as the stores compare them. */
export const asCompared = (map: DataMap, stores: ReadonlyMap<string, Open>): DataMap => ({
  ...map,
  stores: map.stores.map((s) => ({
    ...s,
    collections: s.collections.map((c) =>
      linksComparedBy(
        c,
        (field) => kindsIn(stores, { store: s.store, collection: c.name, fields: [field] })[0],
      ),
    ),
  })),
});
