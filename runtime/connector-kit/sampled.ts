/** What bytes show when they are sampled: many systems keep their texts in columns of bytes. */
import type { Cell, Row } from "./contract.ts";

/** In front of bytes that are no text: no text that `sampledBytes` gives begins so. */
const BYTES_SIGN = "\u0000";

export const isBytes = (cell: string): boolean => cell.startsWith(BYTES_SIGN);

/** No text holds one, but for tabs and ends of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/;

/**
 * A cell of a sample for the first bytes of a value, in hexadecimal: their text where they are UTF-8 (also with the zeros behind that
 * columns of a fixed length are filled up with, and cut within a sign), else the bytes after a sign that `isBytes` knows.
 */
export function sampledBytes(hex: Cell): Cell {
  if (hex === null || hex === "") return hex;
  const bytes = Buffer.from(hex, "hex");
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  const text = end === 0 ? null : utf8Of(bytes.subarray(0, end));
  return text === null || CONTROL.test(text) ? `${BYTES_SIGN}${hex}` : text;
}

/** Rows of a sample whose cells of bytes the store has written in hexadecimal: `isOfBytes` says of each field whether its are. */
export const sampledRows = (rows: readonly Row[], isOfBytes: readonly boolean[]): Row[] =>
  rows.map((row) => row.map((cell, i) => (isOfBytes[i] === true ? sampledBytes(cell) : cell)));

function utf8Of(bytes: Uint8Array): string | null {
  try {
    // What stands at the end may be half a sign.
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}
