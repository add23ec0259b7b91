/** Functions of the project's own that a table builder is given to: `addStamps(table)`, also those of another file. */
import type { Script } from "../../source/script.ts";
import type { Token } from "../../source/tokens.ts";
import { closing, type Effort, type Value, Values } from "../../source/values.ts";

export interface OwnWay {
  /** Names of what it takes, in order. */
  readonly takes: readonly string[];
  /** Cut out anew for each call; null: no more of them can be gone through. */
  readonly body: (effort: Effort) => readonly Token[] | null;
}

export interface Given {
  readonly name: string;
  /** Of the builder among what is given; −1: it is none of it. */
  readonly position: number;
  readonly args: readonly Value[];
  /** How many tokens were read for it. */
  readonly tokens: number;
}

const NO_FUNCTION = /^(?:if|for|while|switch|catch|return|function|await|new)$/;
const RETURN_TYPE_TOKENS_MAX = 12;

export class OwnWays {
  readonly #byFile = new Map<string, ReadonlyMap<string, OwnWay>>();
  readonly #elsewhere = new Map<string, OwnWay | null>();

  constructor(scripts: readonly { readonly file: string; readonly script: Script }[]) {
    for (const { file, script } of scripts) {
      const own = functionsIn(script.tokens);
      this.#byFile.set(file, own);
      // Of several with one name, only an import could tell which is meant.
      for (const [name, way] of own) this.#elsewhere.set(name, this.#elsewhere.has(name) ? null : way);
    }
  }

  /** `stamps`, `shared.stamps`: of the file itself, else of the only other one that has it. */
  named(called: string, file: string): OwnWay | undefined {
    const name = called.split(".").at(-1) ?? called;
    return this.#byFile.get(file)?.get(name) ?? this.#elsewhere.get(name) ?? undefined;
  }
}

/** `function a(t) {`, `a = (t) =>`, `a: function (t) {`, `a(t) {`; the first of each name. */
function functionsIn(tokens: readonly Token[]): ReadonlyMap<string, OwnWay> {
  const found = new Map<string, OwnWay>();
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "word" || NO_FUNCTION.test(token.text) || found.has(token.text)) continue;
    const way = functionAt(tokens, at + 1);
    if (way !== null) found.set(token.text, way);
  }
  return found;
}

function functionAt(tokens: readonly Token[], from: number): OwnWay | null {
  let at = from;
  const assigned = tokens[at]?.kind === "sign" && /^[=:]$/.test(tokens[at]?.text ?? "");
  if (assigned) at += 1;
  for (let more = assigned; more && /^(?:async|function)$/.test(tokens[at]?.text ?? ""); at += 1) {
    const isNamed = tokens[at]?.text === "function" && tokens[at + 1]?.kind === "word";
    if (isNamed) at += 1;
    more = tokens[at]?.text === "async";
  }
  const [first, next] = [tokens[at], tokens[at + 1]];
  if (assigned && first?.kind === "word" && next?.text === "=>")
    return { takes: [first.text], body: bodyAt(tokens, at + 2) };
  if (first?.kind !== "sign" || first.text !== "(") return null;
  const end = closing(tokens, at);
  const body = bodyBehind(tokens, end + 1);
  return body === null ? null : { takes: namesOf(tokens, at + 1, end), body };
}

/** Behind what it takes, and behind the type that it gives. */
function bodyBehind(tokens: readonly Token[], from: number): OwnWay["body"] | null {
  for (let at = from; at < from + RETURN_TYPE_TOKENS_MAX; at += 1) {
    const token = tokens[at];
    if (token?.text === "=>" || token?.text === "{") return bodyAt(tokens, token.text === "{" ? at : at + 1);
    const isType =
      at > from ? token?.kind === "word" || /^[<>|.[\]]$/.test(token?.text ?? "") : token?.text === ":";
    if (!isType) return null;
  }
  return null;
}

/** Looked for only when it is called: functions within functions hold the same tokens over and over. */
function bodyAt(tokens: readonly Token[], from: number): OwnWay["body"] {
  return (effort) => {
    let at = from;
    while (tokens[at]?.kind === "line") at += 1;
    if (tokens[at]?.text === "{") {
      const end = closing(tokens, at);
      return effort.spend(end - at) ? tokens.slice(at + 1, end) : null;
    }
    if (!effort.spend(0)) return null;
    const values = new Values(tokens, { at });
    values.value();
    return effort.spend(values.at - at) ? tokens.slice(at, values.at) : null;
  };
}

/** `table: Knex.TableBuilder, name = "x"` → `table`, `name`. */
function namesOf(tokens: readonly Token[], from: number, to: number): readonly string[] {
  const names: string[] = [];
  let isFirst = true;
  for (let at = from; at < to; at += 1) {
    const token = tokens[at];
    if (token?.kind === "line") continue;
    if (isFirst) names.push(token?.kind === "word" ? token.text : "");
    isFirst = token?.kind === "sign" && token.text === ",";
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
  }
  return names;
}

const BEFORE_BUILDER_MAX = 200;

/** The function that the builder at `at` is given to; null: it is not given away there. */
export function givenAway(body: readonly Token[], at: number): Given | null {
  const builder = body[at]?.text ?? "";
  if (!isSide(body[at - 1], "(") || !isSide(body[at + 1], ")")) return null;
  let depth = 0;
  for (let opening = at - 1; opening > Math.max(0, at - BEFORE_BUILDER_MAX); opening -= 1) {
    const token = body[opening];
    if (token?.kind !== "sign") continue;
    if (/^[)\]}]$/.test(token.text)) depth += 1;
    else if (/^[([{]$/.test(token.text) && depth > 0) depth -= 1;
    else if (/^[([{]$/.test(token.text)) {
      const name = body[opening - 1];
      if (token.text !== "(" || name?.kind !== "word" || NO_FUNCTION.test(name.text)) return null;
      if (body[closing(body, opening) + 1]?.text === "=>") return null;
      const values = new Values(body, { at: opening + 1 });
      const { args } = values.args(")");
      const position = args.findIndex((a) => a.is === "word" && a.word === builder);
      return { name: name.text, position, args, tokens: values.at - opening };
    }
  }
  return null;
}

/** A comma, a bracket, or the end of a line stands there. */
const isSide = (token: Token | undefined, bracket: string): boolean =>
  token !== undefined && (token.kind === "line" || token.text === "," || token.text === bracket);
