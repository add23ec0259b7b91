/** Which `end` closes what in Ruby, told in one pass over the tokens, and where statements begin. */
import type { Token } from "../../source/tokens.ts";
import { closing } from "../../source/values.ts";

const OPENING: ReadonlySet<string> = new Set(["do", "def", "class", "module", "begin", "case"]);
/** Open a block where a value begins; behind one they are about that line only (`x if y`). */
const OPENING_FIRST: ReadonlySet<string> = new Set(["if", "unless", "while", "until", "for"]);
/** The `do` of their line is theirs. */
const LOOPS: ReadonlySet<string> = new Set(["while", "until", "for"]);
const BEFORE_VALUE: ReadonlySet<string> = new Set(["=", "(", "[", ",", "||", "&&", "=>", ":", "->"]);

export interface Blocks {
  /** The `end` of what opens at a token; of a method in one line (`def down = …`) where that line ends. */
  readonly ends: ReadonlyMap<number, number>;
  /** The line of what nothing closes, or of an `end` that closes nothing; null: all is closed. */
  readonly broken: number | null;
  isStart(at: number): boolean;
}

export function blocksOf(tokens: readonly Token[]): Blocks {
  const ends = new Map<number, number>();
  const bodies = new Set<number>();
  const open: number[] = [];
  let broken: number | null = null;
  let loopLine = false;
  const isStart = (at: number): boolean => bodies.has(at) || startsLine(tokens, at);
  for (const [at, token] of tokens.entries()) {
    if (token.kind === "line") loopLine = false;
    if (token.kind !== "word" || isName(tokens, at)) continue;
    const body = token.text === "def" ? bodyInLine(tokens, at) : null;
    if (body !== null) {
      bodies.add(body);
      ends.set(at, endOfLine(tokens, body));
    } else if (token.text === "end") {
      const from = open.pop();
      if (from === undefined) broken ??= token.line;
      else ends.set(from, at);
    } else if (token.text === "do" && loopLine) loopLine = false;
    else if (OPENING.has(token.text)) open.push(at);
    else if (OPENING_FIRST.has(token.text) && (isStart(at) || isValue(tokens, at))) {
      loopLine = LOOPS.has(token.text);
      open.push(at);
    }
  }
  const [first] = open;
  return { ends, broken: broken ?? (first === undefined ? null : (tokens[first]?.line ?? 1)), isStart };
}

/** At the begin of a line, or of a block. */
function startsLine(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return (
    before === undefined ||
    before.kind === "line" ||
    before.text === ";" ||
    before.text === "do" ||
    before.text === "then" ||
    before.text === "else" ||
    (before.kind === "sign" && (before.text === "{" || before.text === "|"))
  );
}

const isValue = (tokens: readonly Token[], at: number): boolean => {
  const before = tokens[at - 1];
  return before?.kind === "sign" && BEFORE_VALUE.has(before.text);
};

/** `self.class`, `class: "x"`, `def end`: a word that is a name here. */
function isName(tokens: readonly Token[], at: number): boolean {
  const [before, after] = [tokens[at - 1], tokens[at + 1]];
  return (
    (before?.kind === "sign" && /^(?:\.|&\.|::)$/.test(before.text)) ||
    (before?.kind === "word" && before.text === "def") ||
    (after?.kind === "sign" && after.text === ":")
  );
}

/** Where the body of `def name = …` or `def name(a) = …` begins; null: it is no method in one line. */
function bodyInLine(tokens: readonly Token[], at: number): number | null {
  let next = at + 1;
  if (tokens[next]?.text === "self" && tokens[next + 1]?.text === ".") next += 2;
  if (tokens[next]?.kind !== "word") return null;
  next += 1;
  if (/^[?!]$/.test(tokens[next]?.text ?? "")) next += 1;
  const round = tokens[next]?.text === "(";
  if (round) next = closing(tokens, next) + 1;
  const sign = tokens[next];
  // `def name=(value)` sets something.
  if (sign?.kind !== "sign" || sign.text !== "=" || (!round && sign.glued === true)) return null;
  next += 1;
  while (tokens[next]?.kind === "line") next += 1;
  return next;
}

/** Behind its last token, blocks and brackets of several lines included. */
function endOfLine(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
    else if (token?.kind === "word" && !isName(tokens, at)) {
      if (OPENING.has(token.text) || (OPENING_FIRST.has(token.text) && at === from)) depth += 1;
      else if (token.text === "end") depth -= 1;
    } else if (depth <= 0 && (token?.kind === "line" || token?.text === ";")) return at;
  }
  return tokens.length;
}
