/**
 * Writes rows into both files at once. What a cell becomes is said in `json.ts` and `csv.ts`, in texts; most cells stand in the files byte for byte
 * as the store sent them, and are copied: without a text for each of them an archive takes a third of the time.
 */
import { isUtf8 } from "node:buffer";
import type { PackedRows } from "../../connector-kit/packed.ts";
import { csvCell } from "./csv.ts";
import { isNumeric, isText, jsonCell } from "./json.ts";

export interface Piece {
  readonly bytes: Uint8Array;
  /** They may be written over. Need not be said; each piece that is made anew brings the sweep of memory nearer. */
  free(): void;
}

export interface Pieces {
  readonly json: Piece;
  readonly csv: Piece;
}

export interface RowFiles {
  /** What became long enough to be passed on. */
  add(rows: PackedRows): Generator<Pieces>;
  /** What is left, after the last rows. */
  rest(): Pieces;
}

interface Field {
  readonly name: string;
  readonly type: string | null;
}

/** From then on a piece is passed on, in bytes: handing it to another thread costs little beside it. */
const PIECE_BYTES = 256 * 1024;
const SPARE_BYTES = 32 * 1024;
/** Of pieces to be written over: one more than are on their way at once. */
const FREE_MAX = 8;
const LENGTH_BYTES = 4;
/** Longer ones are copied by the system. */
const BY_HAND_BYTES_MAX = 64;
const DIGITS_MAX = 15;

const [QUOTE, COMMA, ZERO, NINE] = [0x22, 0x2c, 0x30, 0x39];
/** What a byte means to a file in which it can not stand by itself. */
const [IN_JSON, IN_CSV] = [1, 2];
const MEANING = new Uint8Array(256);
for (let byte = 0; byte < 0x20; byte += 1) MEANING[byte] = IN_JSON;
MEANING[0x5c] = IN_JSON;
MEANING[COMMA] = IN_CSV;
for (const byte of [QUOTE, 0x0a, 0x0d]) MEANING[byte] = IN_JSON | IN_CSV;
const FORMULA = new Set(Buffer.from("=+-@\t\r"));

/** Bytes that are added at the end. */
interface Out {
  bytes: Buffer;
  length: number;
}

const newBytes = (): Buffer => Buffer.allocUnsafeSlow(PIECE_BYTES + SPARE_BYTES);

function makeRoom(out: Out, more: number): void {
  if (out.length + more <= out.bytes.length) return;
  const longer = Buffer.allocUnsafeSlow(Math.max(2 * out.bytes.length, out.length + more));
  out.bytes.copy(longer, 0, 0, out.length);
  out.bytes = longer;
}

function putText(out: Out, text: string): void {
  makeRoom(out, Buffer.byteLength(text));
  out.length += out.bytes.write(text, out.length);
}

function putBytes(out: Out, from: Uint8Array, begin = 0, end = from.length): void {
  makeRoom(out, end - begin);
  const { bytes } = out;
  let to = out.length;
  if (end - begin > BY_HAND_BYTES_MAX) bytes.set(from.subarray(begin, end), to);
  else for (let i = begin; i < end; i += 1) bytes[to++] = from[i] ?? 0;
  out.length += end - begin;
}

/** A store that lets in bytes which are no UTF-8 has them replaced, as wherever its cells are read as texts. */
function replaced(out: Out): Uint8Array {
  const bytes = out.bytes.subarray(0, out.length);
  return isUtf8(bytes) ? bytes : Buffer.from(bytes.toString());
}

/** As JSON writes one: no sign, no leading zero. */
function isShortInteger(bytes: Uint8Array, begin: number, end: number): boolean {
  if (end === begin || end - begin > DIGITS_MAX) return false;
  if (bytes[begin] === ZERO && end - begin > 1) return false;
  for (let i = begin; i < end; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte < ZERO || byte > NINE) return false;
  }
  return true;
}

const [FIRST, LATER, END] = [Buffer.from("\n{"), Buffer.from(",\n{"), Buffer.from("}")];
const [LINE_END, BETWEEN, QUOTE_MARK] = [Buffer.from("\r\n"), Buffer.from(","), Buffer.from('"')];

interface Part {
  /** What stands before it in JSON. */
  readonly head: Buffer;
  readonly type: string | null;
  readonly text: boolean;
  readonly number: boolean;
}

const partOf = ({ name, type }: Field, i: number): Part => ({
  head: Buffer.from(`${i === 0 ? "" : ","}${JSON.stringify(name)}:`),
  ...{ type, text: isText(type), number: isNumeric(type) },
});

interface Outs {
  json: Out;
  csv: Out;
}

/** `length`: below 0 for null. */
function putCell(
  { json, csv }: Outs,
  part: Part,
  bytes: Buffer,
  at: { begin: number; length: number },
): void {
  const { begin, length } = at;
  if (length < 0) {
    putText(json, "null");
    return;
  }
  const end = begin + length;
  let meaning = 0;
  for (let i = begin; i < end; i += 1) meaning |= MEANING[bytes[i] ?? 0] ?? 0;
  const quoted = part.text && (meaning & IN_JSON) === 0;
  const bare = quoted || (part.number && isShortInteger(bytes, begin, end));
  const plain = length === 0 || ((meaning & IN_CSV) === 0 && !FORMULA.has(bytes[begin] ?? 0));
  const text = bare && plain ? "" : bytes.toString("utf8", begin, end);
  if (quoted) putBytes(json, QUOTE_MARK);
  if (bare) putBytes(json, bytes, begin, end);
  else putText(json, jsonCell(text, part.type));
  if (quoted) putBytes(json, QUOTE_MARK);
  if (plain) putBytes(csv, bytes, begin, end);
  else putText(csv, csvCell(text));
}

function putRow(outs: Outs, parts: readonly Part[], bytes: Buffer, at: number): void {
  let from = at;
  for (const part of parts) {
    putBytes(outs.json, part.head);
    if (from > at) putBytes(outs.csv, BETWEEN);
    const length = bytes.readInt32BE(from);
    from += LENGTH_BYTES;
    putCell(outs, part, bytes, { begin: from, length });
    from += Math.max(0, length);
  }
  putBytes(outs.json, END);
  putBytes(outs.csv, LINE_END);
}

export function rowFiles(fields: readonly Field[]): RowFiles {
  const parts = fields.map(partOf);
  const free: Buffer[] = [];
  const empty = (): Out => ({ bytes: free.pop() ?? newBytes(), length: 0 });
  const outs: Outs = { json: empty(), csv: empty() };
  let rows = 0;
  putText(outs.csv, `${fields.map((f) => csvCell(f.name)).join(",")}\r\n`);
  putText(outs.json, "[");

  const pieceOf = (out: Out): Piece => ({
    bytes: replaced(out),
    free() {
      // A long row made it longer: that is not kept.
      if (free.length < FREE_MAX && out.bytes.length === PIECE_BYTES + SPARE_BYTES) free.push(out.bytes);
    },
  });

  const take = (): Pieces => {
    const pieces = { json: pieceOf(outs.json), csv: pieceOf(outs.csv) };
    // Those are still on their way when the next ones are written.
    outs.json = empty();
    outs.csv = empty();
    return pieces;
  };

  return {
    *add({ bytes, at }) {
      for (const begin of at) {
        putBytes(outs.json, rows === 0 ? FIRST : LATER);
        putRow(outs, parts, bytes, begin);
        rows += 1;
        if (outs.json.length >= PIECE_BYTES || outs.csv.length >= PIECE_BYTES) yield take();
      }
    },
    rest() {
      putText(outs.json, "\n]\n");
      return take();
    },
  };
}
