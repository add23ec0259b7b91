/** Where links lead, and how rows are found there. */
import { linksCompared } from "@avow/core/datamap/graph";
import { type Collection, collectionId, type DataMap, idOf, type Link } from "@avow/core/datamap/model";
import { type Kinds, type Matching, matchingOf } from "@avow/core/plan/notation";
import { must } from "@avow/core/terms/assert";
import { meantAs, type Notations } from "@avow/core/terms/notations";
import type { Connector } from "../../connector-kit/contract.ts";
import { heldBy } from "../../connector-kit/held.ts";
import type { Looking, Open } from "./model.ts";

export interface Parent {
  readonly parent: Collection;
  readonly reader: Connector;
  /** How that store compares the fields that the link leads to, and how it is asked to. */
  readonly kinds: Kinds;
  readonly matching: Matching;
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
    kinds: kindsOfLink(stores, link),
    matching: matchingOf(link, link.to.fields),
  });
}

/** Whom a link names is asked as requests do, but of one thing: a pseudo-person owns what is theirs as anybody does. */
export const asPerson = ({ standIn: _, ...parent }: Collection): Collection => ({
  ...parent,
  identities: parent.identities.map(({ pseudo: __, ...identity }) => identity),
});

/** As the store says itself; one that can not be asked answers no other question either. */
export function kindsIn(
  stores: ReadonlyMap<string, Open>,
  { store, collection, fields }: Pick<Link["to"], "store" | "collection" | "fields">,
): readonly (Notations | undefined)[] {
  const told = stores.get(store)?.collections.get(collection)?.fields ?? [];
  return fields.map((name) => told.find((f) => f.name === name)?.notations);
}

/** How that store compares the fields that the link leads to; addresses whatever it says. */
export const kindsOfLink = (stores: ReadonlyMap<string, Open>, link: Link): Kinds =>
  kindsIn(stores, link.to).map((kind, i) => {
    const normaliser = link.normalisers?.[i] ?? "exact";
    return normaliser === "exact" ? kind : meantAs(normaliser, kind);
  });

/** The map, with links and their conditions as the stores compare them. */
export function asCompared(map: DataMap, stores: ReadonlyMap<string, Open>): DataMap {
  const all = map.stores.flatMap((s) => s.collections);
  const places = new Map(all.map((c) => [idOf(c), c]));
  const kindOf = (id: string, field: string): Notations | undefined => {
    const { store, name } = must(places.get(id), "links lead to collections of the map");
    return kindsIn(stores, { store, collection: name, fields: [field] })[0];
  };
  const isHeld = heldBy(new Map([...stores].map(([store, { collections }]) => [store, collections])));
  const compared = linksCompared(all, { kindOf, isHeld }).collections;
  return {
    ...map,
    stores: map.stores.map((s) => ({ ...s, collections: compared.filter((c) => c.store === s.store) })),
  };
}
