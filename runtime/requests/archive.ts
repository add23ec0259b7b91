/**
 * The archive that a person gets: a ZIP with a page to read (`index.html`), one JSON and one CSV file per collection, and
 * `manifest.json` with fields, categories, counts and checksums. Rows stream through; only the first ones of each collection are
 * held for the page.
 */
import { createHash } from "node:crypto";
import type { Cells } from "@avow/core/plan/capture";
import { ZipWriter } from "@zip.js/zip.js";
import { openSpool } from "../vault/spool.ts";

export interface ArchiveCollection {
  readonly store: string;
  readonly collection: string;
  readonly class: string;
  readonly fields: readonly { readonly name: string; readonly category: string }[];
  /** A JSON Schema of the rows, for programs that read the file. */
  readonly schema?: unknown;
  rows(): AsyncIterable<readonly Cells[]>;
}

export interface ArchiveHead {
  readonly service: string;
  readonly title: string;
  readonly at: Date;
  readonly policyVersion: string;
  /** Class → what the policy says of it: how long it is kept, and so on. */
  readonly says: Readonly<Record<string, readonly string[]>>;
}

export interface ArchiveSink {
  readonly head: ArchiveHead;
  readonly writable: WritableStream<Uint8Array>;
}

/** Rows shown on the page; the files hold all of them. */
const PAGE_ROWS_MAX = 500;

interface Written {
  readonly about: ArchiveCollection;
  readonly rows: number;
  readonly sample: readonly Cells[];
  readonly files: readonly { readonly name: string; readonly sha256: string; readonly bytes: number }[];
}

export async function writeArchive(
  sink: ArchiveSink,
  collections: readonly ArchiveCollection[],
): Promise<readonly { store: string; collection: string; rows: number }[]> {
  const zip = new ZipWriter(sink.writable, { useWebWorkers: false, lastModDate: sink.head.at });
  const written: Written[] = [];
  for (const about of collections) {
    const one = await writeCollection(zip, about);
    written.push({ ...one, files: [...one.files, ...(await writeSchema(zip, about))] });
  }
  await addText(zip, "manifest.json", `${JSON.stringify(manifest(sink.head, written), null, 2)}\n`);
  await addText(zip, "index.html", page(sink.head, written));
  await zip.close();
  return written.map((w) => ({ store: w.about.store, collection: w.about.collection, rows: w.rows }));
}

/** Each row is read once: what the second file says of it is put aside while the first is written, so that both say the same. */
async function writeCollection(zip: ZipWriter<unknown>, about: ArchiveCollection): Promise<Written> {
  const name = `data/${safeName(`${about.store}.${about.collection}`)}`;
  let rows = 0;
  const sample: Cells[] = [];
  const aside = openSpool();
  const encoder = new TextEncoder();
  try {
    const json = await addStream(zip, `${name}.json`, async function* () {
      yield encoder.encode("[");
      for await (const batch of about.rows()) {
        let text = "";
        for (const row of batch) {
          text += `${rows === 0 ? "" : ","}\n${JSON.stringify(Object.fromEntries(about.fields.map((f, i) => [f.name, row[i] ?? null])))}`;
          if (rows < PAGE_ROWS_MAX) sample.push(row);
          rows += 1;
        }
        yield encoder.encode(text);
        await aside.write(encoder.encode(batch.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("")));
      }
      yield encoder.encode("\n]\n");
    });
    const csv = await addStream(zip, `${name}.csv`, async function* () {
      yield encoder.encode(`${about.fields.map((f) => csvCell(f.name)).join(",")}\r\n`);
      yield* aside.read();
    });
    return { about, rows, sample, files: [json, csv] };
  } finally {
    await aside.close();
  }
}

async function writeSchema(zip: ZipWriter<unknown>, { store, collection, schema }: ArchiveCollection) {
  if (schema === undefined) return [];
  const text = Buffer.from(`${JSON.stringify(schema, null, 2)}\n`);
  const name = `data/${safeName(`${store}.${collection}`)}.schema.json`;
  await zip.add(name, new Blob([text]).stream());
  return [{ name, sha256: createHash("sha256").update(text).digest("hex"), bytes: text.length }];
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

const addText = (zip: ZipWriter<unknown>, name: string, text: string): Promise<unknown> =>
  zip.add(name, new Blob([text]).stream());

/** Spreadsheets run what starts with these signs as a formula. */
const FORMULA = /^[=+\-@\t\r]/;
function csvCell(cell: string | null | undefined): string {
  if (cell === null || cell === undefined) return "";
  const text = FORMULA.test(cell) && !/^[+-]?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const safeName = (text: string): string => text.replace(/[^\w.-]/g, "_");

function manifest(head: ArchiveHead, written: readonly Written[]) {
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
      fields: w.about.fields,
      files: w.files,
    })),
  };
}

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const PAGE_STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;font-size:.85rem}th,td{border:1px solid #8886;padding:.25rem .5rem;text-align:start;vertical-align:top;max-width:28rem;overflow-wrap:anywhere}
.scroll{overflow-x:auto}small{opacity:.75}section{margin-block:2.5rem}`;

function page(head: ArchiveHead, written: readonly Written[]): string {
  const list = written
    .map((w, i) => `<li><a href="#c${i}">${escapeHtml(w.about.collection)}</a> (${w.rows})</li>`)
    .join("\n");
  const sections = written.map((w, i) => section(head, w, i)).join("\n");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Your data at ${escapeHtml(head.service)}</title><style>${PAGE_STYLE}</style></head>
<body><h1>Your data at ${escapeHtml(head.service)}</h1><p>As of ${head.at.toISOString()}, under policy version ${escapeHtml(head.policyVersion)}.
Every row is also in <code>data/</code>, as JSON and CSV.</p><nav aria-label="Contents"><ul>${list}</ul></nav>${sections}</body></html>\n`;
}

function section(head: ArchiveHead, w: Written, index: number): string {
  const says = (head.says[w.about.class] ?? []).map((s) => `<p>${escapeHtml(s)}</p>`).join("");
  const heads = w.about.fields
    .map((f) => `<th scope="col">${escapeHtml(f.name)}<br><small>${escapeHtml(f.category)}</small></th>`)
    .join("");
  const rows = w.sample
    .map((r) => `<tr>${r.map((c) => `<td>${c === null ? "" : escapeHtml(c)}</td>`).join("")}</tr>`)
    .join("\n");
  const more =
    w.rows > w.sample.length
      ? `<p>The first ${w.sample.length} of ${w.rows} rows; the files have all.</p>`
      : "";
  return `<section id="c${index}"><h2>${escapeHtml(w.about.collection)} <small>${escapeHtml(w.about.class)}</small></h2>${says}${more}
<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(w.about.collection)}"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div></section>`;
}
