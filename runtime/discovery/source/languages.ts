/** How the languages of migrations write comments and strings. */
import { HERE, withHeredocs } from "./heredocs.ts";
import type { Form, Lexis } from "./tokens.ts";

const DOUBLE: Form = { opens: /"/, closes: '"', escapes: true };
const SINGLE: Form = { opens: /'/, closes: "'", escapes: true };
const TICKS: Form = { opens: /`/, closes: "`", escapes: true };
const TEXT_OF_LINES: Form = { opens: new RegExp(HERE), closes: HERE };
const BEHIND_HASH: Form = { opens: /#/, closes: "\n" };
const BEHIND_SLASHES: Form = { opens: /\/\//, closes: "\n" };
const STARRED: Form = { opens: /\/\*/, closes: "*/" };

/** `%w[a b]`, `%i[a b]`. */
const wordLists = (text: string): string =>
  text.replaceAll(
    /%[wi][[({]([\w\s]*)[\])}]/g,
    (_, words: string) => `[${words.replaceAll(/\w+/g, (w) => `"${w}",`)}]`,
  );

export const RUBY: Lexis = {
  comments: [{ opens: /=begin\b/, closes: "\n=end" }, BEHIND_HASH],
  strings: [TEXT_OF_LINES, DOUBLE, SINGLE, TICKS],
  filledIn: (written) => (written.startsWith("'") ? null : /#\{/),
  symbols: true,
  prepare: (text) => wordLists(withHeredocs(text, /<<[~-]?['"]?([A-Z_]\w*)['"]?/g)),
};

export const PHP: Lexis = {
  comments: [BEHIND_SLASHES, { opens: /#(?!\[)/, closes: "\n" }, STARRED],
  strings: [TEXT_OF_LINES, DOUBLE, SINGLE],
  filledIn: (written) => (written.startsWith("'") ? null : /\$\w|\{\$/),
  symbols: false,
  prepare: (text) => withHeredocs(text, /<<<['"]?([A-Za-z_]\w*)['"]?/g),
};

export const PYTHON: Lexis = {
  comments: [BEHIND_HASH],
  strings: [
    { opens: /[rRbBuUfF]{0,2}"""/, closes: '"""' },
    { opens: /[rRbBuUfF]{0,2}'''/, closes: "'''" },
    { ...DOUBLE, opens: /[rRbBuUfF]{0,2}"/, inLine: true },
    { ...SINGLE, opens: /[rRbBuUfF]{0,2}'/, inLine: true },
  ],
  filledIn: (written) => (/^[rbu]*f/i.test(written) ? /\{/ : null),
  symbols: false,
};

/** And TypeScript. An apostrophe within a regular expression ends with its line. */
export const JAVASCRIPT: Lexis = {
  comments: [BEHIND_SLASHES, STARRED],
  strings: [{ ...DOUBLE, inLine: true }, { ...SINGLE, inLine: true }, TICKS],
  filledIn: (written) => (written.startsWith("`") ? /\$\{/ : null),
  symbols: false,
};

/** SQL knows a backtick for what stands between quotes as well. */
export const CSHARP: Lexis = {
  comments: [
    BEHIND_SLASHES,
    STARRED,
    { opens: /#(?:if|else|elif|endif|region|endregion|nullable|pragma)\b/, closes: "\n" },
  ],
  strings: [
    { opens: /\$?"""/, closes: '"""' },
    { opens: /\$?@\$?"/, closes: '"', twiceMeans: "`" },
    { ...DOUBLE, opens: /\$?"/, inLine: true },
    { ...SINGLE, inLine: true },
  ],
  filledIn: (written) => (/^@?\$/.test(written) ? /\{/ : null),
  symbols: false,
};
