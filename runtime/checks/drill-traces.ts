/** Looks for a canary's token in every text of every store, and in an archive. */
import type { DataMap } from "@avow/core/datamap/model";
import { BlobReader, Uint8ArrayWriter, ZipReader } from "@zip.js/zip.js/lib/zip-core-external.js";
import type { Connector } from "../connector-kit/contract.ts";

const SEARCH_ROWS_MAX = 5_000_000;
const HITS_MAX = 1_000;
const TEXT_TYPE = /text|char|json|xml|citext/i;

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

/** Collection → fields that hold the token, over every text of every store. */
export type Traces = ReadonlyMap<string, ReadonlySet<string>>;

type Readers = Readonly<Record<string, Connector>>;

/** Where any of these stands: each store is gone through once. Signs between letters and digits may be any. */
export async function search(readers: Readers, ...sought: readonly string[]): Promise<Traces> {
  const pattern = sought.map((text) => text.replaceAll(/[^\p{L}\p{N}]/gu, ".")).join("|");
  const found = new Map<string, ReadonlySet<string>>();
  for (const [store, reader] of Object.entries(readers)) {
    // Nobody can search there, and a canary leaves nothing in a cabinet.
    if (reader.byHand === true) continue;
    const described = await reader.describe();
    if (!described.ok)
      throw new NotSearched(`the store \`${store}\` could not be searched: ${described.reason}`);
    for (const c of described.value.collections) {
      const fields = c.fields.filter((f) => TEXT_TYPE.test(f.type)).map((f) => f.name);
      if (fields.length === 0) continue;
      const key = c.primaryKey.length > 0 ? c.primaryKey : fields.slice(0, 1);
      const answer = await reader.search({
        collection: c.name,
        fields,
        key,
        pattern,
        rowsMax: SEARCH_ROWS_MAX,
        hitsMax: HITS_MAX,
      });
      if (!answer.ok) throw new NotSearched(`\`${c.name}\` could not be searched: ${answer.reason}`);
      if (answer.value.partial) throw new NotSearched(`\`${c.name}\` is too large to be searched whole`);
      if (answer.value.hits.length > 0)
        found.set(`${store}.${c.name}`, new Set(answer.value.hits.map((h) => h.field)));
    }
  }
  return found;
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
