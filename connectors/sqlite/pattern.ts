/** POSIX extended regular expressions in ECMAScript's words. What differs are the classes inside of brackets, and the backslash there. */

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "\\p{L}",
  digit: "0-9",
  alnum: "\\p{L}\\p{Nd}",
  upper: "\\p{Lu}",
  lower: "\\p{Ll}",
  space: "\\s",
  blank: " \\t",
  punct: "\\p{P}\\p{S}",
  xdigit: "0-9A-Fa-f",
  cntrl: "\\p{Cc}",
  print: "\\P{C}",
  graph: "\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}",
};

/** The bracket expression that begins at `from`, translated, and where it ends. */
function bracket(pattern: string, from: number): { readonly text: string; readonly end: number } {
  let at = from + 1;
  let text = "[";
  if (pattern[at] === "^") {
    text += "^";
    at += 1;
  }
  for (let first = true; at < pattern.length; first = false) {
    const named = /^\[:(\w+):\]/.exec(pattern.slice(at));
    if (named !== null) {
      const known = CLASSES[named[1] ?? ""];
      if (known === undefined) throw new SyntaxError("an unknown class");
      text += known;
      at += named[0].length;
      continue;
    }
    const one = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    at += one.length;
    if (one === "]" && !first) return { text: `${text}]`, end: at };
    const isRange = one === "-" && !first && pattern[at] !== "]";
    text += isRange ? "-" : one.replace(/[\\\]^[-]/g, "\\$&");
  }
  throw new SyntaxError("a bracket without an end");
}

/** Throws a `SyntaxError` for what can't be read. */
export function ecmaPattern(pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < pattern.length; ) {
    const one = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
    if (one === "[") {
      const { text, end } = bracket(pattern, at);
      source += text;
      at = end;
    } else if (one === "\\") {
      const next = pattern[at + 1] ?? "";
      source += /\w/.test(next) ? next : `\\${next}`;
      at += 2;
    } else {
      source += one;
      at += one.length;
    }
  }
  return new RegExp(source, "u");
}
