/** `create schema shop create table a (…) create table b (…)`: one statement that holds others, which are its own. */
import { Quotes } from "./quotes.ts";
import { schemaOf } from "./search-path.ts";
import type { Statement } from "./statements.ts";

const HEAD =
  /^create\s+schema\s+(?:if\s+not\s+exists\s+)?(?:authorization\s+)?("[^"]+"|[\w$]+)(?:\s+authorization\s+[\w"$]+)?/i;
const SIGN =
  /['"()]|\b(?:create\s+(?:(?:unlogged|temp|temporary|unique|or\s+replace)\s+)*(?:table|view|index|sequence|trigger)|grant)\b/gi;

export function schemaElements(statement: Statement): readonly Statement[] {
  const head = HEAD.exec(statement.text);
  if (head === null || statement.tooLong === true) return [statement];
  const starts: number[] = [];
  let depth = 0;
  const quotes = new Quotes(statement.text);
  let behind = 0;
  for (const { 0: sign, index } of statement.text.matchAll(SIGN)) {
    if (index < behind) continue;
    if (sign === "'" || sign === '"') behind = quotes.endOf(index) ?? index;
    else if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    else if (depth === 0 && /^[cg]/i.test(sign) && index >= head[0].length) starts.push(index);
  }
  const schema = schemaOf((head[1] ?? "").replaceAll('"', ""));
  return starts.map((start, at) => ({
    text: statement.text.slice(start, starts[at + 1]).trim(),
    line: statement.line + (statement.text.slice(0, start).match(/\n/g)?.length ?? 0),
    ended: at + 1 < starts.length || statement.ended,
    schema,
  }));
}
