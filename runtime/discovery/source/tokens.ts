/** A text of Ruby, PHP, Python or JavaScript → its tokens with their lines. Comments are gone; what a string computes is not. */

export interface Token {
  readonly kind: "word" | "text" | "number" | "sign" | "line";
  readonly text: string;
  readonly line: number;
  /** A text that holds what only a run would know (`"#{prefix}_users"`). */
  readonly computed?: boolean;
  /** A `=` with nothing between it and what stands before: `name=(value)`. */
  readonly glued?: boolean;
  /** With nothing before it in its line: what a language that indents says at its top. */
  readonly outmost?: boolean;
}

/** How something is written that goes from one sign to another. */
export interface Form {
  /** Tried where the last token ended. */
  readonly opens: RegExp;
  /** What closes it; `\n` stays outside. */
  readonly closes: string;
  /** A backslash takes the meaning of what follows it. */
  readonly escapes?: boolean;
  /** Ends with its line at the latest: one that nothing closes there opens nothing. */
  readonly inLine?: boolean;
  /** What closes it, written twice, does not: it is the sign that this stands for. */
  readonly twiceMeans?: string;
}

export interface Lexis {
  readonly comments: readonly Form[];
  /** The first that fits counts. */
  readonly strings: readonly Form[];
  /** What is filled into a string that is written so looks like this; null: nothing is. */
  readonly filledIn: (written: string) => RegExp | null;
  /** What is easier to read when it is written another way; lines are kept. */
  readonly prepare?: (text: string) => string;
  /** `:name` is a text. */
  readonly symbols: boolean;
}

const TOKENS_MAX = 500_000;
/** No name is longer; what is, is read in pieces. */
const SYMBOL = /:([A-Za-z_]\w{0,999}[?!]?)/y;
const REST =
  /\\?[\p{L}_$@][\p{L}\p{N}_]{0,999}(?:\\[\p{L}_][\p{L}\p{N}_]{0,999}){0,99}|\d[\d_.]{0,999}|::|\?->|->|&\.|=>|\|\||&&|[^\s]/uy;

export interface TokensRead {
  readonly tokens: readonly Token[];
  /** The line from which on nothing was read, since there is too much of it. */
  readonly cut: number | null;
}

export function tokensOf(source: string, lexis: Lexis): TokensRead {
  const text = lexis.prepare?.(source) ?? source;
  const [comments, strings] = [new Forms(text, lexis.comments), new Forms(text, lexis.strings)];
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  const add = (token: Token): void => {
    if (token.kind !== "line" || tokens.at(-1)?.kind !== "line") tokens.push(token);
  };
  while (at < text.length && tokens.length < TOKENS_MAX) {
    const sign = text[at] ?? "";
    if (sign === "\n") {
      add({ kind: "line", text: "\n", line });
      line += 1;
      at += 1;
      continue;
    }
    if (/\s/.test(sign)) {
      at += 1;
      continue;
    }
    const comment = comments.at(at);
    const found = comment ?? strings.at(at);
    if (found !== null) {
      if (comment === null) add(textToken(text.slice(at, found.end), found.body, { line, lexis }));
      line += linesIn(text, at, found.end);
      at = found.end;
      continue;
    }
    const symbol = lexis.symbols && text[at - 1] !== ":" ? exec(SYMBOL, text, at) : null;
    if (symbol !== null) {
      add({ kind: "text", text: symbol[1] ?? "", line });
      at += symbol[0].length;
      continue;
    }
    const rest = exec(REST, text, at)?.[0] ?? sign;
    const glued = rest === "=" && /\S/.test(text[at - 1] ?? " ");
    const outmost = at === 0 || text[at - 1] === "\n";
    add({
      kind: kindOf(rest),
      text: rest,
      line,
      ...(glued ? { glued } : {}),
      ...(outmost ? { outmost } : {}),
    });
    at += rest.length;
  }
  return { tokens, cut: at < text.length ? line : null };
}

/** Looks for the end sign by sign, and once only for what nothing closes: a text may be long, and quotes that stay open many. */
class Forms {
  readonly #text: string;
  readonly #forms: readonly { readonly form: Form; readonly opens: RegExp; open: boolean }[];

  constructor(text: string, forms: readonly Form[]) {
    this.#text = text;
    this.#forms = forms.map((form) => ({ form, opens: sticky(form.opens), open: false }));
  }

  at(at: number): { readonly end: number; readonly body: string } | null {
    for (const entry of this.#forms) {
      if (entry.open) continue;
      const opened = exec(entry.opens, this.#text, at)?.[0];
      if (opened === undefined) continue;
      const from = at + opened.length;
      const to = this.#closed(from, entry.form);
      // Nothing closes it from here on, so nothing closes a later one either.
      if (to < 0) entry.open = entry.form.inLine !== true;
      else {
        const end = entry.form.closes === "\n" ? to : to + entry.form.closes.length;
        const body = this.#text.slice(from, to);
        const { closes, twiceMeans } = entry.form;
        return { end, body: twiceMeans === undefined ? body : body.replaceAll(closes + closes, twiceMeans) };
      }
    }
    return null;
  }

  #closed(from: number, { closes, escapes, inLine, twiceMeans }: Form): number {
    const text = this.#text;
    if (twiceMeans !== undefined) {
      let at = text.indexOf(closes, from);
      while (at >= 0 && text.startsWith(closes, at + closes.length))
        at = text.indexOf(closes, at + 2 * closes.length);
      return at;
    }
    if (escapes !== true) {
      const found = text.indexOf(closes, from);
      return found < 0 && closes === "\n" ? text.length : found;
    }
    for (let at = from; at < text.length; at += 1)
      if (text[at] === "\\") at += 1;
      else if (text.startsWith(closes, at)) return at;
      else if (inLine === true && text[at] === "\n") return -1;
    return -1;
  }
}

const sticky = (pattern: RegExp): RegExp =>
  new RegExp(pattern.source, `${pattern.flags.replaceAll(/[gy]/g, "")}y`);

function exec(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function linesIn(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = text.indexOf("\n", from); at >= 0 && at < to; at = text.indexOf("\n", at + 1)) lines += 1;
  return lines;
}

const kindOf = (text: string): Token["kind"] =>
  /^\\?[\p{L}_$@]/u.test(text) && text !== "$" && text !== "@"
    ? "word"
    : /^\d/.test(text)
      ? "number"
      : "sign";

function textToken(
  written: string,
  body: string,
  { line, lexis }: { readonly line: number; readonly lexis: Lexis },
): Token {
  const computed = lexis.filledIn(written)?.test(body) === true;
  const plain = body.replaceAll(/\\(['"\\`])/g, "$1");
  return { kind: "text", text: plain, line, ...(computed ? { computed } : {}) };
}
