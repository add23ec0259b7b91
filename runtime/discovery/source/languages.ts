/** How the languages of migrations write comments and strings. */
import type { Lexis } from "./tokens.ts";

const DOUBLE = String.raw`"(?<bodyDouble>(?:[^"\\]|\\[\s\S])*)"`;
const SINGLE = String.raw`'(?<bodySingle>(?:[^'\\]|\\[\s\S])*)'`;
const TICKS = String.raw`${"`"}(?<bodyTicks>(?:[^${"`"}\\]|\\[\s\S])*)${"`"}`;
/** A text over several lines, put between signs that no source has. */
const HERE = String.raw`\u0001(?<bodyHere>[^\u0001]*)\u0001`;

const strings = (...forms: readonly string[]): RegExp => new RegExp(forms.join("|"), "u");

/** `<<~SQL … SQL`: the text comes where it is called for, and the rest of that line behind it. */
const heredocs = (text: string, opening: RegExp): string =>
  text.replaceAll(
    opening,
    (_, _tag: string, rest: string, body: string) => `\u0001${body.replaceAll("\u0001", "")}\n\u0001${rest}`,
  );

/** `%w[a b]`, `%i[a b]`. */
const wordLists = (text: string): string =>
  text.replaceAll(
    /%[wi][[({]([\w\s]*)[\])}]/g,
    (_, words: string) => `[${words.replaceAll(/\w+/g, (w) => `"${w}",`)}]`,
  );

export const RUBY: Lexis = {
  comments: /=begin\b[\s\S]*?\n=end\b|#[^\n]*/,
  strings: strings(HERE, DOUBLE, SINGLE, TICKS),
  filledIn: (written) => (written.startsWith("'") ? null : /#\{/),
  symbols: true,
  prepare: (text) =>
    wordLists(heredocs(text, /<<[~-]?['"]?([A-Z_]\w*)['"]?([^\n]*)\n([\s\S]*?)\n[ \t]*\1\b/g)),
};

export const PHP: Lexis = {
  comments: /\/\/[^\n]*|#(?!\[)[^\n]*|\/\*[\s\S]*?\*\//,
  strings: strings(HERE, DOUBLE, SINGLE),
  filledIn: (written) => (written.startsWith("'") ? null : /\$\w|\{\$/),
  symbols: false,
  prepare: (text) => heredocs(text, /<<<['"]?([A-Za-z_]\w*)['"]?([^\n]*)\n([\s\S]*?)\n[ \t]*\1\b/g),
};

export const PYTHON: Lexis = {
  comments: /#[^\n]*/,
  strings: strings(
    String.raw`[rRbBuUfF]{0,2}"""(?<bodyLong>[\s\S]*?)"""`,
    String.raw`[rRbBuUfF]{0,2}'''(?<bodyLongSingle>[\s\S]*?)'''`,
    `[rRbBuUfF]{0,2}${DOUBLE}`,
    `[rRbBuUfF]{0,2}${SINGLE}`,
  ),
  filledIn: (written) => (/^[rbu]*f/i.test(written) ? /\{/ : null),
  symbols: false,
};

export const JAVASCRIPT: Lexis = {
  comments: /\/\/[^\n]*|\/\*[\s\S]*?\*\//,
  strings: strings(DOUBLE, SINGLE, TICKS),
  filledIn: (written) => (written.startsWith("`") ? /\$\{/ : null),
  symbols: false,
};
