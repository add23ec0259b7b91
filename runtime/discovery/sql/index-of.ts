/** Indexes, which every system writes its own way: over plain fields they are kept, over expressions they say nothing of a field that we look at. */
import { topLevel, within } from "./brackets.ts";
import { pattern, TABLE } from "./names.ts";

export interface IndexSaid {
  readonly table: string;
  readonly name: string;
  /** Null: one of them is an expression. */
  readonly fields: readonly string[] | null;
  /** Of all rows, not of some. */
  readonly unique: boolean;
}

const CREATE = pattern(
  String.raw`^create\s+(unique\s+)?(?:clustered\s+|nonclustered\s+|fulltext\s+|spatial\s+|bitmap\s+)?index\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?(?:(${TABLE}|\[[^\]]+\])\s+)??(?:using\s+\w+\s+)?on\s+(?:only\s+)?(${TABLE})\s*(?:using\s+\w+\s*)?\(`,
);
/** A field with what an index may add to it: a length, an order, a collation, the class of an operator. */
const FIELD =
  /^("[^"]+"|`[^`]+`|[\p{L}_][\p{L}\p{N}_$]*)\s*(?:\(\s*\d+\s*\))?(?:\s+collate\s+[\w".]+)?(?:\s+[\w".]+_ops(?:\([^)]*\))?)?(?:\s+(?:asc|desc))?(?:\s+nulls\s+(?:first|last))?$/iu;

/** Null: not the making of an index, or one that is not closed. */
export function indexOf(sql: string): IndexSaid | null {
  const found = CREATE.exec(sql);
  if (found === null) return null;
  const body = within(sql.slice(found[0].length));
  const after = sql.slice(found[0].length + body.length);
  if (!after.startsWith(")")) return null;
  return {
    table: found[3] ?? "",
    name: found[2] ?? "",
    fields: fieldsOf(body),
    unique: found[1] !== undefined && !/\bwhere\b/i.test(after),
  };
}

function fieldsOf(body: string): readonly string[] | null {
  const names = topLevel(body).map((part) => FIELD.exec(part)?.[1]);
  return names.every((n) => n !== undefined) ? names : null;
}

const IN_TABLE =
  /^(?:constraint\s+[\w"`]+\s+)?(?:unique\s+)?(?:fulltext\s+|spatial\s+)?(?:key|index)\s*(?:[\w"`$]+\s*)?(?:using\s+\w+\s*)?\(|^(?:constraint\s+[\w"`]+\s+)?unique\s*(?:[\w"`$]+\s*)?\(/i;

/** A line of a table that is an index over an expression (`key k ((lower(name)))`). */
export function isIndexOfExpressions(line: string): boolean {
  const opened = IN_TABLE.exec(line);
  return opened !== null && fieldsOf(within(line.slice(opened[0].length))) === null;
}
