/** Rows of the canary in collections of a kind that the map names, and what they call it. */
import { type Collection, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import type { Connector } from "../../connector-kit/contract.ts";
import { NotSearched } from "../drill-traces.ts";
import type { Stage } from "./stage.ts";

export interface Place {
  readonly reader: Connector;
  readonly collection: Collection;
  readonly link: Link;
  readonly who: readonly string[];
}

export async function placesOf(
  { map, readers, identities }: Stage,
  isMeant: (c: Collection) => boolean,
): Promise<readonly Place[]> {
  const all = map.stores.flatMap((s) => s.collections);
  const places: Place[] = [];
  for (const collection of all.filter(isMeant)) {
    const link = collection.links.find((l) => l.role === "owner");
    const person = all.find((c) => c.store === link?.to.store && c.name === link.to.collection);
    const [reader, people] = [readers[collection.store], readers[person?.store ?? ""]];
    const identity = person?.identities.find((i) => identities[i.namespace] !== undefined);
    if (link === undefined || person === undefined || identity === undefined) continue;
    if (reader === undefined || people === undefined)
      throw new NotSearched(`the store of \`${collection.name}\` can not be read`);
    const anyOf = [{ fields: [identity.field], tuples: [[identities[identity.namespace] ?? ""]] }];
    for await (const batch of people.read({ collection: person.name, fields: link.to.fields, anyOf })) {
      if (!batch.ok)
        throw new NotSearched(`the store \`${person.store}\` could not be read: ${batch.reason}`);
      for (const key of batch.value)
        places.push({ reader, collection, link, who: key.map((cell) => cell ?? "") });
    }
  }
  return places;
}

/** Shorter ones are anybody's: a number of a few digits stands everywhere. */
const TELLING_CHARS_MIN = 16;

/** What other rows name the canary by, as far as it can be looked for. */
export async function keysOf({ map, readers, identities }: Stage): Promise<readonly string[]> {
  const all = map.stores.flatMap((s) => s.collections);
  const keys = new Set<string>();
  for (const person of all) {
    const identity = person.identities.find((i) => identities[i.namespace] !== undefined);
    const reader = readers[person.store];
    if (identity === undefined || identity.shared || reader === undefined) continue;
    const into = all.flatMap((c) => c.links.filter((l) => collectionId(l.to) === idOf(person)));
    const fields = [...new Set([...(person.key ?? []), ...into.flatMap((l) => l.to.fields)])];
    if (fields.length === 0) continue;
    const anyOf = [{ fields: [identity.field], tuples: [[identities[identity.namespace] ?? ""]] }];
    for await (const batch of reader.read({ collection: person.name, fields, anyOf })) {
      if (!batch.ok)
        throw new NotSearched(`the store \`${person.store}\` could not be read: ${batch.reason}`);
      for (const cell of batch.value.flat())
        if (cell !== null && cell.length >= TELLING_CHARS_MIN) keys.add(cell);
    }
  }
  return [...keys];
}
