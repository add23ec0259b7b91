/**
 * Lines of a plain text → its blocks: headings, list items and paragraphs. Whether a line break is a paragraph's end or only a wrap is
 * told by the width: a break is a wrap where the next word would not have fitted.
 */
import { isWide } from "./characters.ts";
import { type Mark, type Marked, markOf } from "./marks.ts";
import { joined, slice, type Text, textOf } from "./text.ts";

export interface Block {
  readonly mark: Mark | null;
  /** Without its mark. */
  readonly text: Text;
}

interface Width {
  readonly once: number;
  readonly twice: number;
}

interface Row {
  readonly text: Text;
  /** With its indent and single spaces; Chinese characters once, and twice. */
  readonly width: Width;
  /** Has Chinese in it. */
  readonly wide: boolean;
  readonly blankBefore: boolean;
}

/** Wider and narrower texts are not wrapped: their lines are their paragraphs. */
const WRAPPED_WIDTH_MAX = 140;
const WRAPPED_WIDTH_MIN = 40;
const HEADING_WORDS_MAX = 14;
const HEADING_WIDE_MAX = 24;

export function blocksOf(source: string): Block[] {
  const rows = rowsOf(source);
  const widest = { wide: widestOf(rows, true), narrow: widestOf(rows, false) };
  const blocks: Block[] = [];
  let open: Open | null = null;
  for (const row of rows) {
    const marked = markOf(row.text.text);
    if (open !== null && goesOn(open, row, marked, row.wide ? widest.wide : widest.narrow)) {
      open.rows.push(row.text);
      open.last = row;
      open.wide ||= row.wide;
      continue;
    }
    if (open !== null) blocks.push({ mark: open.mark, text: joined(open.rows) });
    const text = marked === null ? row.text : slice(row.text, marked.length, row.text.text.length);
    open = { mark: marked?.mark ?? null, rows: [text], last: row, wide: row.wide };
  }
  if (open !== null) blocks.push({ mark: open.mark, text: joined(open.rows) });
  return blocks;
}

/** A block that may go on. */
interface Open {
  readonly mark: Mark | null;
  readonly rows: Text[];
  last: Row;
  wide: boolean;
}

function rowsOf(source: string): Row[] {
  const rows: Row[] = [];
  let blank = false;
  for (const [i, line] of source.split(/\r\n|\n|\r|\u2028|\u2029|\f/).entries()) {
    const text = textOf(line, i + 1);
    if (text.text === "" || /^[-*_=~]{3,}$/.test(text.text)) {
      blank = true;
      continue;
    }
    const wide = [...text.text].some(isWide);
    rows.push({ text, width: widthOf(line), wide, blankBefore: blank });
    blank = false;
  }
  return rows;
}

/** Chinese lines are broken by other rules, so each script has its own width. */
function widestOf(rows: readonly Row[], wide: boolean): Width {
  let [once, twice] = [0, 0];
  for (const { wide: own, width } of rows) {
    if (own !== wide) continue;
    once = Math.max(once, width.once);
    twice = Math.max(twice, width.twice);
  }
  return { once, twice };
}

function widthOf(line: string): Width {
  const seen = [
    ...line
      .replaceAll(/[\u00AD\u200B-\u200F\u2060\uFEFF]/g, "")
      .trimEnd()
      .replaceAll(/(?<=\S)\s+/g, " "),
  ];
  return { once: seen.length, twice: seen.length + seen.filter(isWide).length };
}

function goesOn(open: Open, row: Row, marked: Marked | null, widest: Width): boolean {
  const { last: before, mark } = open;
  const wrapped = widest.once <= WRAPPED_WIDTH_MAX && widest.twice >= WRAPPED_WIDTH_MIN;
  if (row.blankBefore || mark?.mark === "heading" || !wrapped) return false;
  // Another language begins another paragraph.
  if ((row.wide && !open.wide) || !isFull(before, row, widest)) return false;
  const ended = endsSentence(before.text.text);
  if (marked !== null) return !ended && isPartOf(row.text.text, marked, mark);
  return !(ended && looksLikeHeading(row.text.text) && row.width.once <= widest.once * 0.85);
}

/** After an open sentence, a dash, `(4)` or `13.` at the beginning of a line may belong to the sentence. */
function isPartOf(text: string, { mark, length }: Marked, open: Mark | null): boolean {
  if (mark.mark === "heading") return false;
  if (mark.mark === "number") return !looksLikeHeading(text.slice(length));
  // Items need no full stop, so a mark like the last one begins the next item.
  if (open?.mark === "item") return mark.bracketed && !open.bracketed;
  return mark.bracketed || /^[-*+–—]/.test(text);
}

/** The next word would not have fitted. Chinese breaks at any character, but no mark of punctuation begins a line. */
function isFull(before: Row, row: Row, widest: Width): boolean {
  if (!row.wide && !before.wide)
    return before.width.once + 1 + (row.text.text.split(" ", 1)[0] ?? "").length > widest.once;
  const piece = /^[^\s]*?(?=\s|$)|^/.exec(row.text.text)?.[0] ?? "";
  const at = [...piece].findIndex(isWide);
  const first = widthOf(at < 0 ? piece : [...piece].slice(0, at + 2).join(""));
  const near = (own: number, next: number, most: number): boolean => own + 1 + next > most;
  return (
    near(before.width.once, first.once, widest.once) || near(before.width.twice, first.twice, widest.twice)
  );
}

export const endsSentence = (text: string): boolean => /[.!?:;。！？：；]["'”’)\]」』》）]*$/.test(text);

/** Short, begins like a title, does not end like a sentence, says nothing of the form `name: value`, and has no figures. */
export function looksLikeHeading(text: string): boolean {
  const wide = [...text].filter(isWide).length;
  if (wide > HEADING_WIDE_MAX || text.split(" ").length > HEADING_WORDS_MAX) return false;
  if (/[.!:;,。！：；，、]["'”’)\]」』》）]*$/.test(text)) return false;
  if (/\d|@|[:：]\s*\S|\w\/\w|[。！？；]|[.!?] \p{Lu}/u.test(text)) return false;
  return /^["“'‘(（]?[\p{Lu}\p{Lo}]/u.test(text);
}
