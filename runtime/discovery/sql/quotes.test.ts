import { expect, test } from "vitest";
import { Quotes, withQuotedAs } from "./quotes.ts";

/** From each quote to the end again, where nothing closes it. */
function endNaively(text: string, at: number): number | null {
  for (let to = at + 1; to < text.length; to += 1)
    if (text[to] === "\\") to += 1;
    else if (text[to] === "'" && text[to + 1] === "'") to += 1;
    else if (text[to] === "'") return to + 1;
  return null;
}

function naively(text: string): string {
  let plain = "";
  for (let at = 0; at < text.length; ) {
    const end = text[at] === "'" ? endNaively(text, at) : null;
    plain += end === null ? text[at] : "_";
    at = end ?? at + 1;
  }
  return plain;
}

const SIGNS = ["'", "'", "\\", "a", '"'];
/** All texts of so many of the signs. */
const textsOf = (length: number): readonly string[] =>
  length === 0 ? [""] : textsOf(length - 1).flatMap((t) => [...new Set(SIGNS)].map((s) => `${t}${s}`));

test("quoted texts are those that a naive reader finds, in every short text", () => {
  for (const text of textsOf(8)) {
    const found = withQuotedAs(text, "_");
    if (found !== naively(text)) expect([text, found]).toEqual([text, naively(text)]);
  }
});

test("what nothing closes is gone through once", () => {
  const looked: number[] = [];
  const text = new Proxy(Object(`'${"\\'".repeat(50)}`), {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === "string" && /^\d+$/.test(key)) looked.push(Number(key));
      return value;
    },
  });
  const quotes = new Quotes(text);
  for (let at = 0; at < 101; at += 1) if (at === 0 || at % 2 === 0) quotes.endOf(at);
  expect(looked.length).toBeLessThan(600);
});
