/** How SQLite's values are written as text. */
import type { Cell } from "@avow/runtime/connector-kit/contract";

/** A real number always shows that it is one, as the store's own shell does. */
function realText(n: number): string {
  if (n === Number.POSITIVE_INFINITY) return "Inf";
  if (n === Number.NEGATIVE_INFINITY) return "-Inf";
  const text = String(n);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

/** Bytes as `x'…'`; none at all are the empty text. */
export function cellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number") return realText(value);
  if (!(value instanceof Uint8Array)) throw new TypeError("a value of no type that the store has");
  return value.length === 0 ? "" : `x'${Buffer.from(value).toString("hex")}'`;
}

/** With its storage class in front: `i:5`, `r:5`, `t:5` and `b:35` are four values of one text. */
export function exactCellOf(value: unknown): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return `t:${value}`;
  if (typeof value === "bigint") return `i:${value}`;
  if (typeof value === "number") return `r:${value}`;
  if (!(value instanceof Uint8Array)) throw new TypeError("a value of no type that the store has");
  return `b:${Buffer.from(value).toString("hex")}`;
}

/** The way back from `exactCellOf`. */
export function fromExact(cell: Cell): string | bigint | number | Uint8Array | null {
  if (cell === null) return null;
  const text = cell.slice(2);
  switch (cell.slice(0, 2)) {
    case "i:":
      return BigInt(text);
    case "r:":
      return Number(text);
    case "b:":
      return Buffer.from(text, "hex");
    default:
      return text;
  }
}

/** As `cellOf`, but the readable bytes of a blob stay readable: what a search looks at. */
export const readableOf = (value: unknown): Cell =>
  value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : cellOf(value);
