/** Text whose characters know where they stand in the file. */
import type { Span } from "../../terms/issue.ts";
import { isUnseen, isWide } from "./characters.ts";

export interface Text {
  /** Single spaces, nothing unseen. */
  readonly text: string;
  /** Of each UTF-16 unit of `text`, and one past it. */
  readonly lines: readonly number[];
  readonly columns: readonly number[];
}

/** One line of the file. */
export function textOf(line: string, number: number): Text {
  const kept: string[] = [];
  const columns: number[] = [];
  let end = 1;
  for (let i = 0; i < line.length; i += 1) {
    const c = line[i] ?? "";
    if (isUnseen(c)) continue;
    const space = /\s/.test(c);
    if (space && (kept.length === 0 || kept.at(-1) === " ")) continue;
    kept.push(space ? " " : c);
    columns.push(i + 1);
    if (!space) end = i + 2;
  }
  const text = kept.join("").trimEnd();
  const cut = columns.slice(0, text.length);
  return { text, lines: [...cut.map(() => number), number], columns: [...cut, end] };
}

/** The lines of one paragraph: Chinese, and what a hyphen holds together, goes on without a space. */
export function joined(rows: readonly Text[]): Text {
  const parts: string[] = [];
  const lines: number[] = [];
  const columns: number[] = [];
  for (const [i, row] of rows.entries()) {
    const next = rows[i + 1]?.text;
    const tight =
      next === undefined ||
      isWide(row.text.at(-1) ?? "") ||
      isWide(next[0] ?? "") ||
      /\p{L}-$/u.test(row.text);
    parts.push(tight ? row.text : `${row.text} `);
    const keep = next === undefined ? undefined : tight ? row.text.length : row.text.length + 1;
    for (const n of row.lines.slice(0, keep)) lines.push(n);
    for (const n of row.columns.slice(0, keep)) columns.push(n);
  }
  return { text: parts.join(""), lines, columns };
}

export function slice(t: Text, from: number, to: number): Text {
  const raw = t.text.slice(from, to);
  const start = from + raw.length - raw.trimStart().length;
  const end = start + raw.trim().length;
  return {
    text: t.text.slice(start, end),
    lines: t.lines.slice(start, end + 1),
    columns: [...t.columns.slice(start, end), (t.columns[end - 1] ?? 0) + 1],
  };
}

export function spanOfText(file: string, t: Text): Span {
  const last = Math.max(t.text.length - 1, 0);
  return {
    file,
    line: t.lines[0] ?? 1,
    column: t.columns[0] ?? 1,
    endLine: t.lines[last] ?? 1,
    endColumn: (t.columns[last] ?? 0) + 1,
  };
}
