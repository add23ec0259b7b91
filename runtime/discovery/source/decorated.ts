/** TypeScript of entities → its decorated classes: what stands over the class and over each of its fields. Nothing is run. */
import type { Script } from "./script.ts";
import type { Token } from "./tokens.ts";
import { type Call, closing, Effort, TOO_DEEP, type Value, Values } from "./values.ts";

export interface DecoratedField {
  readonly name: string;
  /** As it is written behind the name: `string | null`. */
  readonly type: string;
  readonly decorators: readonly Call[];
  readonly line: number;
}

export interface DecoratedClass {
  readonly name: string;
  readonly extends: string | null;
  readonly decorators: readonly Call[];
  readonly fields: readonly DecoratedField[];
  readonly line: number;
}

export interface ClassesRead {
  readonly classes: readonly DecoratedClass[];
  readonly lost: readonly { readonly line: number; readonly what: string }[];
}

const BEFORE_CLASS: ReadonlySet<string> = new Set(["export", "default", "abstract", "declare"]);
const BEFORE_FIELD: ReadonlySet<string> = new Set([
  "public",
  "private",
  "protected",
  "readonly",
  "declare",
  "override",
  "static",
  "abstract",
]);
const TYPE_TOKENS_MAX = 40;

export function classesIn({ tokens }: Script): ClassesRead {
  const effort = new Effort(tokens);
  const classes: DecoratedClass[] = [];
  const lost: { line: number; what: string }[] = [];
  let over: Call[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "word") {
      if (token?.kind === "sign") over = [];
      continue;
    }
    if (token.text === "class" && tokens[at + 1]?.kind === "word" && tokens[at - 1]?.text !== ".") {
      const { made, end } = classAt(tokens, at, over);
      classes.push(made);
      over = [];
      if (!effort.spend(end - at)) {
        lost.push({ line: token.line, what: TOO_DEEP });
        break;
      }
    } else if (token.text.startsWith("@")) {
      const decorator = decoratorAt(tokens, at);
      over.push(decorator.call);
      at = decorator.end - 1;
      if (!effort.spend(decorator.end - at)) break;
    } else if (!BEFORE_CLASS.has(token.text)) over = [];
  }
  return { classes, lost };
}

/** `@Entity("users")`, `@Index`. */
function decoratorAt(tokens: readonly Token[], at: number): { readonly call: Call; readonly end: number } {
  const token = tokens[at];
  const bare: Call = {
    name: token?.text.slice(1) ?? "",
    args: [],
    options: new Map(),
    line: token?.line ?? 1,
  };
  let opens = at + 1;
  // `@orm.Column()`.
  let name = bare.name;
  while (tokens[opens]?.text === "." && tokens[opens + 1]?.kind === "word") {
    name = tokens[opens + 1]?.text ?? name;
    opens += 2;
  }
  if (tokens[opens]?.text !== "(") return { call: { ...bare, name }, end: opens };
  const values = new Values(tokens, { at: opens + 1 });
  const { args, options } = values.args(")");
  return { call: { ...bare, name, args, options }, end: Math.max(values.at, closing(tokens, opens) + 1) };
}

function classAt(
  tokens: readonly Token[],
  at: number,
  decorators: readonly Call[],
): { readonly made: DecoratedClass; readonly end: number } {
  const name = tokens[at + 1]?.text ?? "";
  let opens = at + 2;
  let parent: string | null = null;
  // `Base<T extends {}> extends Model<T>`: what stands in brackets is of types.
  for (let depth = 0; opens < tokens.length; opens += 1) {
    const { kind, text } = tokens[opens] ?? { kind: "line", text: "" };
    if (kind === "sign" && text === "<") depth += 1;
    else if (kind === "sign" && text === ">") depth -= 1;
    else if (depth > 0) continue;
    else if (text === "{") break;
    else if (text === "extends" && tokens[opens + 1]?.kind === "word")
      parent = tokens[opens + 1]?.text ?? null;
  }
  const end = Math.min(closing(tokens, opens), tokens.length);
  const fields = fieldsIn(tokens, opens + 1, end);
  return { made: { name, extends: parent, decorators, fields, line: tokens[at]?.line ?? 1 }, end };
}

function fieldsIn(tokens: readonly Token[], from: number, end: number): readonly DecoratedField[] {
  const fields: DecoratedField[] = [];
  let over: Call[] = [];
  for (let at = from; at < end; at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign") {
      if (/^[([{]$/.test(token.text)) at = Math.min(closing(tokens, at), end);
      over = token.text === "?" || token.text === "!" ? over : [];
    }
    if (token?.kind !== "word" && token?.kind !== "text") continue;
    if (token.text.startsWith("@")) {
      const decorator = decoratorAt(tokens, at);
      over.push(decorator.call);
      at = decorator.end - 1;
    } else if (over.length > 0 && !BEFORE_FIELD.has(token.text)) {
      const type = typeAt(tokens, at + 1);
      const accessed = accessorAt(tokens, at, over);
      if (accessed !== null) fields.push(accessed);
      // `get name() { … }`, `name() { … }`.
      const isMethod =
        tokens[at + 1]?.text === "(" || (/^(?:get|set|async)$/.test(token.text) && type === "");
      if (!isMethod) fields.push({ name: token.text, type, decorators: over, line: token.line });
      over = [];
    }
  }
  return fields;
}

/** `@Column get name(): string { … }`: kept in a column, which the accessor reads. */
function accessorAt(tokens: readonly Token[], at: number, over: readonly Call[]): DecoratedField | null {
  const [token, name] = [tokens[at], tokens[at + 1]];
  const isOne = token?.text === "get" && name?.kind === "word" && tokens[at + 2]?.text === "(";
  if (!isOne || name === undefined || !over.some((d) => d.name === "Column")) return null;
  const type = typeAt(tokens, closing(tokens, at + 2) + 1);
  return { name: name.text, type, decorators: over, line: name.line };
}

/** Behind the name: `?: string | null;`. */
function typeAt(tokens: readonly Token[], from: number): string {
  let at = from;
  while (tokens[at]?.text === "?" || tokens[at]?.text === "!") at += 1;
  if (tokens[at]?.text !== ":") return "";
  const words: string[] = [];
  for (at += 1; at < from + TYPE_TOKENS_MAX; at += 1) {
    const token = tokens[at];
    if (token === undefined || token.kind === "line" || token.text === ";" || token.text === "=") break;
    words.push(token.text);
  }
  return words.join(" ");
}

/** `() => User`, `type => User`, `"User"`, `User`. */
export function classIn(value: Value | undefined): string | null {
  if (value?.is === "text") return value.text;
  if (value?.is === "word") return value.word.split(".").at(-1) ?? null;
  if (value?.is !== "block") return null;
  const word = value.body.find((t) => t.kind === "word" && t.text !== "return" && t.text !== "forwardRef");
  return word?.text ?? null;
}

const ABOVE_MAX = 20;

/** Those of the classes above first; one that is said again counts as it is said last. */
/** Which class a name means there. */
export type Named = Pick<ReadonlyMap<string, DecoratedClass>, "get">;

export function fieldsOf(c: DecoratedClass, byName: Named): readonly DecoratedField[] {
  const fields = new Map<string, DecoratedField>();
  for (const of of [c, ...above(c, byName)].reverse()) for (const f of of.fields) fields.set(f.name, f);
  return [...fields.values()];
}

export function above(c: DecoratedClass, byName: Named): readonly DecoratedClass[] {
  const found: DecoratedClass[] = [];
  for (
    let at = byName.get(c.extends ?? "");
    at !== undefined && found.length < ABOVE_MAX;
    at = byName.get(at.extends ?? "")
  )
    found.push(at);
  return found;
}
