/**
 * Rows as bytes, for whoever passes them on and looks at few of them: a text for each cell of five million rows costs more than all that is
 * done with it.
 */
import type { Cell, PackedRows, Row } from "./contract.ts";

export type { PackedRows } from "./contract.ts";

const LENGTH_BYTES = 4;
const NULL = -1;

/** Of one row: the cell at each of these places, in ascending order, and null at the others. */
export function cellsAt({ bytes }: PackedRows, at: number, places: readonly number[]): Cell[] {
  const cells: Cell[] = [];
  let from = at;
  for (const place of places) {
    while (cells.length < place) {
      from += LENGTH_BYTES + Math.max(0, bytes.readInt32BE(from));
      cells.push(null);
    }
    const length = bytes.readInt32BE(from);
    from += LENGTH_BYTES;
    cells.push(length === NULL ? null : bytes.toString("utf8", from, from + length));
    from += Math.max(0, length);
  }
  return cells;
}

/**
 * What a row holds from the first of these places to the last, lengths included: rows of which it is the same hold the same there. Null: it is
 * longer than that.
 */
export function bytesAt(
  { bytes }: PackedRows,
  at: number,
  { places, bytesMax }: { readonly places: readonly number[]; readonly bytesMax: number },
): string | null {
  const [first = 0, last = 0] = [places[0], places.at(-1)];
  let [from, to] = [at, at];
  for (let place = 0; place <= last; place += 1) {
    if (place === first) from = to;
    to += LENGTH_BYTES + Math.max(0, bytes.readInt32BE(to));
  }
  return to - from > bytesMax ? null : bytes.toString("latin1", from, to);
}

/** Texts again, of the first `fields` cells of each row. */
export function unpacked(packed: PackedRows, fields: number): Row[] {
  const places = Array.from({ length: fields }, (_, i) => i);
  return packed.at.map((at) => cellsAt(packed, at, places));
}

export function pack(rows: readonly Row[]): PackedRows {
  let size = 0;
  for (const row of rows)
    for (const cell of row) size += LENGTH_BYTES + (cell === null ? 0 : Buffer.byteLength(cell));
  const bytes = Buffer.allocUnsafe(size);
  const at: number[] = [];
  let to = 0;
  for (const row of rows) {
    at.push(to);
    for (const cell of row) {
      const length = cell === null ? NULL : bytes.write(cell, to + LENGTH_BYTES);
      to = bytes.writeInt32BE(length, to) + Math.max(0, length);
    }
  }
  return { bytes, at };
}
