/** Where things stand in the text of a policy, as lines: enough to change one of them and leave the rest as it is. */

export interface Range {
  /** Index of the first line, and of the one after the last. */
  readonly from: number;
  readonly to: number;
}

export interface Block extends Range {
  /** Lines inside the fence, entry by entry. */
  readonly entries: readonly Range[];
}

export interface Layout {
  readonly lines: readonly string[];
  readonly front: Range;
  /** Lines that people read: each is one paragraph or item. */
  readonly prose: readonly number[];
  readonly headings: readonly number[];
  readonly blocks: readonly Block[];
}

export function layoutOf(text: string): Layout {
  const lines = text.split("\n");
  const end = lines.indexOf("---", 1);
  const prose: number[] = [];
  const headings: number[] = [];
  const blocks: Block[] = [];
  for (let i = end + 1; i < lines.length; i += 1) {
    const line = lines[i] ?? "";
    if (line.startsWith("```")) {
      const close = lines.indexOf("```", i + 1);
      blocks.push({ from: i, to: close + 1, entries: entriesOf(lines, i + 1, close) });
      i = close;
    } else if (line.startsWith("#")) headings.push(i);
    else if (line.trim() !== "") prose.push(i);
  }
  return { lines, front: { from: 1, to: end }, prose, headings, blocks };
}

function entriesOf(lines: readonly string[], from: number, to: number): Range[] {
  const starts = lines.slice(from, to).flatMap((line, i) => (line.startsWith("- ") ? [from + i] : []));
  return starts.map((start, i) => ({ from: start, to: starts[i + 1] ?? to }));
}

/** The text with these lines in place of a range. */
export const replaced = ({ lines }: Layout, { from, to }: Range, by: readonly string[]): string =>
  [...lines.slice(0, from), ...by, ...lines.slice(to)].join("\n");

export const withLine = (layout: Layout, at: number, line: string): string =>
  replaced(layout, { from: at, to: at + 1 }, [line]);

/** `Label:` and list marks stay with the first sentence. */
export const sentencesOf = (line: string): string[] =>
  line.match(/[^.!?]+(?:[.!?]+(?=\s|$)|[.!?](?=\S)[^.!?]*)*[.!?]*\s*/g) ?? [line];

/** Lines of blocks, or of the front matter, on which a pattern fits. */
export const linesWith = (layout: Layout, ranges: readonly Range[], pattern: RegExp): number[] =>
  ranges.flatMap(({ from, to }) =>
    layout.lines.slice(from, to).flatMap((line, i) => (pattern.test(line) ? [from + i] : [])),
  );
