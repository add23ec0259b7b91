/** Migrations of Ecto: what stands within `create table`, `alter table`, and the steps beside them. */
import { own } from "@avow/core/terms/own";
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { RUBY } from "../../source/languages.ts";
import { type Token, tokensOf } from "../../source/tokens.ts";
import { type Call, Effort, TOO_DEEP, TOO_LONG, Values } from "../../source/values.ts";
import type { Notation } from "../notation.ts";
import { type Context, STEPS } from "./steps.ts";

export const ecto: Notation = {
  name: "Ecto",
  expects: "migrations of Ecto (`create table(:users) do`)",
  endings: [".exs", ".ex"],
  claims: ({ file, text }) => /\.exs?$/.test(file) && /\buse\s+Ecto\.Migration\b/.test(text),
  read(files, before) {
    const picture = new Picture(before);
    const unread: Unread[] = [];
    let statements = 0;
    for (const { file, text } of files) {
      const { tokens, cut } = tokensOf(text, RUBY);
      if (cut !== null) unread.push({ file, line: cut, what: TOO_LONG });
      statements += carriedOut(withoutDown(tokens), {
        ...{ picture, file, table: null },
        lost: (line, what) => unread.push({ file, line, what }),
        left: (more) => {
          for (const one of more) unread.push(one);
        },
      });
    }
    const description = { collections: picture.collections() };
    return { description, statements, unread, changed: picture.changed };
  },
};

/** How many steps there were. */
function carriedOut(tokens: readonly Token[], context: Context): number {
  const effort = new Effort(tokens);
  let steps = 0;
  for (const [at, token] of tokens.entries()) {
    const does = token.kind === "word" && begins(tokens, at) ? own(STEPS, token.text) : undefined;
    if (does === undefined) continue;
    const { call, read } = callAt(tokens, at);
    if (!effort.spend(read)) {
      context.lost(token.line, TOO_DEEP);
      break;
    }
    steps += 1;
    const what = does(call, context);
    if (what !== null) context.lost(token.line, what);
  }
  return steps;
}

/** A step is the first word of what is said. */
function begins(tokens: readonly Token[], at: number): boolean {
  const before = tokens[at - 1];
  return before === undefined || before.kind === "line" || /^(?:do|->|;|else)$/.test(before.text);
}

const ENDING: ReadonlySet<string> = new Set(["do"]);

/** `add :a, :b`, `add(:a, :b)`. */
function callAt(tokens: readonly Token[], at: number): { readonly call: Call; readonly read: number } {
  const { text, line } = tokens[at] ?? { text: "", line: 0 };
  const isBracketed = tokens[at + 1]?.text === "(";
  const values = new Values(tokens, { at: at + (isBracketed ? 2 : 1), ending: ENDING });
  const call = values.args(isBracketed ? ")" : null, text, line);
  return { call, read: values.at - at };
}

/** What undoes a migration is no part of the schema. */
function withoutDown(tokens: readonly Token[]): readonly Token[] {
  const from = tokens.findIndex((t, i) => t.text === "def" && tokens[i + 1]?.text === "down");
  if (from < 0) return tokens;
  let depth = 0;
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "word") continue;
    // `if x, do: y` has no end of its own.
    if (token.text === "fn" || (token.text === "do" && tokens[at + 1]?.text !== ":")) depth += 1;
    else if (token.text === "do" && depth === 0) {
      const end = tokens.findIndex((t, i) => i > at && t.kind === "line");
      return end < 0 ? tokens.slice(0, from) : [...tokens.slice(0, from), ...tokens.slice(end)];
    } else if (token.text === "end" && --depth === 0)
      return [...tokens.slice(0, from), ...tokens.slice(at + 1)];
  }
  return tokens.slice(0, from);
}
