/** Source lines that know where they stand, also when a container (list item, quote, block) has cut off their left part. */
import type { Span } from "../../terms/issue.ts";

export interface Line {
  readonly text: string;
  /** From 1. */
  readonly line: number;
  /** Of the text's first character, from 1. A byte order mark does not count. */
  readonly column: number;
}

/** Line ends are LF, CRLF or CR; a final one opens no further line. */
export function splitLines(text: string): Line[] {
  const body = text.startsWith("\uFEFF") ? text.slice(1) : text;
  const lines = body.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines.map((line, i) => ({ text: line, line: i + 1, column: 1 }));
}

export const isBlank = (line: Line): boolean => line.text.trim() === "";

export const cut = (line: Line, characters: number): Line => ({
  ...line,
  text: line.text.slice(characters),
  column: line.column + characters,
});

const TAB_STOP = 4;

/** Width of the white space at the front, tabs reaching to the next stop. */
export function indentOf(line: Line): number {
  return widthOf(/^[ \t]*/.exec(line.text)?.[0] ?? "");
}

export function widthOf(text: string): number {
  let width = 0;
  for (const c of text) width += c === "\t" ? TAB_STOP - (width % TAB_STOP) : 1;
  return width;
}

/** Cuts off white space up to that width; a tab that straddles it goes as a whole. */
export function dedent(line: Line, width: number): Line {
  let at = 0;
  let seen = 0;
  while (seen < width && (line.text[at] === " " || line.text[at] === "\t")) {
    seen += line.text[at] === "\t" ? TAB_STOP - (seen % TAB_STOP) : 1;
    at += 1;
  }
  return cut(line, at);
}

/** From the first character that is not white space to the end of the last line. */
export function spanOf(file: string, first: Line, last: Line): Span {
  return {
    file,
    line: first.line,
    column: first.column + first.text.length - first.text.trimStart().length,
    endLine: last.line,
    endColumn: last.column + last.text.trimEnd().length,
  };
}
