/** Where quoted parts of SQL end. By hand, and to the end once only where nothing closes one: a value may be megabytes long, and hold as many quotes. */

export class Quotes {
  readonly #text: string;
  /** What nothing closes from some place on. */
  readonly #open = new Set<string>();

  constructor(text: string) {
    this.#text = text;
  }

  /**
   * Behind the quote that closes the one at `at`; null: nothing does. Asked from the left to the right. A quote within is written twice; in
   * single ones also behind a backslash.
   */
  endOf(at: number): number | null {
    const text = this.#text;
    const quote = text[at] ?? "";
    if (this.#open.has(quote)) return this.#inRun(at, quote);
    const escapes = quote === "'";
    for (let to = at + 1; to < text.length; to += 1) {
      const sign = text[to];
      if (escapes && sign === "\\") to += 1;
      else if (sign === quote && text[to + 1] === quote) to += 1;
      else if (sign === quote) return to + 1;
    }
    this.#open.add(quote);
    return null;
  }

  /** Within what nothing closes each quote has a backslash before it or another beside it: so only those side by side can close each other. */
  #inRun(at: number, quote: string): number | null {
    let to = at;
    while (this.#text[to] === quote) to += 1;
    return (to - at) % 2 === 0 ? to : null;
  }
}

/** With something else for each text in single quotes. */
export function withQuotedAs(text: string, other: string): string {
  const quotes = new Quotes(text);
  const parts: string[] = [];
  let kept = 0;
  for (let at = text.indexOf("'"); at >= 0; at = text.indexOf("'", at)) {
    const end = quotes.endOf(at);
    if (end !== null) {
      parts.push(text.slice(kept, at), other);
      kept = end;
    }
    at = end ?? at + 1;
  }
  return [...parts, text.slice(kept)].join("");
}
