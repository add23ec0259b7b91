/**
 * The archive that a person gets: a ZIP with a page to read (`index.html`), one JSON and one CSV file per collection, and
 * `manifest.json` with fields, categories, counts and checksums. Rows stream through; only the first ones of each collection are
 * held for the page.
 */
import { createHash } from "node:crypto";
import type { Cells } from "@avow/core/plan/capture";
import { configure, ZipWriter } from "@zip.js/zip.js/lib/zip-core-external.js";
import { unpacked } from "../../connector-kit/packed.ts";
import { isWithheld } from "./cells.ts";
import { type Aside, DeflateStream, deflateAside } from "./deflate.ts";
import { archivePage } from "./page.ts";
import { rowFiles } from "./rows.ts";
import type { ArchiveCollection, ArchiveHead, ArchivePart, Attached, Attachment } from "./shape.ts";

export type { ArchiveCollection, ArchiveField, ArchiveHead, ArchivePart, Attachment } from "./shape.ts";

export interface ArchiveSink {
  readonly head: ArchiveHead;
  readonly writable: WritableStream<Uint8Array>;
  /** Files that go in as they are; left out: none. */
  readonly attachments?: () => Promise<readonly Attachment[]>;
}

configure({ CompressionStream: DeflateStream });

/** Rows shown on the page; the files hold all of them. */
const PAGE_ROWS_MAX = 500;

interface Written extends ArchivePart {
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
}

export async function writeArchive(
  sink: ArchiveSink,
  collections: readonly ArchiveCollection[],
): Promise<readonly { store: string; collection: string; rows: number }[]> {
  const zip = new ZipWriter(sink.writable, { useWebWorkers: false, lastModDate: sink.head.at });
  const written: Written[] = [];
  const nameOf = distinctNames();
  for (const about of collections) {
    const name = `data/${nameOf(`${about.store}.${about.collection}`)}`;
    const one = await writeCollection(zip, name, about);
    written.push({ ...one, files: [...one.files, ...(await writeSchema(zip, name, about))] });
  }
  const attached = await attach(zip, (await sink.attachments?.()) ?? []);
  const page = await addText(zip, "index.html", archivePage(sink.head, written, attached));
  const about = { ...manifest(sink.head, written, attached), page };
  await addText(zip, "manifest.json", `${JSON.stringify(about, null, 2)}\n`);
  await zip.close();
  return written.map((w) => ({ store: w.about.store, collection: w.about.collection, rows: w.rows }));
}

/** Each row is read once: the second file is made ready aside while the first is written, so that both say the same. */
async function writeCollection(
  zip: ZipWriter<unknown>,
  name: string,
  about: ArchiveCollection,
): Promise<Written> {
  let rows = 0;
  const sample: Cells[] = [];
  const aside = deflateAside();
  const files = rowFiles(about.fields);
  try {
    const json = await addStream(zip, `${name}.json`, async function* () {
      for await (const batch of about.rows()) {
        const { bytes, at } = batch;
        if (rows < PAGE_ROWS_MAX)
          sample.push(...unpacked({ bytes, at: at.slice(0, PAGE_ROWS_MAX - rows) }, about.fields.length));
        rows += at.length;
        for (const piece of files.add(batch)) {
          await aside.write(piece.csv.bytes, piece.csv.free);
          yield piece.json.bytes;
        }
      }
      const rest = files.rest();
      await aside.write(rest.csv.bytes);
      yield rest.json.bytes;
    });
    const csv = await addAside(zip, `${name}.csv`, aside);
    return { about, rows, sample, files: [json, csv] };
  } finally {
    await aside.close();
  }
}

async function writeSchema(zip: ZipWriter<unknown>, name: string, { schema }: ArchiveCollection) {
  if (schema === undefined) return [];
  return [await addText(zip, `${name}${SCHEMA}.json`, `${JSON.stringify(schema, null, 2)}\n`)];
}

async function attach(zip: ZipWriter<unknown>, attachments: readonly Attachment[]): Promise<Attached[]> {
  const attached: Attached[] = [];
  const nameOf = distinctNames();
  for (const about of attachments) {
    const name = `files/${nameOf(`${about.store}.${about.collection}`)}${about.ext}`;
    attached.push({ about, file: await addStream(zip, name, () => about.bytes()) });
  }
  return attached;
}

async function addStream(zip: ZipWriter<unknown>, name: string, chunks: () => AsyncIterable<Uint8Array>) {
  const hash = createHash("sha256");
  let bytes = 0;
  const encoded = async function* (): AsyncGenerator<Uint8Array> {
    for await (const part of chunks()) {
      hash.update(part);
      bytes += part.length;
      yield part;
    }
  };
  await zip.add(name, ReadableStream.from(encoded()));
  return { name, sha256: hash.digest("hex"), bytes };
}

const DEFLATED = 8;

async function addAside(zip: ZipWriter<unknown>, name: string, aside: Aside) {
  const { sha256, bytes, crc32 } = await aside.end();
  const ready = { passThrough: true, compressionMethod: DEFLATED, uncompressedSize: bytes, crc32 };
  await zip.add(name, ReadableStream.from(aside.read()), ready);
  return { name, sha256, bytes };
}

async function addText(zip: ZipWriter<unknown>, name: string, text: string) {
  const bytes = Buffer.from(text);
  await zip.add(name, new Blob([bytes]).stream());
  return { name, sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
}

const safeName = (text: string): string => text.normalize("NFC").replace(/[^\p{L}\p{N}_.-]/gu, "_");

const SCHEMA = ".schema";

/**
 * Two collections never share a file, also where a disk takes capitals and small letters for one. What a collection is called is not what the
 * schema of another is (`users` and `users.schema`).
 */
function distinctNames(): (text: string) => string {
  const taken = new Set<string>();
  const isFree = (name: string): boolean => !taken.has(name) && !name.endsWith(SCHEMA);
  return (text) => {
    const base = safeName(text);
    let name = base;
    for (let n = 2; !isFree(name.toLowerCase()); n += 1) name = `${base}-${n}`;
    taken.add(name.toLowerCase());
    return name;
  };
}

function manifest(head: ArchiveHead, written: readonly Written[], attached: readonly Attached[]) {
  return {
    service: head.service,
    right: head.title,
    at: head.at.toISOString(),
    policyVersion: head.policyVersion,
    collections: written.map((w) => ({
      store: w.about.store,
      collection: w.about.collection,
      class: w.about.class,
      rows: w.rows,
      fields: w.about.fields.map(({ name, category }) => ({
        name,
        category,
        ...(isWithheld(category) ? { withheld: true } : {}),
      })),
      files: w.files,
    })),
    ...(attached.length === 0
      ? {}
      : {
          foundByHand: attached.map(({ about: { store, collection, class: of }, file }) => ({
            ...{ store, collection, class: of },
            files: [file],
          })),
        }),
  };
}
