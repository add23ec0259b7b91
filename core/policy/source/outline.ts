/**
 * Blocks → which of them are headings. Nothing that a reader might take for a promise is swallowed: a heading with nothing under it is
 * an item of a list, or the trace of a list that is missing, and so a statement; and so is a heading that forbids or promises.
 */
import { type Block, endsSentence, looksLikeHeading } from "./blocks.ts";
import { fold, isWide } from "./characters.ts";

export interface Piece {
  readonly block: Block;
  readonly role: "title" | "statement";
  /** Opens a section. */
  readonly parts: readonly number[] | null;
  /** A title that says something, too. */
  readonly says: boolean;
  /** A contents list has it. */
  readonly top: boolean;
}

/** A contents list stands at the front. */
const CONTENTS_WITHIN = 200;
const TITLE_MAX = 300;

export function outline(blocks: readonly Block[]): Piece[] {
  const listed = contentsOf(blocks);
  const kept = blocks.filter((_, i) => !listed.indexes.has(i));
  const times = new Map<string, number>();
  for (const block of kept) {
    const key = block.text.text.length > TITLE_MAX ? "" : titleKey(block);
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  const pieces: Piece[] = [];
  /** The last number of a run of titles with nothing under them: a list. */
  let run: number | null = null;
  for (const [i, block] of kept.entries()) {
    const parts = partsOf(block);
    const top = parts?.length === 1 && listed.titles.has(titleKey(block));
    const title = isTitle(block, pieces.length === 0);
    const empty = title && isEmpty(block, kept[i + 1], i > 0 && (times.get(titleKey(block)) ?? 0) < 2);
    const single = parts?.length === 1 ? (parts[0] ?? 0) : null;
    const goesOn: boolean = title && !top && run !== null && single === run + 1;
    run = empty || goesOn ? single : null;
    const role = title && !empty && !goesOn ? "title" : "statement";
    pieces.push({ block, role, parts, top, says: role === "title" && saysSomething(block.text.text) });
  }
  return pieces;
}

export const partsOf = ({ mark }: Block): readonly number[] | null =>
  mark === null || mark.mark === "item" ? null : mark.parts;

function isTitle({ mark, text }: Block, first: boolean): boolean {
  if (mark?.mark === "heading") return true;
  if (mark?.mark === "item") return false;
  // A title may be a question.
  const plain = text.text.replace(/[?？]$/, "");
  return looksLikeHeading(first || mark !== null ? plain.replaceAll(/\d/g, "") : plain);
}

/** Nothing stands under it: neither words nor a heading of a lower level. `alone`: it is not the text's first, and stands once. */
function isEmpty(block: Block, next: Block | undefined, alone: boolean): boolean {
  if (next === undefined) return true;
  if (!isTitle(next, false)) {
    const [own, other] = [partsOf(block), partsOf(next)];
    return own !== null && other !== null && !isUnder(own, other);
  }
  const [own, other] = [partsOf(block), partsOf(next)];
  if (block.mark?.mark === "heading" && own === null) return false;
  if (own === null) {
    if (other !== null || next.mark?.mark === "heading") return false;
    return alone;
  }
  return other !== null && !isUnder(own, other);
}

const isUnder = (own: readonly number[], other: readonly number[]): boolean =>
  (other.length > own.length && own.every((n, i) => other[i] === n)) ||
  (other.length === 1 && other[0] === 1);

const titleKey = (block: Block): string =>
  `${partsOf(block)?.join(".") ?? ""} ${fold(block.text.text.replace(/[?？]$/, "")).toLowerCase()}`;

/** A contents list: a run of numbered titles from 1, at least half of which come again below. */
function contentsOf(blocks: readonly Block[]): {
  readonly indexes: ReadonlySet<number>;
  readonly titles: ReadonlySet<string>;
} {
  for (let at = 0; at < Math.min(blocks.length, CONTENTS_WITHIN); at += 1) {
    if (numberAt(blocks, at) !== 1) continue;
    let end = at + 1;
    while (numberAt(blocks, end) === end - at + 1) end += 1;
    if (end - at < 3) continue;
    const run = blocks.slice(at, end).map(titleKey);
    const later = new Set(blocks.slice(end).map(titleKey));
    if (run.filter((key) => later.has(key)).length * 2 < run.length) continue;
    return { indexes: new Set(run.map((_, i) => at + i)), titles: new Set(run) };
  }
  return { indexes: new Set(), titles: new Set() };
}

function numberAt(blocks: readonly Block[], at: number): number | null {
  const block = blocks[at];
  const parts = block === undefined ? null : partsOf(block);
  if (block === undefined || parts?.length !== 1 || !isTitle(block, false)) return null;
  return parts[0] ?? null;
}

/** Words by which a title promises, forbids or allows; a question does not. */
function saysSomething(text: string): boolean {
  if (/[?？]$/.test(text) || /^(?:how|what|when|where|why|who|which)\b/i.test(text)) return false;
  if ([...text].some(isWide)) return /不|绝|禁止|承诺|保证/.test(text);
  return /\b(?:never|not|no|must|shall|will|only|always|cannot)\b/i.test(text) && !endsSentence(text);
}
