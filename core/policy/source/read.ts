/**
 * A plain text, such as the policy that a company has → sections and statements that can be pointed at (spec/fidelity.md,
 * "Statements"). A pure function that never fails: whatever the text, each of its words is in a title or in exactly one statement.
 */
import { sha256Hex } from "../../terms/hash.ts";
import { type Block, blocksOf } from "./blocks.ts";
import { fold, isWide } from "./characters.ts";
import type { Source, SourceSection, SourceStatement } from "./model.ts";
import { type Level, letters, nextLevels } from "./numbering.ts";
import { outline, type Piece } from "./outline.ts";
import { sentenceEnds } from "./sentences.ts";
import { slice, spanOfText, type Text } from "./text.ts";

interface Reading {
  readonly file: string;
  readonly sections: SourceSection[];
  readonly statements: SourceStatement[];
  readonly ordinals: Map<string, number>;
  /** How many headings without a number stand under each number. */
  readonly unnumbered: Map<string, number>;
  levels: readonly Level[];
  section: string;
  /** Where the script of the text is not that of its beginning: `@zh`. */
  script: string;
}

export function readSource(file: string, text: string): Source {
  const pieces = outline(blocksOf(text));
  const main = pieces.map((p) => scriptOf(p.block.text.text)).find((s) => s !== null) ?? null;
  const reading: Reading = {
    file,
    sections: [],
    statements: [],
    ordinals: new Map(),
    unnumbered: new Map(),
    levels: [],
    section: "0",
    script: "",
  };
  for (const piece of pieces) {
    enterScript(reading, scriptOf(piece.block.text.text), main);
    if (piece.parts !== null) enterNumber(reading, piece, piece.parts);
    else if (piece.role === "title") enterTitle(reading, piece);
    if (piece.role === "statement" || piece.says) addStatements(reading, piece.block);
  }
  const { sections, statements } = reading;
  const sha256 = sha256Hex(statements.map((s) => `${s.section}/${s.ordinal} ${s.hash}\n`).join(""));
  return { file, sections, statements, sha256 };
}

/** `zh` for mostly Chinese text, `en` for letters; null for what is neither. */
function scriptOf(text: string): "zh" | "en" | null {
  const wide = [...text].filter(isWide).length;
  const letters = (text.match(/[A-Za-zÀ-ɏ]+/g) ?? []).length;
  if (wide + letters === 0) return null;
  return wide > letters ? "zh" : "en";
}

/** The other language begins its numbers anew. */
function enterScript(reading: Reading, script: "zh" | "en" | null, main: "zh" | "en" | null): void {
  if (script === null || main === null) return;
  const tag = script === main ? "" : `@${script}`;
  if (tag === reading.script) return;
  reading.script = tag;
  reading.levels = [];
  reading.section = `0${tag}`;
}

function enterNumber(reading: Reading, piece: Piece, parts: readonly number[]): void {
  const heading = piece.role === "title";
  reading.levels = nextLevels(reading.levels, parts, { heading, top: piece.top });
  open(reading, reading.levels.map((l) => l.n).join("."), heading ? piece.block : null);
}

function enterTitle(reading: Reading, piece: Piece): void {
  const base = reading.levels.map((l) => l.n).join(".") || "0";
  // A title of the whole text.
  if (reading.statements.length === 0 && base === "0") {
    open(reading, "0", piece.block);
    return;
  }
  const count = (reading.unnumbered.get(`${base}${reading.script}`) ?? 0) + 1;
  reading.unnumbered.set(`${base}${reading.script}`, count);
  open(reading, `${base}.${letters(count)}`, piece.block);
}

function open(reading: Reading, id: string, block: Block | null): void {
  reading.section = `${id}${reading.script}`;
  if (block === null) return;
  reading.sections.push({
    id: reading.section,
    title: block.text.text,
    span: spanOfText(reading.file, block.text),
  });
}

function addStatements(reading: Reading, block: Block): void {
  const item = block.mark?.mark === "item";
  let from = 0;
  for (const end of item ? [block.text.text.length] : sentenceEnds(block.text.text)) {
    addStatement(reading, slice(block.text, from, end), item);
    from = end;
  }
}

function addStatement(reading: Reading, text: Text, item: boolean): void {
  const folded = fold(text.text);
  // Stray marks say nothing.
  if (!/[\p{L}\p{N}]/u.test(folded)) return;
  const ordinal = (reading.ordinals.get(reading.section) ?? 0) + 1;
  reading.ordinals.set(reading.section, ordinal);
  reading.statements.push({
    section: reading.section,
    ordinal,
    text: text.text.normalize("NFC"),
    hash: sha256Hex(folded),
    item,
    span: spanOfText(reading.file, text),
  });
}
