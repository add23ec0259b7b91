/** A text of Ruby, PHP, Python, JavaScript or Prisma → its tokens with their lines. Comments are gone; what a string computes is not. */

export interface Token {
  readonly kind: "word" | "text" | "number" | "sign" | "line";
  readonly text: string;
  readonly line: number;
  /** A text that holds what only a run would know (`"#{prefix}_users"`). */
  readonly computed?: boolean;
  /** A `=` with nothing between it and what stands before: `name=(value)`. */
  readonly glued?: boolean;
}

export interface Lexis {
  /** Every comment, from its sign to its end. */
  readonly comments: RegExp;
  /** Strings, with their text in a group whose name begins with `body`. */
  readonly strings: RegExp;
  /** What is filled into a string that is written so looks like this; null: nothing is. */
  readonly filledIn: (written: string) => RegExp | null;
  /** What is easier to read when it is written another way; lines are kept. */
  readonly prepare?: (text: string) => string;
  /** `:name` is a text. */
  readonly symbols: boolean;
}

const TOKENS_MAX = 500_000;
const SYMBOL = /:([A-Za-z_]\w*[?!]?)/y;
const REST =
  /\\?[\p{L}_$@][\p{L}\p{N}_]*(?:\\[\p{L}_][\p{L}\p{N}_]*)*|\d[\d_.]*|::|\?->|->|&\.|=>|\|\||&&|[^\s]/uy;

export function tokensOf(source: string, lexis: Lexis): readonly Token[] {
  const text = lexis.prepare?.(source) ?? source;
  const tokens: Token[] = [];
  let line = 1;
  let at = 0;
  const add = (token: Token): void => {
    if (token.kind !== "line" || tokens.at(-1)?.kind !== "line") tokens.push(token);
  };
  const [comments, strings] = [sticky(lexis.comments), sticky(lexis.strings)];
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
    const comment = exec(comments, text, at);
    if (comment !== null) {
      line += linesIn(comment[0]);
      at += Math.max(1, comment[0].length);
      continue;
    }
    const string = exec(strings, text, at);
    if (string !== null) {
      add(textToken(string, line, lexis));
      line += linesIn(string[0]);
      at += string[0].length;
      continue;
    }
    const symbol = lexis.symbols && text[at - 1] !== ":" ? exec(SYMBOL, text, at) : null;
    if (symbol !== null) {
      add({ kind: "text", text: symbol[1] ?? "", line });
      at += symbol[0].length;
      continue;
    }
    const rest = exec(REST, text, at);
    const found = rest?.[0] ?? sign;
    const glued = found === "=" && /\S/.test(text[at - 1] ?? " ");
    add({ kind: kindOf(found), text: found, line, ...(glued ? { glued } : {}) });
    at += found.length;
  }
  return tokens;
}

const sticky = (pattern: RegExp): RegExp =>
  new RegExp(pattern.source, `${pattern.flags.replaceAll(/[gy]/g, "")}y`);

function exec(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const linesIn = (text: string): number => text.split("\n").length - 1;

const kindOf = (text: string): Token["kind"] =>
  /^\\?[\p{L}_$@]/u.test(text) && text !== "$" && text !== "@"
    ? "word"
    : /^\d/.test(text)
      ? "number"
      : "sign";

function textToken(found: RegExpExecArray, line: number, lexis: Lexis): Token {
  const groups = Object.entries(found.groups ?? {}).filter(([, v]) => v !== undefined);
  const body = groups.find(([name]) => name.startsWith("body"))?.[1] ?? "";
  const filled = lexis.filledIn(found[0]);
  const computed = filled?.test(body) === true;
  const plain = body.replaceAll(/\\(['"\\`])/g, "$1");
  return { kind: "text", text: plain, line, ...(computed ? { computed } : {}) };
}
