/** How each Markdown block begins. White-space runs are handled by trimming, so that no line can make a pattern slow. */
import { cut, indentOf, type Line, widthOf } from "./lines.ts";

export interface FenceStart {
  readonly indent: number;
  readonly mark: string;
  readonly info: string;
}

/** A fence may be indented at will: indentation makes no code in a policy. */
export function fenceStart(line: Line): FenceStart | null {
  const text = line.text.trim();
  const mark = /^(`{3,}|~{3,})/.exec(text)?.[0];
  if (mark === undefined) return null;
  const info = text.slice(mark.length).trim();
  if (mark.startsWith("`") && info.includes("`")) return null;
  return { indent: indentOf(line), mark, info };
}

export function closesFence(line: Line, start: FenceStart): boolean {
  const text = line.text.trim();
  const character = start.mark.charAt(0);
  return text.length >= start.mark.length && [...text].every((c) => c === character);
}

export function headingStart(line: Line): { readonly depth: number; readonly text: string } | null {
  const marks = /^ {0,3}(#{1,6})(?=[ \t]|$)/.exec(line.text);
  if (marks === null) return null;
  const rest = line.text.slice(marks[0].length).trim();
  const closed = /(?:^|[ \t])#+$/.exec(rest);
  return { depth: marks[1]?.length ?? 1, text: closed === null ? rest : rest.slice(0, closed.index).trim() };
}

/** The line under a paragraph that makes it a heading: its depth, or null. */
export function underline(line: Line): 1 | 2 | null {
  const text = line.text.trim();
  if (indentOf(line) > 3 || text === "") return null;
  if (/^=+$/.test(text)) return 1;
  return /^-+$/.test(text) ? 2 : null;
}

export function isRule(line: Line): boolean {
  const marks = line.text.replaceAll(/[ \t]/g, "");
  return indentOf(line) <= 3 && marks.length >= 3 && /^(?:-+|\*+|_+)$/.test(marks);
}

export const isQuote = (line: Line): boolean => /^ {0,3}>/.test(line.text);

/** The quote's mark and one space after it, cut off. */
export const unquoted = (line: Line): Line => cut(line, /^ {0,3}> ?/.exec(line.text)?.[0].length ?? 0);

export interface ItemStart {
  /** Where the item's text begins, as a width: what stands under it at that depth belongs to it. */
  readonly width: number;
  readonly content: Line;
  /** `-`, `*`, `+`, `.` or `)`. */
  readonly mark: string;
  /** The number before `.` or `)`; null with the other marks. */
  readonly ordinal: number | null;
  /** Whether it may stand right under a paragraph's line. */
  readonly interrupts: boolean;
}

export function itemStart(line: Line): ItemStart | null {
  const marker = /^ {0,3}(?:[-*+]|(\d{1,9})[.)])(?=[ \t]|$)/.exec(line.text);
  if (marker === null || isRule(line)) return null;
  const gap = /^[ \t]*/.exec(line.text.slice(marker[0].length))?.[0] ?? "";
  const empty = marker[0].length + gap.length === line.text.length;
  const characters = marker[0].length + (empty || gap.length > 4 ? Math.min(1, gap.length) : gap.length);
  return {
    width: empty ? marker[0].length + 1 : widthOf(line.text.slice(0, characters)),
    content: cut(line, characters),
    mark: marker[0].at(-1) ?? "",
    ordinal: marker[1] === undefined ? null : Number(marker[1]),
    interrupts: !empty && (marker[1] === undefined || Number(marker[1]) === 1),
  };
}

export const isComment = (line: Line): boolean => /^ {0,3}<!--/.test(line.text);

/** Whether the line begins a block of its own rather than going on with a paragraph. */
export function interruptsParagraph(line: Line): boolean {
  return (
    fenceStart(line) !== null ||
    headingStart(line) !== null ||
    isRule(line) ||
    isQuote(line) ||
    isComment(line) ||
    (itemStart(line)?.interrupts ?? false)
  );
}
