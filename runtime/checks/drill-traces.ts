/** Looks for a canary's token in every text of every store, and in an archive. */
import { carriesOwnership, collectionId, type DataMap, idOf } from "@avow/core/datamap/model";
import { BlobReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js/lib/zip-core-external.js";
import type { CollectionDescription, Connector, SearchHit } from "../connector-kit/contract.ts";

const SEARCH_ROWS_MAX = 5_000_000;
const HITS_MAX = 1_000;

/** Too small for anything that is looked for; what else a type rules out the connector knows. */
const NARROW_TYPE =
  /^(bool|boolean|smallint|integer|int|int2|int4|tinyint|date|time|timestamp|interval|uuid)\b/i;
/** A text of its own, or a document, a list, bytes, what a search index is made of: anything may stand there. */
export const mayHoldText = (type: string): boolean => !NARROW_TYPE.test(type);

/** Signs beyond ASCII may be any, as may those that mean something in a set: a store of another encoding could not take them. */
const anyCase = (text: string): string =>
  Array.from(text, (sign) => {
    if (/[A-Za-z]/.test(sign)) return `[${sign.toLowerCase()}${sign.toUpperCase()}]`;
    return /[ -~]/.test(sign) && !/[\]\\^[]/.test(sign) ? `[${sign}]` : ".";
  }).join("");

/** The stores could not be looked at, which is not the service's fault. */
export class NotSearched extends Error {}

/** Fields that the map keeps as they are when a person is erased, and for which commitment; masked ones must hold nothing any more. */
export const keptFields = (map: DataMap): ReadonlyMap<string, string> =>
  new Map(
    map.stores
      .flatMap((s) => s.collections)
      .flatMap(({ erase, fields, ...c }) =>
        erase.rule !== "keep"
          ? []
          : fields
              .filter((f) => (erase.mask[f.name] ?? "keep") === "keep")
              .map((f) => [`${c.store}.${c.name}.${f.name}`, erase.commitment] as const),
      ),
  );

/** Shorter ones are anybody's: a number of a few digits stands everywhere, and nothing at all does, too. */
const TELLING_CHARS_MIN = 16;
export const tells = (text: string): boolean => text.trim().length >= TELLING_CHARS_MIN;

/** Fields in which a row that is masked, and stays, has its own key, or names by it a row that stays: a key alone says nothing about anybody. */
export async function keyFields(map: DataMap, readers: Readers): Promise<ReadonlyMap<string, string>> {
  const keys = await primaryKeys(readers);
  const all = map.stores.flatMap((s) => s.collections);
  const staying = new Set(all.filter((c) => c.erase.rule === "mask" || c.erase.rule === "keep").map(idOf));
  return new Map(
    all.flatMap((c) => {
      const { erase } = c;
      if (erase.rule !== "mask") return [];
      const names = c.links
        .filter((l) => carriesOwnership(l) && staying.has(collectionId(l.to)) && erase.standIn === undefined)
        .flatMap((l) => l.from)
        .filter((f) => (erase.mask[f] ?? "keep") === "keep");
      return [...(c.key ?? keys.get(idOf(c)) ?? []), ...names].map(
        (f) => [`${idOf(c)}.${f}`, "a key of what is masked"] as const,
      );
    }),
  );
}

/** Collection → its primary key, as its store says. */
export async function primaryKeys(readers: Readers): Promise<ReadonlyMap<string, readonly string[]>> {
  const stores = await described(readers);
  return new Map(
    stores.flatMap(({ store, collections }) =>
      collections.map((c) => [`${store}.${c.name}`, c.primaryKey] as const),
    ),
  );
}

/** Collection → fields that hold the token, over every text of every store. */
export type Traces = ReadonlyMap<string, ReadonlySet<string>>;

type Readers = Readonly<Record<string, Connector>>;

/** Where any of these stands, in letters of either case: each store is gone through once. */
export async function search(readers: Readers, ...sought: readonly string[]): Promise<Traces> {
  const found = new Map<string, ReadonlySet<string>>();
  for await (const { place, hits } of hitsOf(readers, sought))
    found.set(place, new Set(hits.map((h) => h.field)));
  return found;
}

/** Collection → how many of its rows hold it. */
export async function rowsWith(readers: Readers, token: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for await (const { place, hits } of hitsOf(readers, [token]))
    found.set(place, new Set(hits.map((h) => JSON.stringify(h.key))).size);
  return found;
}

/** Collection → fields of UUIDs that hold one of these keys: a search for texts goes past them. */
export async function pointingAt(readers: Readers, keys: readonly string[]): Promise<Traces> {
  const found = new Map<string, ReadonlySet<string>>();
  const uuids = keys.filter((key) => UUID.test(key));
  if (uuids.length === 0) return found;
  for (const { store, reader, collections } of await described(readers))
    for (const c of collections) {
      const fields = new Set<string>();
      for (const f of c.fields.filter(({ type }) => /^uuid\b/i.test(type))) {
        const anyOf = [{ fields: [f.name], tuples: uuids.map((key) => [key]) }];
        const counted = await reader.count({ collection: c.name, anyOf });
        if (!counted.ok) throw new NotSearched(`\`${c.name}\` could not be searched: ${counted.reason}`);
        if (counted.value > 0) fields.add(f.name);
      }
      if (fields.size > 0) found.set(`${store}.${c.name}`, fields);
    }
  return found;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Nobody can search in a cabinet, and a canary leaves nothing there. */
async function described(readers: Readers) {
  const stores: {
    readonly store: string;
    readonly reader: Connector;
    readonly collections: readonly CollectionDescription[];
  }[] = [];
  for (const [store, reader] of Object.entries(readers)) {
    if (reader.byHand === true) continue;
    const answer = await reader.describe();
    if (!answer.ok) throw new NotSearched(`the store \`${store}\` could not be searched: ${answer.reason}`);
    stores.push({ store, reader, collections: answer.value.collections });
  }
  return stores;
}

interface Hits {
  readonly place: string;
  readonly hits: readonly SearchHit[];
}

async function* hitsOf(readers: Readers, sought: readonly string[]): AsyncGenerator<Hits> {
  const pattern = sought.map(anyCase).join("|");
  for (const { store, reader, collections } of await described(readers)) {
    for (const c of collections) {
      const fields = c.fields.filter((f) => mayHoldText(f.type)).map((f) => f.name);
      if (fields.length === 0) continue;
      const key = c.primaryKey.length > 0 ? c.primaryKey : fields.slice(0, 1);
      const most = { rowsMax: SEARCH_ROWS_MAX, hitsMax: HITS_MAX };
      const answer = await reader.search({ collection: c.name, fields, key, pattern, ...most });
      if (!answer.ok) throw new NotSearched(`\`${c.name}\` could not be searched: ${answer.reason}`);
      if (answer.value.partial) throw new NotSearched(`\`${c.name}\` is too large to be searched whole`);
      if (answer.value.hits.length > 0) yield { place: `${store}.${c.name}`, hits: answer.value.hits };
    }
  }
}

export async function unzipBytes(archive: Uint8Array): Promise<ReadonlyMap<string, Uint8Array>> {
  const reader = new ZipReader(new BlobReader(new Blob([Uint8Array.from(archive)])), {
    useWebWorkers: false,
  });
  const files = new Map<string, Uint8Array>();
  for (const entry of await reader.getEntries())
    if (!entry.directory) files.set(entry.filename, await entry.getData(new Uint8ArrayWriter()));
  await reader.close();
  return files;
}

export async function unzip(archive: Uint8Array): Promise<ReadonlyMap<string, string>> {
  const files = await unzipBytes(archive);
  return new Map([...files].map(([name, bytes]) => [name, Buffer.from(bytes).toString("utf8")]));
}
