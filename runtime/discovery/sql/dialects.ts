/** The parsers of SQL: one for each dialect, asked one after the other. */
import { createRequire } from "node:module";
import { z } from "zod";
import { isTree, type Tree, treesOf } from "./tree.ts";

export const DIALECTS = ["postgresql", "mysql", "sqlite"] as const;
export type Dialect = (typeof DIALECTS)[number];

const required = createRequire(import.meta.url);
const parserModule = z.object({
  Parser: z.custom<new () => { astify(sql: string): unknown }>((v) => typeof v === "function"),
});
const parsers = new Map<Dialect, { astify(sql: string): unknown }>();

/** Each dialect's grammar is half a megabyte: loaded when a statement needs it. */
function parserFor(dialect: Dialect): { astify(sql: string): unknown } {
  const known = parsers.get(dialect);
  if (known !== undefined) return known;
  const { Parser } = parserModule.parse(required(`node-sql-parser/build/${dialect}.js`));
  const parser = new Parser();
  parsers.set(dialect, parser);
  return parser;
}

export function dialectOf(text: string): Dialect {
  if (/`|\bENGINE\s*=|\bAUTO_INCREMENT\b/i.test(text)) return "mysql";
  return /\bAUTOINCREMENT\b|\bWITHOUT\s+ROWID\b|\bPRAGMA\b/i.test(text) ? "sqlite" : "postgresql";
}

export function attempt(sql: string, dialect: Dialect): readonly Tree[] | null {
  try {
    const tree = parserFor(dialect).astify(sql);
    const trees = treesOf(tree);
    return trees.length > 0 && trees.every(isTree) ? trees : null;
  } catch (error) {
    // The parser's way to say that this is not of its grammar; the next dialect is asked.
    if (error instanceof Error) return null;
    throw error;
  }
}
