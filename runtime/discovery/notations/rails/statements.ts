/** Ruby of a migration → its calls in order, without what undoes it. Nothing is run: a loop is its lines once, and what they compute is unknown. */
import { RUBY } from "../../source/languages.ts";
import { type Token, tokensOf } from "../../source/tokens.ts";
import { type Call, closing, Values } from "../../source/values.ts";

export interface Statement {
  /** `t` of `t.string`; empty where it is called on the migration. */
  readonly on: string;
  readonly call: Call;
  /** The name that the block gives what it is about. */
  readonly block: string | null;
}

const ENDING: ReadonlySet<string> = new Set(["do", "if", "unless", "and", "or", "rescue"]);
const OPENING: ReadonlySet<string> = new Set(["do", "def", "class", "module", "begin", "case"]);
const OPENING_FIRST: ReadonlySet<string> = new Set(["if", "unless", "while", "until", "for"]);

export function statementsIn(text: string): readonly Statement[] {
  const tokens = tokensOf(text, RUBY);
  const found: Statement[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    if (!isStart(tokens, at)) continue;
    const token = tokens[at];
    if (token?.kind !== "word") continue;
    if (token.text === "def" && /^down$/.test(nameAfter(tokens, at + 1))) {
      at = endOf(tokens, at);
      continue;
    }
    const { on, name, next } = headAt(tokens, at);
    if (name === "down" && on !== "") {
      at = tokens[next]?.text === "{" ? closing(tokens, next) : endOf(tokens, next);
      continue;
    }
    const { call, end } = callAt(tokens, next, { name, line: token.line });
    found.push({ on, call, block: blockAt(tokens, end) });
  }
  return found;
}

/** At the begin of a line, or of a block. */
function isStart(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return (
    before === undefined ||
    before.kind === "line" ||
    before.text === ";" ||
    before.text === "do" ||
    before.text === "then" ||
    (before.kind === "sign" && (before.text === "{" || before.text === "|"))
  );
}

/** `down` of `def down` and of `def self.down`. */
function nameAfter(tokens: readonly Token[], at: number): string {
  const [first, second, third] = tokens.slice(at, at + 3);
  return (first?.text === "self" && second?.text === "." ? third?.text : first?.text) ?? "";
}

function headAt(
  tokens: readonly Token[],
  at: number,
): { readonly on: string; readonly name: string; readonly next: number } {
  const names = [tokens[at]?.text ?? ""];
  let next = at + 1;
  while (tokens[next]?.text === "." && tokens[next + 1]?.kind === "word") {
    names.push(tokens[next + 1]?.text ?? "");
    next += 2;
  }
  return { on: names.slice(0, -1).join("."), name: names.at(-1) ?? "", next };
}

function callAt(
  tokens: readonly Token[],
  next: number,
  { name, line }: { readonly name: string; readonly line: number },
): { readonly call: Call; readonly end: number } {
  const round = tokens[next]?.text === "(";
  const values = new Values(tokens, { at: round ? next + 1 : next, ending: ENDING });
  const call = values.args(round ? ")" : null, name, line);
  return { call, end: values.at };
}

function blockAt(tokens: readonly Token[], at: number): string | null {
  const [opens, bar, name] = tokens.slice(at, at + 3);
  const isBlock = opens?.text === "do" || opens?.text === "{";
  return isBlock && bar?.text === "|" && name?.kind === "word" ? name.text : null;
}

/** The `end` that closes what opens here. */
function endOf(tokens: readonly Token[], from: number): number {
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "word") continue;
    if (OPENING.has(token.text) || (OPENING_FIRST.has(token.text) && isStart(tokens, at))) depth += 1;
    else if (token.text === "end") {
      depth -= 1;
      if (depth <= 0) return at;
    }
  }
  return tokens.length;
}
