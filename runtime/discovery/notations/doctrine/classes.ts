/** PHP of entities → classes with the attributes of Doctrine that stand before them and before their properties. Nothing is run. */
import { PHP } from "../../source/languages.ts";
import { type Token, tokensOf } from "../../source/tokens.ts";
import { type Call, closing, Effort, TOO_DEEP, TOO_LONG, Values } from "../../source/values.ts";

export interface Property {
  readonly name: string;
  /** As PHP has it, without what says that it may be empty: `int`, `User`, `A|B`; empty: it does not say. */
  readonly type: string;
  readonly attributes: readonly Call[];
}

export interface PhpClass {
  readonly file: string;
  readonly line: number;
  readonly name: string;
  readonly above: string | null;
  readonly traits: readonly string[];
  readonly attributes: readonly Call[];
  readonly properties: readonly Property[];
}

export interface ClassesRead {
  readonly classes: readonly PhpClass[];
  /** What may be missing, and from which line on. */
  readonly lost: readonly Lost[];
}

interface Lost {
  readonly line: number;
  readonly what: string;
}

/** `App\Entity\User` → `User`: of two classes with one name, only imports could tell which is meant. */
export const shortName = (name: string): string => name.split("\\").at(-1) ?? name;

const MODIFIER = /^(?:public|private|protected|readonly|static|var|final|abstract)$/;

export function classesIn(file: string, text: string): ClassesRead {
  const read = tokensOf(text, PHP);
  const tokens = read.tokens.filter((t) => t.kind !== "line");
  const lost: Lost[] = read.cut === null ? [] : [{ line: read.cut, what: TOO_LONG }];
  const effort = new Effort(tokens);
  const classes: PhpClass[] = [];
  let pending: Call[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (isAttribute(tokens, at)) {
      keep(attributesAt(tokens, at), { among: pending, line: token?.line ?? 0, lost });
      at = closing(tokens, at + 1);
    } else if (
      /^(?:class|trait)$/.test(token?.text ?? "") &&
      tokens[at - 1]?.text !== "::" &&
      token?.kind === "word"
    ) {
      let open = at + 1;
      while (open < tokens.length && tokens[open]?.text !== "{") open += 1;
      const end = closing(tokens, open);
      if (!effort.spend(open - at)) return { classes, lost: [...lost, { line: token.line, what: TOO_DEEP }] };
      const head = tokens.slice(at + 1, open);
      if (end >= tokens.length)
        lost.push({ line: token.line, what: `class ${head[0]?.text ?? ""}: nothing closes it` });
      const above = head[head.findIndex((t) => t.text === "extends") + 1]?.text ?? "";
      classes.push({
        ...{ file, line: token.line, name: head[0]?.text ?? "", attributes: pending },
        above: head.some((t) => t.text === "extends") ? shortName(above) : null,
        ...bodyOf(tokens.slice(open + 1, end), lost),
      });
      pending = [];
      at = end;
    } else if (token?.text === ";") pending = [];
  }
  return { classes, lost };
}

/** Of one class or property: none has as many, and each is looked at with every class that it is handed down to. */
const ATTRIBUTES_MAX = 200;

function keep(
  attributes: readonly Call[],
  { among, line, lost }: { readonly among: Call[]; readonly line: number; readonly lost: Lost[] },
): void {
  for (const attribute of attributes) {
    if (among.length === ATTRIBUTES_MAX) {
      lost.push({ line, what: `attributes behind the first ${ATTRIBUTES_MAX}` });
      return;
    }
    among.push(attribute);
  }
}

const isAttribute = (tokens: readonly Token[], at: number): boolean =>
  tokens[at]?.text === "#" && tokens[at]?.kind === "sign" && tokens[at + 1]?.text === "[";

/** `#[ORM\Id, ORM\Column(name: "id")]`; called by the last part of their names. */
function attributesAt(tokens: readonly Token[], at: number): readonly Call[] {
  const values = new Values(tokens.slice(at + 2, closing(tokens, at + 1)));
  const { args } = values.args(null);
  const line = tokens[at]?.line ?? 0;
  return args.flatMap((value): readonly Call[] => {
    if (value.is === "word") return [{ name: shortName(value.word), args: [], options: new Map(), line }];
    const call = value.is === "chain" ? value.calls[0] : undefined;
    return call === undefined ? [] : [{ ...call, name: shortName(call.name) }];
  });
}

/** `Article|null` is an `Article`; whether its column may be empty, Doctrine takes from here only where it is told to. */
const typeOf = (words: readonly string[]): string =>
  words
    .join("")
    .split("|")
    .filter((t) => t !== "" && !/^\\?null$/i.test(t))
    .join("|");

function bodyOf(body: readonly Token[], lost: Lost[]): Pick<PhpClass, "traits" | "properties"> {
  const traits: string[] = [];
  const properties: Property[] = [];
  let attributes: Call[] = [];
  /** The words of a type, behind the modifiers. */
  let type: string[] = [];
  let modified = false;
  const clear = (): void => {
    attributes = [];
    type = [];
    modified = false;
  };
  for (let at = 0; at < body.length; at += 1) {
    const token = body[at];
    const text = token?.text ?? "";
    if (isAttribute(body, at)) {
      keep(attributesAt(body, at), { among: attributes, line: token?.line ?? 0, lost });
      at = closing(body, at + 1);
    } else if (token?.kind === "word" && text === "use") {
      for (at += 1; at < body.length && !/^[;{]$/.test(body[at]?.text ?? ""); at += 1)
        if (body[at]?.kind === "word") traits.push(shortName(body[at]?.text ?? ""));
      if (body[at]?.text === "{") at = closing(body, at);
    } else if (token?.kind === "word" && text === "function") {
      clear();
      // What a constructor takes may be properties.
      while (at < body.length && body[at]?.text !== "(") at += 1;
      if (!/__construct/.test(body[at - 1]?.text ?? "")) at = closing(body, at);
    } else if (token?.kind === "word" && MODIFIER.test(text)) {
      modified = true;
      type = [];
    } else if (token?.kind === "word" && text.startsWith("$")) {
      if (modified) properties.push({ name: text.slice(1), type: typeOf(type), attributes });
      clear();
    } else if (modified && (token?.kind === "word" || text === "|")) type.push(text);
    else if (text === "{" || text === "[" || text === "(") {
      at = closing(body, at);
      if (text === "{") clear();
    } else if (text === ";") clear();
  }
  return { traits, properties };
}
