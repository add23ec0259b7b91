/**
 * Links that only the map knows, as a bundle has them (spec/undo-bundle.md, "What comes back"). No store promised that they lead anywhere, so
 * what led nowhere before the erasure is noted, and is no reason to stay erased. Lists, and links that a store compares in more than one
 * notation, are not looked at.
 */
import { type Collection, carriesOwnership, collectionId, type Link } from "@avow/core/datamap/model";
import { fieldsOfLink, pointsAt, type Tuple, tupleKey } from "@avow/core/plan/capture";
import { linkKinds } from "@avow/core/plan/notation";
import type { KeptRow } from "@avow/core/plan/restore";
import { must } from "@avow/core/terms/assert";
import { StoreFailed } from "../run/ask.ts";
import type { BoundEstate } from "../run/estate.ts";
import type { Head } from "./rows.ts";

export interface MapLink {
  /** By which a bundle names it. */
  readonly name: string;
  readonly link: Link;
}

/** Of a collection, in its order. */
export function mapLinks(estate: BoundEstate, collection: Collection): readonly MapLink[] {
  const live = estate.described.get(collection.store)?.get(collection.name);
  const isKey = ({ from, to }: Link): boolean =>
    to.store === collection.store &&
    live?.foreignKeys.some(
      (fk) =>
        fk.to.collection === to.collection &&
        tupleKey(fk.from) === tupleKey(from) &&
        tupleKey(fk.to.fields) === tupleKey(to.fields),
    ) === true;
  return collection.links
    .filter((l) => l.each === undefined && !isKey(l) && linkKinds(estate.graph, l).held === null)
    .filter((l) => estate.graph.collections.has(collectionId(l.to)))
    .map((link) => ({ name: JSON.stringify([link.from, link.to, link.when ?? null]), link }));
}

/** The fields that say whose a row of the collection is; lists, of which a row may have several, are none of them. */
export function owningFields(estate: Pick<BoundEstate, "graph">, head: Pick<Head, "store" | "collection">) {
  const collection = estate.graph.collections.get(collectionId(head));
  const links = collection?.links.filter((l) => carriesOwnership(l) && l.each === undefined) ?? [];
  const named = collection?.identities.filter((i) => !i.shared && i.each !== true) ?? [];
  return [...new Set([...links.flatMap((l) => l.from), ...named.map((i) => i.field)])];
}

/** Those that a head can tell of. */
export const mapLinksOf = (estate: BoundEstate, head: Pick<Head, "store" | "collection" | "plain">) => {
  const collection = estate.graph.collections.get(collectionId(head));
  return collection === undefined
    ? []
    : mapLinks(estate, collection).filter(({ link }) =>
        fieldsOfLink(link).every((f) => head.plain.includes(f)),
      );
};

type Plain = Pick<KeptRow, "plain">;

/** What the rows' links name that is there. */
export async function whereLinksLead(
  estate: BoundEstate,
  { plain }: Pick<Head, "plain">,
  link: Link,
  rows: readonly Plain[],
): Promise<ReadonlySet<string>> {
  const named = rows.flatMap((row) => pointsAt(plain, link, row.plain));
  const tuples: Tuple[] = [...new Map(named.map((tuple) => [tupleKey(tuple), tuple])).values()];
  return valuesOf(estate, { ...link.to, fields: link.to.fields }, tuples);
}

/** Of these values, those that some row of the collection has. */
export async function valuesOf(
  estate: BoundEstate,
  at: { readonly store: string; readonly collection: string; readonly fields: readonly string[] },
  tuples: readonly Tuple[],
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  if (tuples.length === 0) return found;
  const { reader } = must(estate.stores[at.store], "bound stores are connected");
  const { collection, fields } = at;
  for await (const batch of reader.read({ collection, fields, anyOf: [{ fields, tuples }] })) {
    if (!batch.ok) throw new StoreFailed(at.store, batch);
    for (const row of batch.value) found.add(tupleKey(row));
  }
  return found;
}
