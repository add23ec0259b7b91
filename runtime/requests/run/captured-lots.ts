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

const lotSchema = z.object({
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

type Lot = z.infer<typeof lotSchema>;
type LotCollection = Lot["collections"][number];

const CELLS_A_LOT_MAX = 50_000;
const REACHES: readonly Reach[] = ["owned", "about", "mention"];

/** The first one holds the identities, too. */
export function* lotsOf({ identities, collections }: Earlier): Generator<Buffer> {
  let lot: Lot = { identities: [...identities], collections: [] };
  let cells = 0;
  for (const { id, fields, key, rows } of collections) {
    let part: LotCollection | null = null;
    for (const row of rows) {
      if (cells >= CELLS_A_LOT_MAX) {
        yield Buffer.from(JSON.stringify(lot));
        lot = { identities: [], collections: [] };
        [part, cells] = [null, 0];
      }
      if (part === null) {
        part = { id, fields: [...fields], ...(key === undefined ? {} : { key: [...key] }) };
        lot.collections.push(part);
      }
      add(part, row);
      cells += row.cells.length + 1;
    }
  }
  yield Buffer.from(JSON.stringify(lot));
}

function add(part: LotCollection, { key, cells, reach }: RememberedRow): void {
  if (part.key === undefined) {
    part.rows ??= [];
    part.rows.push({ key: [...key], cells: [...cells], reach });
    return;
  }
  const flat = part[reach] ?? [];
  part[reach] = flat;
  for (const cell of cells) flat.push(cell);
}

export function readLot(bytes: Uint8Array): Earlier {
  const { identities, collections } = lotSchema.parse(JSON.parse(Buffer.from(bytes).toString("utf8")));
  return {
    identities,
    collections: collections.map((c) => ({ ...c, rows: { [Symbol.iterator]: () => rowsOf(c) } })),
  };
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
