/** Ruby of a migration → its calls in order, without what undoes it. Nothing is run: a loop is its lines once, and what they compute is unknown. */
import { RUBY } from "../../source/languages.ts";
import { type Token, tokensOf } from "../../source/tokens.ts";
import { type Call, closing, Effort, TOO_DEEP, TOO_LONG, Values } from "../../source/values.ts";
import { blocksOf } from "./blocks.ts";

export interface Statement {
  /** `t` of `t.string`; empty where it is called on the migration. */
  readonly on: string;
  readonly call: Call;
  /** The name that the block gives what it is about. */
  readonly block: string | null;
}

const ENDING: ReadonlySet<string> = new Set(["do", "if", "unless", "and", "or", "rescue"]);

export interface StatementsRead {
  readonly statements: readonly Statement[];
  /** What may be missing, and from which line on. */
  readonly lost: readonly { readonly line: number; readonly what: string }[];
}

const NO_END = "`down`: where it ends can not be told, so steps of this file may be missing";

export function statementsIn(text: string): StatementsRead {
  const { tokens, cut } = tokensOf(text, RUBY);
  const blocks = blocksOf(tokens);
  const effort = new Effort(tokens);
  const statements: Statement[] = [];
  const lost = cut === null ? [] : [{ line: cut, what: TOO_LONG }];
  let passed: number | null = null;
  for (let at = 0; at < tokens.length; at += 1) {
    if (!blocks.isStart(at)) continue;
    const token = tokens[at];
    if (token?.kind !== "word") continue;
    if (token.text === "def" && nameAfter(tokens, at + 1) === "down") {
      passed ??= token.line;
      at = blocks.ends.get(at) ?? tokens.length;
      continue;
    }
    const { on, name, next } = headAt(tokens, at);
    const opens = tokens[next]?.text;
    if (name === "down" && on !== "" && (opens === "{" || opens === "do")) {
      passed ??= token.line;
      at = opens === "{" ? closing(tokens, next) : (blocks.ends.get(next) ?? tokens.length);
      continue;
    }
    const { call, end } = callAt(tokens, next, { name, line: token.line });
    statements.push({ on, call, block: blockAt(tokens, end) });
    if (!effort.spend(end - at)) {
      lost.push({ line: token.line, what: TOO_DEEP });
      break;
    }
  }
  if (passed !== null && blocks.broken !== null) lost.push({ line: passed, what: NO_END });
  return { statements, lost };
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
