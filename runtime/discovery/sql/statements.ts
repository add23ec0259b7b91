/** A text of SQL → its statements, with the line each begins at. Knows quotes, comments, dollar quotes, `DELIMITER` and the data of `COPY`. */

import { Signs } from "./signs.ts";

export interface Statement {
  readonly text: string;
  readonly line: number;
  /** False: the file ended before the statement did. */
  readonly ended: boolean;
  /** There is more of it than is read: this is how it begins. */
  readonly tooLong?: boolean;
  /** The schema that it stands in, where it is a part of `create schema`; empty for the usual one. */
  readonly schema?: string;
}

const STATEMENTS_MAX = 200_000;
/** What a parse may still be tried on; longer ones hold data as a rule. */
export const KEPT_CHARS_MAX = 400_000;
const HEAD_CHARS = 2_000;
/** Of those that hold no rows it is said that they were not read. */
const OF_THE_SCHEMA = /^(?:create|alter|drop|rename)\b/i;

export function statementsOf(text: string): readonly Statement[] {
  const statements: Statement[] = [];
  let line = 1;
  for (const { sql, lines } of withoutData(text)) {
    for (const statement of split(sql, line)) statements.push(statement);
    line += lines;
    if (statements.length >= STATEMENTS_MAX) break;
  }
  return statements;
}

/** Down-migrations undo what was just read, and rows are no schema. */
function withoutData(text: string): readonly { readonly sql: string; readonly lines: number }[] {
  const kept: string[] = [];
  let state: "sql" | "data" | "down" = "sql";
  let delimiter: string | null = null;
  for (const row of text.split("\n")) {
    if (/^--\s*(?:\+goose|\+migrate|migrate:)\s*down\b/i.test(row)) state = "down";
    else if (/^--\s*(?:\+goose|\+migrate|migrate:)\s*up\b/i.test(row)) state = "sql";
    const changed = /^\s*DELIMITER\s+(\S+)/i.exec(row)?.[1];
    if (changed !== undefined) delimiter = changed === ";" ? null : changed;
    // Procedures between other delimiters are no tables either.
    // Nor is what psql itself is told (`\c shop`), which no semicolon ends.
    const keep = state === "sql" && delimiter === null && changed === undefined && !/^\s*\\\w/.test(row);
    kept.push(keep ? row : "");
    if (state === "sql" && /^\s*COPY\s.+\sFROM\s+stdin/i.test(row)) state = "data";
    else if (state === "data" && row.startsWith("\\.")) state = "sql";
  }
  return [{ sql: kept.join("\n"), lines: kept.length }];
}

function split(sql: string, first: number): readonly Statement[] {
  const statements: Statement[] = [];
  let line = first;
  let begun = line;
  let parts: string[] = [];
  let at = 0;
  const end = (ended: boolean): void => {
    const text = parts.join("").trim();
    if (text !== "" && text.length <= KEPT_CHARS_MAX) statements.push({ text, line: begun, ended });
    else if (OF_THE_SCHEMA.test(text))
      statements.push({ text: text.slice(0, HEAD_CHARS), line: begun, ended, tooLong: true });
    parts = [];
  };
  const add = (text: string): void => {
    if (parts.length === 0 && text.trim() === "") return;
    if (parts.length === 0) begun = line;
    parts.push(text);
  };
  const signs = new Signs(sql);
  for (let sign = signs.next(0); sign !== null; sign = signs.next(at)) {
    add(sql.slice(at, sign.from));
    at = sign.to;
    const token = sql.slice(sign.from, sign.to);
    if (token === ";" || token === ";;") end(true);
    else add(sign.comment ? " " : token);
    line += linesIn(token);
  }
  add(sql.slice(at));
  end(false);
  return statements;
}

function linesIn(text: string): number {
  let lines = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}
