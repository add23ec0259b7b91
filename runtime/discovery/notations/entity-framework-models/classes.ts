/** C# → its classes with what they have, and the sets of a context. Nothing is run. */
import type { Token } from "../../source/tokens.ts";
import { type Call, closing, Effort, TOO_DEEP, Values } from "../../source/values.ts";
import { shortOf } from "./model.ts";

export interface ClrProperty {
  readonly name: string;
  readonly type: string;
  readonly attributes: readonly Call[];
  readonly line: number;
}

export interface ClrClass {
  readonly file: string;
  readonly line: number;
  /** Its namespace. */
  readonly space: string;
  readonly name: string;
  readonly above: string | null;
  readonly attributes: readonly Call[];
  readonly properties: readonly ClrProperty[];
}

const MODIFIER =
  /^(?:public|private|protected|internal|virtual|override|required|static|abstract|sealed|partial|new|readonly|unsafe)$/;
const HIDDEN = /^(?:private|protected|internal|static|abstract|override)$/;

/** `[Key, Column("x")]`; called by the last part of their names, without `Attribute`. */
function attributesAt(tokens: readonly Token[], at: number): readonly Call[] {
  const { args } = new Values(tokens.slice(at + 1, closing(tokens, at))).args(null);
  const line = tokens[at]?.line ?? 0;
  return args.flatMap((value): readonly Call[] => {
    if (value.is === "word") return [{ name: plain(value.word), args: [], options: new Map(), line }];
    const call = value.is === "chain" ? value.calls[0] : undefined;
    return call === undefined ? [] : [{ ...call, name: plain(call.name) }];
  });
}
const plain = (name: string): string => shortOf(name).replace(/Attribute$/, "");

/** The namespace that a file begins with, and those that it names. */
export function spacesIn(text: string): { readonly own: string; readonly used: readonly string[] } {
  const [, own = ""] = /\bnamespace\s+([\w.]{1,300})/.exec(text) ?? [];
  const used = [...text.matchAll(/\busing\s+([\w.]{1,300})\s*;/g)].map(([, name = ""]) => name);
  return { own, used };
}

export function classesIn(
  file: string,
  { text, tokens }: { readonly text: string; readonly tokens: readonly Token[] },
  lost: (line: number, what: string) => void,
): readonly ClrClass[] {
  const space = spacesIn(text).own;
  const classes: ClrClass[] = [];
  const effort = new Effort(tokens);
  let pending: Call[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.text === "[" && /^(?:[;{}\]]|)$/.test(tokens[at - 1]?.text ?? "")) {
      pending.push(...attributesAt(tokens, at));
      at = closing(tokens, at);
    } else if (
      token?.kind === "word" &&
      /^(?:class|record)$/.test(token.text) &&
      tokens[at + 1]?.kind === "word"
    ) {
      const named = /^(?:class|struct)$/.test(tokens[at + 1]?.text ?? "") ? at + 2 : at + 1;
      const within = token.text === "record" ? positional(tokens, named) : [];
      const open = openOf(tokens, named);
      if (open === null && within.length === 0) continue;
      const end = open === null ? named : closing(tokens, open);
      if (!effort.spend(end - (open ?? end) + within.length)) {
        lost(token.line, TOO_DEEP);
        break;
      }
      const head = headOf(tokens, named, open);
      const colon = head.findIndex((t) => t.text === ":");
      classes.push({
        ...{ file, line: token.line, space, name: head[0]?.text ?? "", attributes: pending },
        above: colon < 0 ? null : aboveIn(head.slice(colon + 1)),
        properties: [...within, ...(open === null ? [] : propertiesIn(tokens.slice(open + 1, end)))],
      });
      pending = [];
      // Classes within it are classes, too.
      at = open ?? named;
    } else if (token?.text === ";" || token?.text === "}") pending = [];
  }
  return classes;
}

const PARAMETERS_MAX = 500;

/** `record Person(int Id, string? Email)`: each is a property that can be read and set. */
function positional(tokens: readonly Token[], at: number): readonly ClrProperty[] {
  if (tokens[at + 1]?.text !== "(") return [];
  const found: ClrProperty[] = [];
  const end = Math.min(closing(tokens, at + 1), at + PARAMETERS_MAX * 4);
  let [said, attributes, depth]: [Token[], readonly Call[], number] = [[], [], 0];
  for (let i = at + 2; i <= end; i += 1) {
    const token = tokens[i];
    if (token === undefined) break;
    if (i === end || (token.text === "," && depth === 0)) {
      const equals = said.findIndex((t) => t.text === "=");
      const all = equals < 0 ? said : said.slice(0, equals);
      const name = all.at(-1);
      const type = all.slice(0, -1).map((t) => t.text);
      if (name?.kind === "word" && type.length > 0)
        found.push({ name: name.text, type: type.join(""), attributes, line: name.line });
      [said, attributes] = [[], []];
    } else if (token.text === "[" && said.length === 0) {
      attributes = attributesAt(tokens, i);
      i = closing(tokens, i);
    } else {
      depth += token.text === "<" ? 1 : token.text === ">" ? -1 : 0;
      said.push(token);
    }
  }
  return found;
}

/** Its name, and what it extends. */
function headOf(tokens: readonly Token[], at: number, open: number | null): readonly Token[] {
  const behind = tokens[at + 1]?.text === "(" ? closing(tokens, at + 1) + 1 : at + 1;
  let end = open ?? behind;
  while (open === null && end < tokens.length && tokens[end]?.text !== ";") end += 1;
  return [...tokens.slice(at, at + 1), ...tokens.slice(behind, end)];
}

/** Where its body begins; null: it has none. */
function openOf(tokens: readonly Token[], from: number): number | null {
  for (let at = from; at < tokens.length && at < from + 200; at += 1) {
    if (tokens[at]?.text === "{") return at;
    if (tokens[at]?.text === ";") return null;
    if (tokens[at]?.text === "(") at = closing(tokens, at);
  }
  return null;
}

/** The class before the interfaces: these begin with an `I` and another capital. */
function aboveIn(tokens: readonly Token[]): string | null {
  let first = "";
  for (const { text } of tokens) {
    if (text === "," || text === "(" || text === "where") break;
    first += text;
  }
  const name = shortOf(first);
  return /^I[A-Z]/.test(name) || name === "" ? null : name;
}

function propertiesIn(body: readonly Token[]): readonly ClrProperty[] {
  const found: ClrProperty[] = [];
  let attributes: Call[] = [];
  let said: Token[] = [];
  const clear = (): void => {
    attributes = [];
    said = [];
  };
  for (let at = 0; at < body.length; at += 1) {
    const token = body[at];
    const text = token?.text ?? "";
    if (text === "[" && said.length === 0) {
      attributes.push(...attributesAt(body, at));
      at = closing(body, at);
    } else if (text === "{") {
      const end = closing(body, at);
      // What only gives something back is worked out.
      const inside = body.slice(at + 1, end).map((t) => t.text);
      const property = inside.includes("get") && /^(?:set|init)$/m.test(inside.join("\n")) ? said : [];
      const made = propertyOf(property, attributes);
      if (made !== null) found.push(made);
      clear();
      at = end;
      if (body[at + 1]?.text === "=") while (at < body.length && body[at]?.text !== ";") at = past(body, at);
    } else if (text === "(") at = closing(body, at);
    else if (text === "=") {
      clear();
      while (at + 1 < body.length && body[at]?.text !== ";") at = past(body, at);
    } else if (text === ";" || text === "=>" || text === "}") clear();
    else if (token !== undefined) said.push(token);
  }
  return found;
}

const past = (tokens: readonly Token[], at: number): number =>
  /^[([{]$/.test(tokens[at]?.text ?? "") ? closing(tokens, at) + 1 : at + 1;

function propertyOf(said: readonly Token[], attributes: readonly Call[]): ClrProperty | null {
  const name = said.at(-1);
  if (
    name?.kind !== "word" ||
    !said.some((t) => t.text === "public") ||
    said.some((t) => HIDDEN.test(t.text))
  )
    return null;
  const type = said
    .slice(0, -1)
    .filter((t) => !MODIFIER.test(t.text))
    .map((t) => t.text)
    .join("");
  return type === "" || type === "class"
    ? null
    : { name: name.text.replace(/^@/, ""), type, attributes, line: name.line };
}

const MANY =
  /^(?:I?Collection|IEnumerable|I?List|HashSet|ISet|IReadOnly(?:Collection|List|Set)|ObservableCollection)<(.*)>\??$/s;

/** Of what it holds many; null: it is one. */
export const manyOf = (type: string): string | null => {
  const [, of] = MANY.exec(type.replace(/^(?:\w+\.)+(?=\w+<)/, "")) ?? [];
  return of === undefined ? null : of;
};

/** `DbSet<Post> Posts { get; set; }`, `DbSet<Post> Posts => Set<Post>()`. */
export function setsIn(
  tokens: readonly Token[],
): readonly { readonly type: string; readonly name: string; readonly line: number }[] {
  return tokens.flatMap((token, at) => {
    if (token.text !== "DbSet" || tokens[at + 1]?.text !== "<") return [];
    let end = at + 2;
    while (end < at + 20 && tokens[end]?.text !== ">") end += 1;
    const named = tokens.slice(end + 1, end + 3).find((t) => t.text !== "?");
    const behind = tokens[tokens.indexOf(named ?? token, end) + 1]?.text ?? "";
    if (named?.kind !== "word" || !/^(?:\{|=>)$/.test(behind)) return [];
    return [
      {
        type: shortOf(
          tokens
            .slice(at + 2, end)
            .map((t) => t.text)
            .join(""),
        ),
        name: named.text,
        line: token.line,
      },
    ];
  });
}
