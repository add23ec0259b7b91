/** C# of a migration → tokens, without what undoes it. What `<…>` says of a column becomes an argument, `clr`, and `new[] { … }` a list. Nothing is run. */
import { CSHARP } from "../../source/languages.ts";
import { type Token, tokensOf } from "../../source/tokens.ts";
import { closing, TOO_LONG } from "../../source/values.ts";

export interface Script {
  readonly tokens: readonly Token[];
  readonly constants: ReadonlyMap<string, string>;
  /** What may be missing, and from which line on. */
  readonly lost: readonly { readonly line: number; readonly what: string }[];
}

export function scriptOf(text: string): Script {
  const { tokens, cut } = tokensOf(text, CSHARP);
  const lost = cut === null ? [] : [{ line: cut, what: TOO_LONG }];
  const kept: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    if (token.text === "Down" && tokens[at - 1]?.text === "void" && tokens[at + 1]?.text === "(") {
      at = bodyEnd(tokens, closing(tokens, at + 1));
      if (at >= tokens.length) lost.push({ line: token.line, what: "`Down`: nothing closes it" });
    } else if (token.kind !== "line") kept.push(token);
  }
  return { tokens: withLists(withTypes(kept)), constants: constantsIn(text), lost };
}

/** Of a method, with braces or behind `=>`. */
function bodyEnd(tokens: readonly Token[], from: number): number {
  for (let at = from + 1; at < tokens.length; at += 1) {
    const text = tokens[at]?.kind === "sign" ? tokens[at]?.text : "";
    if (text === ";") return at;
    if (text === "(") at = closing(tokens, at);
    if (text === "{") return closing(tokens, at);
  }
  return tokens.length;
}

const TYPED =
  /^(?:Column|AddColumn|AlterColumn|Entity|(?:Indexer|Complex)?Property|PrimitiveCollection|HasOne|HasMany|OwnsOne|OwnsMany|HasBaseType|HasDiscriminator|UsingEntity|HasForeignKey|Ignore)$/;
const TYPE_TOKENS_MAX = 40;

/** `Column<int>(nullable: false)` → `Column(clr: "int", nullable: false)`. */
function withTypes(tokens: readonly Token[]): readonly Token[] {
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    out.push(token);
    if (token.kind !== "word" || tokens[at + 1]?.text !== "<") continue;
    const end = genericEnd(tokens, at + 1);
    if (end === null) continue;
    const { line } = token;
    const type = tokens.slice(at + 2, end).map((t) => t.text);
    at = end;
    if (!TYPED.test(token.text)) continue;
    const sign = (text: string): Token => ({ kind: "sign", text, line });
    out.push(sign("("), { kind: "word", text: "clr", line }, sign(":"), {
      kind: "text",
      text: type.join(""),
      line,
    });
    out.push(sign(","));
    at += 1;
  }
  return out;
}

/** Where the `>` stands that a bracket follows. */
function genericEnd(tokens: readonly Token[], opening: number): number | null {
  let depth = 0;
  for (let at = opening; at < Math.min(tokens.length, opening + TYPE_TOKENS_MAX); at += 1) {
    const text = tokens[at]?.kind === "sign" ? tokens[at]?.text : "";
    if (text === "<") depth += 1;
    else if (text === ">") depth -= 1;
    if (depth === 0) return tokens[at + 1]?.text === "(" ? at : null;
  }
  return null;
}

/** `new[] { "a" }`, `new string[] { "a" }` → `{ "a" }`. */
function withLists(tokens: readonly Token[]): readonly Token[] {
  const out: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined) break;
    const typed = tokens[at + 1]?.kind === "word" ? 1 : 0;
    const [open, close, brace] = [1, 2, 3].map((n) => tokens[at + n + typed]?.text);
    const isList = token.text === "new" && open === "[" && close === "]" && brace === "{";
    if (isList) at += 2 + typed;
    else out.push(token);
  }
  return out;
}

function constantsIn(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/\b(?:string|var)\s+([A-Za-z_]\w{0,99})\s*=\s*"([\w.-]{1,200})"/g);
  return new Map([...found].map(([, name = "", value = ""]) => [name, value]));
}
