/** What is the same for all rows of a collection, looked up once: a person may have very many of them. */
import { type Collection, carriesOwnership, idOf, type Link } from "../datamap/model.ts";
import { linkKey } from "./named.ts";

export interface Way {
  readonly link: Link;
  readonly name: string;
  /** Where the one field stands that says by itself where the link leads; null: it takes more than that. */
  readonly at: number | null;
  readonly owns: boolean;
}

interface Ways {
  readonly fields: readonly string[];
  readonly key: readonly string[];
  readonly keyAt: readonly number[];
  readonly ways: readonly Way[];
}

const known = new WeakMap<Collection, Ways>();

export function waysOf({
  collection,
  key,
  fields,
}: {
  readonly collection: Collection;
  readonly key: readonly string[];
  readonly fields: readonly string[];
}): Pick<Ways, "keyAt" | "ways"> {
  const before = known.get(collection);
  if (before !== undefined && before.fields === fields && before.key === key) return before;
  const ways = collection.links.map((link): Way => {
    const [from] = link.from;
    const simple = link.from.length === 1 && link.when === undefined && link.each === undefined;
    const at = simple && from !== undefined ? fields.indexOf(from) : -1;
    return {
      link,
      name: linkKey(idOf(collection), link),
      at: at < 0 ? null : at,
      owns: carriesOwnership(link),
    };
  });
  const fresh = { fields, key, keyAt: key.map((f) => fields.indexOf(f)), ways };
  known.set(collection, fresh);
  return fresh;
}

const linksOfOwners = new WeakMap<Collection, readonly Link[]>();
/** By which rows are somebody's, or several people's; rows of people are their own. */
export function ownerLinks(collection: Collection): readonly Link[] {
  const before = linksOfOwners.get(collection);
  if (before !== undefined) return before;
  const links = collection.identities.length > 0 ? [] : collection.links.filter(carriesOwnership);
  linksOfOwners.set(collection, links);
  return links;
}
