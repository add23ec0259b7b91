/** GFM tables: each row is a statement of its own, read together with the column heads. */
import type { Line } from "./lines.ts";

/** The cells of a row; a bar is escaped as `\|`. */
export function cellsOf(line: Line): string[] {
  let text = line.text.trim();
  if (text.startsWith("|")) text = text.slice(1);
  if (text.endsWith("|") && !text.endsWith("\\|")) text = text.slice(0, -1);
  return text.split(/(?<!\\)\|/).map((cell) => cell.replaceAll("\\|", "|").trim());
}

export function beginsTable(head: Line, below: Line | undefined): boolean {
  if (below === undefined || !head.text.includes("|") || !below.text.includes("-")) return false;
  const marks = cellsOf(below);
  return marks.every((m) => /^:?-+:?$/.test(m)) && marks.length === cellsOf(head).length;
}

/** `What: messages; How long: two years`. Cells beyond the heads stand alone; empty ones are left out. */
export function rowText(heads: readonly string[], row: Line): string {
  return cellsOf(row)
    .map((cell, i) => (cell === "" ? "" : heads[i] ? `${heads[i]}: ${cell}` : cell))
    .filter((part) => part !== "")
    .join("; ");
}
