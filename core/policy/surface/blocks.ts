/**
 * Markdown blocks, as far as a policy needs them: CommonMark's headings, paragraphs, lists, quotes and fences, GFM's tables, with two
 * rules of our own, because whatever a reader sees has to count: indentation makes no code, and HTML is an error.
 * Nothing here throws, whatever the text.
 */
import { errorAt, type Issue, warningAt } from "../../terms/issue.ts";
import { nearest } from "../../terms/suggest.ts";
import { cut, dedent, indentOf, isBlank, type Line, spanOf } from "./lines.ts";
import type { Holder, Item, TableRow } from "./model.ts";
import { definitionOf, hasHtml, plainText, splitAnchor } from "./prose.ts";
import {
  closesFence,
  type FenceStart,
  fenceStart,
  headingStart,
  type ItemStart,
  interruptsParagraph,
  isComment,
  isQuote,
  isRule,
  itemStart,
  underline,
  unquoted,
} from "./starts.ts";
import { beginsTable, cellsOf, rowText } from "./table.ts";

const DEPTH_MAX = 16;
/** More than a file has characters: line and column make one number. */
const COLUMNS_MAX = 10_000_000;

/** Gathers what is found; `lines` are those of one container. */
export interface Reader {
  readonly file: string;
  readonly items: Item[];
  readonly issues: Issue[];
  /** Label → target. */
  readonly definitions: Map<string, string>;
  /** What the lines stand in. */
  readonly holders: readonly Holder[];
}

/** Each reading takes the block that begins at `lines[at]` and returns where the next one begins; null: not mine. */
export function readBlocks(reader: Reader, lines: Line[], depth = 0): void {
  let paragraph: Line[] = [];
  const close = (): void => {
    if (paragraph.length > 0) addProse(reader, paragraph);
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (line === undefined) break;
    if (isBlank(line)) {
      close();
      at += 1;
      continue;
    }
    const under = paragraph.length > 0 ? underline(line) : null;
    if (under !== null) {
      addHeading(reader, under, paragraph.map((l) => l.text.trim()).join(" "), paragraph);
      paragraph = [];
      at += 1;
      continue;
    }
    const opensBlock =
      paragraph.length === 0
        ? itemStart(line) !== null || interruptsParagraph(line)
        : interruptsParagraph(line);
    if (opensBlock || beginsTable(line, lines[at + 1])) {
      close();
      at = readBlock(reader, lines, at, depth);
      continue;
    }
    paragraph.push(line);
    at += 1;
  }
  close();
}

function readBlock(reader: Reader, lines: Line[], at: number, depth: number): number {
  const line = lines[at];
  if (line === undefined) return lines.length;
  const fence = fenceStart(line);
  if (fence !== null) return readFence(reader, lines, at, fence);
  const heading = headingStart(line);
  if (heading !== null) {
    addHeading(reader, heading.depth, heading.text, [line]);
    return at + 1;
  }
  if (isRule(line)) return at + 1;
  if (isComment(line)) return skipComment(reader, lines, at);
  if (isQuote(line)) return readContainer(reader, lines, at, depth, null);
  const item = itemStart(line);
  if (item !== null) return readContainer(reader, lines, at, depth, item);
  return readTable(reader, lines, at);
}

/** A quote (`item` null) or one list item: its lines are cut free and read as a text of their own. */
function readContainer(
  reader: Reader,
  lines: Line[],
  at: number,
  depth: number,
  item: ItemStart | null,
): number {
  const first = lines[at];
  if (first === undefined) return lines.length;
  const inner: Line[] = [item?.content ?? unquoted(first)];
  let fence: FenceStart | null = openFence(null, inner[0]);
  let next = at + 1;
  for (; next < lines.length; next += 1) {
    const line = lines[next];
    if (line === undefined) break;
    const belongs = item === null ? isQuote(line) : isBlank(line) || indentOf(line) >= item.width;
    const last = inner.at(-1);
    const goesOn =
      fence === null && !isBlank(line) && last !== undefined && !isBlank(last) && !startsBlock(line);
    if (!belongs && !goesOn) break;
    const taken = !belongs ? line : item === null ? unquoted(line) : dedent(line, item.width);
    inner.push(taken);
    fence = openFence(fence, taken);
  }
  if (depth < DEPTH_MAX) {
    const number = first.line * COLUMNS_MAX + first.column;
    const holder: Holder =
      item === null
        ? { holder: "quote", number }
        : { holder: "list-item", number, mark: item.mark, ordinal: item.ordinal };
    readBlocks({ ...reader, holders: [...reader.holders, holder] }, inner, depth + 1);
    return next;
  }
  reader.issues.push(
    errorAt(spanOf(reader.file, first, first), {
      code: "nested-too-deep",
      message: `lists and quotes are nested more than ${DEPTH_MAX} deep`,
      fix: "write it flatter",
    }),
  );
  return next;
}

const startsBlock = (line: Line): boolean => itemStart(line) !== null || interruptsParagraph(line);

function openFence(open: FenceStart | null, line: Line | undefined): FenceStart | null {
  if (line === undefined) return open;
  if (open === null) return fenceStart(line);
  return closesFence(line, open) ? null : open;
}

function readFence(reader: Reader, lines: Line[], at: number, start: FenceStart): number {
  const first = lines[at];
  if (first === undefined) return lines.length;
  let end = at + 1;
  while (end < lines.length) {
    const line = lines[end];
    if (line !== undefined && closesFence(line, start)) break;
    end += 1;
  }
  const span = spanOf(reader.file, first, lines[Math.min(end, lines.length - 1)] ?? first);
  const word = start.info.split(/\s/, 1)[0] ?? "";
  const at0 = spanOf(reader.file, first, first);
  if (end >= lines.length) {
    reader.issues.push(
      errorAt(at0, {
        code: "unclosed-fence",
        message: "the block is not closed",
        fix: "end it with a line of the same marks as its first",
      }),
    );
  } else if (word === "commit") {
    const body = lines.slice(at + 1, end).map((l) => dedent(l, start.indent));
    reader.items.push({ item: "fence", lines: body, span });
  } else if (nearest(word, ["commit"]) !== null) {
    const text = {
      code: "unknown-block",
      message: `\`${word}\` names no block`,
      fix: "did you mean `commit`?",
    };
    reader.issues.push(errorAt(at0, text));
  } else {
    reader.issues.push(
      warningAt(at0, {
        code: "code-block",
        message: "nothing in this block is promised",
        fix: "write it as prose, or leave it out",
      }),
    );
  }
  return end + 1;
}

/** What follows the comment's end on the same line is shown to readers, so it is read as well. */
function skipComment(reader: Reader, lines: Line[], at: number): number {
  for (let i = at; i < lines.length; i += 1) {
    const line = lines[i];
    const end =
      line === undefined ? -1 : line.text.indexOf("-->", i === at ? line.text.indexOf("<!--") + 2 : 0);
    if (line === undefined || end < 0) continue;
    lines[i] = cut(line, end + 3);
    return i;
  }
  const first = lines[at];
  if (first !== undefined) {
    const text = { code: "unclosed-comment", message: "the comment is not closed", fix: "end it with `-->`" };
    reader.issues.push(errorAt(spanOf(reader.file, first, first), text));
  }
  return lines.length;
}

function readTable(reader: Reader, lines: Line[], at: number): number {
  const head = lines[at];
  if (head === undefined) return lines.length;
  const heads = cellsOf(head).map((cell) => plainText([cell]));
  let end = at + 2;
  for (; end < lines.length; end += 1) {
    const row = lines[end];
    if (row === undefined || isBlank(row) || startsBlock(row)) break;
    addText(reader, plainText([rowText(heads, row)]), [row, row], {
      table: head.line,
      heads,
      cells: cellsOf(row).map((cell) => plainText([cell])),
    });
  }
  if (end === at + 2) {
    const row = { table: head.line, heads, cells: [] };
    addText(reader, heads.filter((h) => h !== "").join("; "), [head, head], row);
  }
  return end;
}

function addProse(reader: Reader, lines: readonly Line[]): void {
  const shown = lines.filter((line) => {
    const definition = definitionOf(line.text);
    if (definition !== null && !reader.definitions.has(definition.label))
      reader.definitions.set(definition.label, definition.target);
    return definition === null;
  });
  const [first, last] = [shown[0], shown.at(-1)];
  if (first === undefined || last === undefined) return;
  addText(reader, plainText(shown.map((l) => l.text)), [first, last], null);
}

function addText(
  reader: Reader,
  text: string,
  [first, last]: readonly [Line, Line],
  row: TableRow | null,
): void {
  const span = spanOf(reader.file, first, last);
  refuseHtml(reader, text, first, last);
  if (text !== "") reader.items.push({ item: "prose", text, span, holders: reader.holders, row });
}

function addHeading(reader: Reader, depth: number, text: string, lines: readonly Line[]): void {
  const [first, last] = [lines[0], lines.at(-1)];
  if (first === undefined || last === undefined) return;
  const { title, anchor } = splitAnchor(plainText([text]));
  const span = spanOf(reader.file, first, last);
  refuseHtml(reader, title, first, last);
  if (anchor !== null && !/^[A-Za-z0-9][\w.-]*$/.test(anchor)) {
    const fix = "use letters, digits, `-`, `_` and `.`";
    reader.issues.push(
      errorAt(span, { code: "bad-anchor", message: `\`${anchor}\` can not be an anchor`, fix }),
    );
  }
  reader.items.push({ item: "heading", depth, title, anchor, span, holders: reader.holders });
}

function refuseHtml(reader: Reader, text: string, first: Line, last: Line): void {
  if (!hasHtml(text)) return;
  const issue = { code: "html", message: "html is not part of the language", fix: "write it in Markdown" };
  reader.issues.push(errorAt(spanOf(reader.file, first, last), issue));
}
