/**
 * How what was captured is written down: lots of a bounded size, each sealed by itself. A row is its cells, one after another; the key
 * stands among them. As objects, 50,000 rows were three times as long and took 300 ms to read back.
 */
import type { Cells, Reach, RememberedRow } from "@avow/core/plan/capture";
import { z } from "zod";
import type { Earlier } from "./ask.ts";

const rowSchema = z.object({
  key: z.array(z.string()),
  cells: z.array(z.string().nullable()),
  reach: z.enum(["owned", "about", "mention"]),
});

const triedSchema = z.object({
  store: z.string(),
  made: z.boolean(),
  partly: z.literal(true).exactOptional(),
  cells: z.array(
    z.object({ collection: z.string(), fields: z.array(z.string()), keys: z.array(z.array(z.string())) }),
  ),
});

const lotSchema = z.object({
  tried: z.array(triedSchema).exactOptional(),
  identities: z.array(z.object({ namespace: z.string(), value: z.string() })),
  collections: z.array(
    z.object({
      id: z.string(),
      fields: z.array(z.string()),
      key: z.array(z.string()).exactOptional(),
      /** Of rows whose key is not among their cells. */
      rows: z.array(rowSchema).exactOptional(),
      owned: z.array(z.string().nullable()).exactOptional(),
      about: z.array(z.string().nullable()).exactOptional(),
      mention: z.array(z.string().nullable()).exactOptional(),
    }),
  ),
});

type LotCollection = z.infer<typeof lotSchema>["collections"][number];

const CELLS_A_LOT_MAX = 50_000;
const REACHES: readonly Reach[] = ["owned", "about", "mention"];

/** JSON; the first one holds the identities, too. */
export function* lotsOf({ identities, collections, tried = [] }: Earlier): Generator<string> {
  const acts = tried.length === 0 ? "" : `"tried":${JSON.stringify(tried)},`;
  const head = `{${acts}"identities":${JSON.stringify(identities)},"collections":[`;
  let [lot, parts, cells] = [head, 0, 0];
  for (const collection of collections) {
    let part: Part | null = null;
    for (const row of collection.rows) {
      if (cells >= CELLS_A_LOT_MAX) {
        // The lot may be full with a collection's last row: then no part has begun.
        yield `${lot}${part === null ? "" : joint(parts, part)}]}`;
        [lot, parts, cells, part] = [`{"identities":[],"collections":[`, 0, 0, null];
      }
      part ??= new Part(collection);
      part.add(row);
      cells += row.cells.length + 1;
    }
    if (part === null) continue;
    lot += joint(parts, part);
    parts += 1;
  }
  yield `${lot}]}`;
}

const joint = (before: number, part: Part): string => `${before === 0 ? "" : ","}${part.text()}`;

type Named = Omit<Earlier["collections"][number], "rows">;

/** Written out as it comes: as objects that are made into text afterwards, a sweep's rows took three times as long. */
class Part {
  readonly #head: string;
  readonly #rows: RememberedRow[] | null;
  readonly #flat = { owned: "", about: "", mention: "" };

  constructor(of: Named) {
    this.#head = headOf(of);
    this.#rows = of.key === undefined ? [] : null;
  }

  add({ key, cells, reach }: RememberedRow): void {
    if (this.#rows !== null) {
      this.#rows.push({ key, cells, reach });
      return;
    }
    let flat = this.#flat[reach];
    for (const cell of cells) flat += flat === "" ? textOf(cell) : `,${textOf(cell)}`;
    this.#flat[reach] = flat;
  }

  text(): string {
    if (this.#rows !== null) return `${this.#head},"rows":${JSON.stringify(this.#rows)}}`;
    let text = this.#head;
    for (const reach of REACHES) if (this.#flat[reach] !== "") text += `,"${reach}":[${this.#flat[reach]}]`;
    return `${text}}`;
  }
}

/** Most cells are keys, and need no escape. */
const PLAIN = /^[\w .@:+-]*$/;
const textOf = (cell: string | null): string =>
  cell === null ? "null" : PLAIN.test(cell) ? `"${cell}"` : JSON.stringify(cell);

const heads = new WeakMap<readonly string[], Named & { readonly text: string }>();
/** Of many people the same. */
function headOf({ id, fields, key }: Named): string {
  const known = heads.get(fields);
  if (known !== undefined && known.id === id && known.key === key) return known.text;
  const text = JSON.stringify({ id, fields, ...(key === undefined ? {} : { key }) }).slice(0, -1);
  heads.set(fields, { id, fields, ...(key === undefined ? {} : { key }), text });
  return text;
}

export function readLot(bytes: Uint8Array): Earlier {
  const { identities, collections, ...rest } = lotSchema.parse(parsed(Buffer.from(bytes).toString("utf8")));
  return {
    ...rest,
    identities,
    collections: collections.map((c) => ({ ...c, rows: { [Symbol.iterator]: () => rowsOf(c) } })),
  };
}

/** What a parser says of a text repeats some of it, and these are people's cells. */
function parsed(lot: string): unknown {
  try {
    return JSON.parse(lot);
  } catch {
    throw new Error(
      "what was captured of a request can not be read back: one of its lots is no JSON, and was not written by this version of Avow",
    );
  }
}

function* rowsOf({ fields, key = [], rows = [], ...flat }: LotCollection): Generator<RememberedRow> {
  yield* rows;
  const keyAt = key.map((f) => fields.indexOf(f));
  for (const reach of REACHES) {
    const all = flat[reach] ?? [];
    for (let at = 0; at < all.length; at += fields.length) {
      const cells: Cells = all.slice(at, at + fields.length);
      yield { key: keyAt.map((i) => cells[i] ?? ""), cells, reach };
    }
  }
}
