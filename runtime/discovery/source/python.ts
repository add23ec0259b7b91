/** Python of migrations and models: where what is indented ends, and the constants that name things. */
import type { Token } from "./tokens.ts";
import { closing, textIn, Values } from "./values.ts";

/** The first token behind the body of what begins at `at` at the top of the file. */
export function bodyEnd(tokens: readonly Token[], from: number): number {
  for (let at = from + 1; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
    else if (token?.outmost === true && token.kind === "word") return at;
  }
  return tokens.length;
}

/** `TABLE = "users"`. */
export function constantsIn(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/^([A-Za-z_]\w{0,99})\s*=\s*(['"])([\w.-]{1,200})\2/gm);
  return new Map([...found].map(([, name = "", , value = ""]) => [name, value]));
}

/** `execute(sa.text(`. */
const BEFORE_SQL_MAX = 8;
const CHANGES_SCHEMA = /^\s*(?:create|alter|drop|rename)\s+(?:\w+\s+){0,3}table\b/i;

/** SQL that changes the schema, and that only a run could put together. */
export function computedSqlIn(
  tokens: readonly Token[],
): readonly { readonly line: number; readonly what: string }[] {
  return tokens.flatMap((token, at) => {
    if (token.kind !== "word" || token.text !== "execute" || tokens[at + 1]?.text !== "(") return [];
    let next = at + 2;
    while (next < at + BEFORE_SQL_MAX && tokens[next]?.kind !== "text") next += 1;
    const sql = tokens[next];
    if (sql?.kind !== "text" || !CHANGES_SCHEMA.test(sql.text)) return [];
    const isKnown = textIn(new Values(tokens, { at: next }).value()) !== null;
    return isKnown ? [] : [{ line: token.line, what: token.text }];
  });
}
