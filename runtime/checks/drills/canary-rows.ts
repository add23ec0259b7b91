/** Rows of the canary in collections of a kind that the map names, and what they call it. */
import { type Collection, collectionId, idOf, type Link } from "@avow/core/datamap/model";
import type { Connector } from "../../connector-kit/contract.ts";
import { NotSearched, primaryKeys, tells } from "../drill-traces.ts";
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

/** What other rows name the canary by, as far as it can be looked for. */
export interface Names {
  /** Of its own row: they say nothing about it where that row stays. */
  readonly keys: readonly string[];
  /** Identities that rows name it by. */
  readonly addresses: readonly string[];
}

export async function namesOf({ map, readers, identities }: Stage): Promise<Names> {
  const all = map.stores.flatMap((s) => s.collections);
  const primary = await primaryKeys(readers);
  const keys = new Set<string>();
  const addresses = new Set<string>();
  for (const person of all) {
    const identity = person.identities.find((i) => identities[i.namespace] !== undefined);
    const reader = readers[person.store];
    if (identity === undefined || identity.shared || reader === undefined) continue;
    const into = all.flatMap((c) => c.links.filter((l) => collectionId(l.to) === idOf(person)));
    const key = person.key ?? primary.get(idOf(person)) ?? [];
    const fields = [...new Set([...(person.key ?? []), ...into.flatMap((l) => l.to.fields)])];
    if (fields.length === 0) continue;
    const anyOf = [{ fields: [identity.field], tuples: [[identities[identity.namespace] ?? ""]] }];
    for await (const batch of reader.read({ collection: person.name, fields, anyOf })) {
      if (!batch.ok)
        throw new NotSearched(`the store \`${person.store}\` could not be read: ${batch.reason}`);
      for (const [at, field] of fields.entries()) {
        const isAddress = !key.includes(field) && person.identities.some((i) => i.field === field);
        for (const cell of new Set(batch.value.map((row) => row[at] ?? null)))
          if (cell !== null && tells(cell) && (await isOnly(reader, person, field, cell)))
            (isAddress ? addresses : keys).add(cell);
      }
    }
  }
  return { keys: [...keys], addresses: [...addresses] };
}

/** A part of a key, a tenant's say, stands in everybody's rows. */
async function isOnly(reader: Connector, { name }: Collection, field: string, cell: string) {
  const counted = await reader.count({ collection: name, anyOf: [{ fields: [field], tuples: [[cell]] }] });
  if (!counted.ok) throw new NotSearched(`\`${name}\` could not be read: ${counted.reason}`);
  return counted.value === 1;
}
