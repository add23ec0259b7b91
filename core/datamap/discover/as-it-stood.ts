/**
 * A map that was added to, in the text that somebody wrote: only what changed is written anew. What a library writes of a whole document is
 * right, and every line of it may be another.
 */
import { type Document, isMap, isScalar, isSeq, type ParsedNode, parseDocument } from "yaml";
import { marksIn } from "./marks.ts";

/** `document` came out of `existing`. Where the two texts can not be joined, it is the library's. */
export function asItStood(existing: string, document: Document): string {
  const written = document.toString({ lineWidth: 0, indent: indentIn(existing) });
  const fresh = existing.includes("\r\n") ? written.replaceAll("\n", "\r\n") : written;
  const [before, after] = [blockOf(existing), blockOf(fresh)];
  if (before === null || after === null) return fresh;
  const text = `${existing.slice(0, before.start)}${joined(before, after)}${existing.slice(before.end)}`;
  return isSame(text, fresh) ? text : fresh;
}

/** What a key, or an item of a list, and its value take: whole lines, with the comments right above. */
interface Part {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly value: ParsedNode | null;
}

/** Parts that stand in lines of their own, without the blank lines behind the last. */
interface Block {
  readonly text: string;
  readonly parts: readonly Part[];
  readonly start: number;
  readonly end: number;
}

function joined(before: Block, after: Block): string {
  const known = new Map(before.parts.map((part) => [part.name, part]));
  let all = "";
  for (const part of after.parts) {
    const old = known.get(part.name);
    const text =
      old === undefined ? textOf(after, part) : kept({ block: before, part: old }, { block: after, part });
    // What somebody wrote may end without a line's end.
    all += all === "" || all.endsWith("\n") ? text : `\n${text}`;
  }
  return all;
}

interface Place {
  readonly block: Block;
  readonly part: Part;
}

function kept(old: Place, now: Place): string {
  const [text, other] = [textOf(old.block, old.part), textOf(now.block, now.part)];
  if (saysTheSame(text, old.part, now.part, other)) return text;
  const [before, after] = [within(old), within(now)];
  if (before === null || after === null) return other;
  const [head, headNow] = [headOf(old, before), headOf(now, after)];
  const rest = old.block.text.slice(before.end, old.part.end);
  return `${marksOf(head) === marksOf(headNow) ? head : headNow}${joined(before, after)}${rest}`;
}

const headOf = ({ block, part }: Place, { start }: Block): string => block.text.slice(part.start, start);
const textOf = ({ text }: Block, { start, end }: Part): string => text.slice(start, end);

const saysTheSame = (text: string, old: Part, now: Part, other: string): boolean =>
  JSON.stringify(old.value?.toJSON()) === JSON.stringify(now.value?.toJSON()) &&
  marksOf(text) === marksOf(other);

/** Of what nobody has looked at yet. */
const marksOf = (text: string): string => marksIn(text).join("\n");

function blockOf(text: string): Block | null {
  const document = parseDocument(text);
  const root = document.contents;
  if (document.errors.length > 0 || !isMap<ParsedNode>(root)) return null;
  const at = root.items.findIndex((p) => isScalar(p.key) && p.key.value === "collections");
  const next = root.items[at + 1]?.key;
  return partsIn(text, root.items[at]?.value ?? null, next === undefined ? text.length : lineOf(text, next));
}

const within = ({ block, part }: Place): Block | null => partsIn(block.text, part.value, part.end);

/** Null: it has no parts that stand in lines of their own. */
function partsIn(text: string, value: ParsedNode | null, end: number): Block | null {
  if ((!isMap<ParsedNode>(value) && !isSeq<ParsedNode>(value)) || value.flow === true) return null;
  const items = isMap<ParsedNode>(value)
    ? value.items.map((p) => ({
        name: isScalar(p.key) ? String(p.key.value) : "",
        at: p.key,
        value: p.value,
      }))
    : value.items.map((item, i) => ({ name: `${i}`, at: item, value: item }));
  const starts = items.map((item) => lineOf(text, item.at));
  const [start] = starts;
  if (start === undefined || new Set(starts).size < starts.length) return null;
  const last = start + text.slice(start, end).trimEnd().length;
  const lineEnd = text.indexOf("\n", last) + 1;
  const until = lineEnd === 0 || lineEnd > end ? end : lineEnd;
  const parts = items.map((item, i) => ({
    ...{ name: item.name, value: item.value },
    ...{ start: starts[i] ?? until, end: starts[i + 1] ?? until },
  }));
  return { text, parts, start, end: until };
}

/** Where the line of a node begins, or the first of the comments right above it. */
function lineOf(text: string, { range }: ParsedNode): number {
  let start = text.lastIndexOf("\n", range[0] - 1) + 1;
  for (;;) {
    const above = text.lastIndexOf("\n", start - 2) + 1;
    if (start === 0 || !/^\s*#/.test(text.slice(above, start))) return start;
    start = above;
  }
}

function indentIn(text: string): number {
  const [, blanks = "  "] = /^collections:[^\n]*\n(?:\s*(?:#[^\n]*)?\n)*( +)\S/m.exec(text) ?? [];
  return blanks.length;
}

/** Comments count, of which the library loses some that somebody wrote. */
function isSame(text: string, fresh: string): boolean {
  const [one, other] = [parseDocument(text), parseDocument(fresh)];
  const said = commentsIn(text);
  return (
    one.errors.length === 0 &&
    JSON.stringify(one.toJS()) === JSON.stringify(other.toJS()) &&
    [...commentsIn(fresh)].every(([comment, times]) => (said.get(comment) ?? 0) >= times)
  );
}

function commentsIn(text: string): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [comment] of text.matchAll(/#[^\r\n]*/g)) found.set(comment, (found.get(comment) ?? 0) + 1);
  return found;
}
