/** Text of SQL by its brackets and quotes: what stands at the top, and what a bracket holds. */
import { Quotes } from "./quotes.ts";

interface SignAt {
  readonly sign: string;
  readonly index: number;
}

/** Brackets and commas outside of quotes. */
function* signsIn(text: string): Generator<SignAt> {
  const quotes = new Quotes(text);
  const signs = /['"`[\](),]/g;
  for (let found = signs.exec(text); found !== null; found = signs.exec(text)) {
    const { 0: sign, index } = found;
    if (/['"`]/.test(sign)) signs.lastIndex = quotes.endOf(index) ?? index + 1;
    else yield { sign, index };
  }
}

/** Up to the bracket that closes what was opened before; what follows are options and partitions. */
export function within(rest: string): string {
  let depth = 1;
  for (const { sign, index } of signsIn(rest)) {
    if (sign === "(") depth += 1;
    else if (sign === ")") depth -= 1;
    if (depth === 0) return rest.slice(0, index);
  }
  return rest;
}

/** Split at the commas outside of brackets and quotes. */
export function topLevel(body: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (const { sign, index } of signsIn(body)) {
    if (sign === "(" || sign === "[") depth += 1;
    else if (sign === ")" || sign === "]") depth -= 1;
    else if (sign === "," && depth === 0) {
      parts.push(body.slice(from, index));
      from = index + 1;
    }
  }
  return [...parts, body.slice(from)].map((p) => p.trim()).filter((p) => p !== "");
}
