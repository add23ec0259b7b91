/** JavaScript and TypeScript of migrations and models → tokens, without what undoes a migration, and the constants that name things. Nothing is run. */
import { JAVASCRIPT } from "./languages.ts";
import { type Token, tokensOf } from "./tokens.ts";
import { closing, TOO_LONG, textIn, type Value, Values } from "./values.ts";

export interface Script {
  readonly tokens: readonly Token[];
  /** `const TABLE = "users"`, `tableName = "users"`. */
  readonly constants: ReadonlyMap<string, string>;
  /** What may be missing, and from which line on. */
  readonly lost: readonly { readonly line: number; readonly what: string }[];
}

export const SCRIPT_ENDINGS: readonly string[] = [".js", ".ts", ".mjs", ".cjs", ".mts", ".cts"];

export function scriptOf(text: string): Script {
  const { tokens, cut } = tokensOf(text, JAVASCRIPT);
  const lost = cut === null ? [] : [{ line: cut, what: TOO_LONG }];
  const kept: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const end = token.kind === "word" && token.text === "down" ? downEnd(tokens, at) : null;
    if (end === null) kept.push(token);
    else {
      if (end >= tokens.length && tokens.at(-1)?.text !== ";")
        lost.push({ line: token.line, what: "`down`: nothing closes it" });
      at = end;
    }
  }
  return { tokens: kept, constants: constantsIn(text), lost };
}

/** Words in front of a method or a function. */
const BEFORE_METHOD = /^(?:function|async|public|private|protected|static|override|[{};,]|\*\/|\n)$/;

/** The last token of `down` as a function, a method, or what is assigned to it; null: it is something else. */
function downEnd(tokens: readonly Token[], at: number): number | null {
  const before = tokens[at - 1]?.text ?? "\n";
  const next = tokens[at + 1];
  const exported = before === "." && tokens[at - 2]?.text === "exports";
  if (before === "." && !exported) return null;
  if (next?.text === "(" && BEFORE_METHOD.test(before)) return methodEnd(tokens, at + 1);
  if (next?.kind === "sign" && (next.text === "=" || next.text === ":")) return valueEnd(tokens, at + 2);
  return null;
}

function methodEnd(tokens: readonly Token[], opening: number): number | null {
  for (let at = closing(tokens, opening) + 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "sign") continue;
    if (token.text === "{") return closing(tokens, at);
    if (/^[;=})]$/.test(token.text)) return null;
  }
  return tokens.length;
}

function valueEnd(tokens: readonly Token[], from: number): number {
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
    else if (token?.kind === "sign" && /^[,;})\]]$/.test(token.text)) return at - 1;
    else if (token?.kind === "line" && !goesOn(tokens, at)) return at - 1;
  }
  return tokens.length;
}

/** The value goes on in the next line. */
const goesOn = (tokens: readonly Token[], line: number): boolean =>
  /^(?:=>|=|:|\+|\||&&|\|\|)$/.test(tokens[line - 1]?.text ?? "") || tokens[line + 1]?.text === ".";

function constantsIn(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/\b([A-Za-z_$][\w$]{0,99})\s*(?::\s*string\s*)?=\s*(['"`])([\w.-]{1,200})\2/g);
  return new Map([...found].map(([, name = "", , value = ""]) => [name, value]));
}

const RUNS_SQL = /^(?:raw|query)$/;
const CHANGES_SCHEMA = /^\s*(?:create|alter|drop|rename)\s+(?:\w+\s+){0,3}table\b/i;

/** SQL that changes the schema, and that only a run could put together. */
export function computedSqlIn(
  tokens: readonly Token[],
): readonly { readonly line: number; readonly what: string }[] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== "word" || !RUNS_SQL.test(token.text) || tokens[at + 1]?.text !== "(") return [];
    let next = at + 2;
    while (tokens[next]?.kind === "line") next += 1;
    const sql = tokens[next];
    if (sql?.kind !== "text" || !CHANGES_SCHEMA.test(sql.text)) return [];
    const isKnown = textIn(new Values(tokens, { at: next }).value()) !== null;
    return isKnown ? [] : [{ line: token.line, what: token.text }];
  });
}

/** A text, or what a constant of the file says. */
export function namedBy(value: Value | undefined, constants: ReadonlyMap<string, string>): string | null {
  if (value?.is === "text") return value.text;
  return value?.is === "word" ? (constants.get(value.word.split(".").at(-1) ?? "") ?? null) : null;
}

/** The same of a list, or of one alone. */
export function allNamedBy(
  value: Value | undefined,
  constants: ReadonlyMap<string, string>,
): readonly string[] | null {
  const names =
    value?.is === "list" ? value.items.map((i) => namedBy(i, constants)) : [namedBy(value, constants)];
  return names.every((n) => n !== null) ? names : null;
}
