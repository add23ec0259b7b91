/** Who a link leads to, by one name for whatever the store and an address take for the same (spec/data-map.md, "Links by an address"). */
import { collectionId, type Link } from "@avow/core/datamap/model";
import { type Kinds, nameIn } from "@avow/core/plan/notation";
import type { Open } from "../anomalies/model.ts";
import { kindsOfLink } from "../anomalies/parents.ts";
import type { MeasureContext } from "../context.ts";

/** What the stores say of themselves. One that can not be asked can not be read either, and is found out then. */
export async function openStores({
  map,
  readers,
  describe,
}: Pick<MeasureContext, "map" | "readers" | "describe">): Promise<ReadonlyMap<string, Open>> {
  const opened = new Map<string, Open>();
  for (const { store } of map.stores) {
    const reader = readers[store];
    if (reader === undefined) continue;
    const described = await describe(store);
    const collections = described.ok ? described.value.collections : [];
    opened.set(store, { reader, collections: new Map(collections.map((c) => [c.name, c])) });
  }
  return opened;
}

/** Names somebody by what a link holds, or by the fields that it leads to, in their own row; null: nobody. The link is one of `asCompared`. */
export type Naming = (link: Link, tuple: readonly string[] | null) => string | null;

/** Links that lead to the same fields and compare them alike have the same names. */
export const wayOf = ({ to, normalisers }: Link): string =>
  JSON.stringify([collectionId(to), to.fields, normalisers ?? []]);

export function namingIn(stores: ReadonlyMap<string, Open>): Naming {
  const known = new Map<string, Kinds>();
  return (link, tuple) => {
    if (tuple === null) return null;
    const way = wayOf(link);
    const kinds = known.get(way) ?? kindsOfLink(stores, link);
    known.set(way, kinds);
    return `${way} ${nameIn(kinds, tuple)}`;
  };
}
