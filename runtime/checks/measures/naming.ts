/** Who a link leads to, by one name for whatever the store and an address take for the same (spec/data-map.md, "Links by an address"). */
import { collectionId, type Link } from "@avow/core/datamap/model";
import { type Kinds, nameIn } from "@avow/core/plan/notation";
import { type Cells, cellsOf, linkTuple, pointsAt } from "@avow/core/plan/pointing";
import type { Open } from "../anomalies/model.ts";
import { asCompared, asPerson, kindsOfLink } from "../anomalies/parents.ts";
import type { MeasureContext } from "../context.ts";
import { collectionOf } from "./rows.ts";

/** What the stores say of themselves. One that can not be asked can not be read either, and is found out then. */
async function openStores({ map, readers, describe }: Stores): Promise<ReadonlyMap<string, Open>> {
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

type Stores = Pick<MeasureContext, "map" | "readers" | "describe">;

/** What a measure has to work with, its map with links as the stores compare them. */
export interface Compared<C extends Stores> {
  readonly context: C;
  readonly naming: Naming;
  readonly stores: ReadonlyMap<string, Open>;
}

export async function comparing<C extends Stores>(asWritten: C): Promise<Compared<C>> {
  const stores = await openStores(asWritten);
  const context = { ...asWritten, map: asCompared(asWritten.map, stores) };
  return { context, naming: namingIn(stores), stores };
}

/** Names somebody by what a link holds, or by the fields that it leads to, in their own row; null: nobody. The link is one of `asCompared`. */
export type Naming = (link: Link, tuple: readonly string[] | null) => string | null;

/** Links that lead to the same fields and compare them alike have the same names. */
export const wayOf = ({ to, normalisers }: Link): string =>
  JSON.stringify([collectionId(to), to.fields, normalisers ?? []]);

/** Whom a row's link names: nobody where it is empty, several where it runs over a list. A pseudo-person is somebody. */
export function namedBy(
  naming: Naming,
  { map, link }: { readonly map: MeasureContext["map"]; readonly link: Link },
): (fields: readonly string[], row: Cells) => readonly string[] {
  const person = asPerson(collectionOf(map, link.to.store, link.to.collection));
  return (fields, row) =>
    pointsAt(fields, link, row).flatMap((held) => naming(link, linkTuple(person, link, held)) ?? []);
}

/** The name under which links of that kind call whoever stands in a row of the people themselves. */
export const nameAt =
  (naming: Naming, link: Link) =>
  (fields: readonly string[], row: Cells): string | null =>
    naming(link, cellsOf(fields, link.to.fields, row));

function namingIn(stores: ReadonlyMap<string, Open>): Naming {
  const known = new Map<Link, { readonly way: string; readonly kinds: Kinds }>();
  return (link, tuple) => {
    if (tuple === null) return null;
    // Asked of each row: what is the same for all of them is worked out once.
    const { way, kinds } = known.get(link) ?? { way: wayOf(link), kinds: kindsOfLink(stores, link) };
    if (!known.has(link)) known.set(link, { way, kinds });
    return `${way} ${nameIn(kinds, tuple)}`;
  };
}
