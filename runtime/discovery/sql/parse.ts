/** A statement, or a part of one, through the parsers: as it stands, then without what some dialects put around the parts that we need. */
import { attempt, DIALECTS, type Dialect } from "./dialects.ts";
import type { Steps } from "./steps.ts";
import { STAND_IN, type Tree } from "./tree.ts";

export interface Context {
  readonly first: Dialect;
  readonly steps: Steps;
}

/** Lines of a table that begin like this are no columns. */
export const NO_COLUMN =
  /^(constraint|primary|unique|foreign|check|key|index|exclude|fulltext|spatial|like)\b/i;

export function parse(sql: string, first: Dialect): readonly Tree[] | null {
  for (const text of variants(sql))
    for (const dialect of [first, ...DIALECTS.filter((d) => d !== first)]) {
      const trees = attempt(text, dialect);
      if (trees !== null) return trees;
    }
  return null;
}

/** As it stands; then without what some dialects put around the parts that we need. */
function variants(sql: string): readonly string[] {
  const opened = sql.replaceAll(/\/\*!\d*\s?|\*\//g, " ");
  // Behind the last end nothing is closed: looked for from each begin, that would take as long as they are many.
  const closed = sql.lastIndexOf("*/") + 2;
  const bare = `${sql.slice(0, closed).replaceAll(/\/\*!\d*[\s\S]*?\*\//g, " ")}${sql.slice(closed)}`;
  const plain = bare
    .replaceAll(/\b(?:GENERATED\s+(?:ALWAYS|BY\s+DEFAULT)\s+AS\s+IDENTITY)(?:\s*\([^)]{0,500}\))?/gi, "")
    .replaceAll(/\bDEFAULT\s+\((?:[^()]|\([^()]*\))*\)/gi, "")
    .replaceAll(/\bCHECK\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)/gi, "")
    .replaceAll(/\b(?:CHARACTER\s+SET|COLLATE)\s+[\w".]+/gi, "")
    .replaceAll(/\bON\s+UPDATE\s+CURRENT_TIMESTAMP(?:\(\d*\))?/gi, "")
    .replaceAll(/,\s*(?:FULLTEXT|SPATIAL)\s+(?:KEY|INDEX)\b[^,()]{0,500}\([^)]{0,5000}\)/gi, "")
    .replaceAll(/\bPRIMARY\s+KEY\s+[`"]?\w+[`"]?\s*\(/gi, "PRIMARY KEY (")
    .replaceAll(/(\))\s+BINARY\b/gi, "$1")
    .replaceAll(/\b(REFERENCES\s+[\w."`$]+)(?![\w."`$]|\s*\()/gi, `$1 (${STAND_IN})`)
    .replaceAll(/::[\w".]+(?:\s+varying)?(?:\[\])?/gi, "");
  const trimmed = plain.replace(/\)(?=[^()]*$)[\s\S]*$/, ")");
  return [...new Set([sql, opened, bare, plain, trimmed])];
}

const HEAD_WORDS_MAX = 4;

/** Keywords and names: nothing from the first quote or sign on, which may be the value of a default. */
export const headOf = (sql: string): string =>
  (/^[\w.\s"`]*/.exec(sql)?.[0] ?? "").trim().split(/\s+/).slice(0, HEAD_WORDS_MAX).join(" ").toLowerCase();
