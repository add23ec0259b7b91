/** Python of models → classes with what is assigned in them, and tables that stand alone. Nothing is run. */
import { bodyEnd } from "../../source/python.ts";
import type { Token } from "../../source/tokens.ts";
import { type Call, closing, Effort, TOO_DEEP, type Value, Values } from "../../source/values.ts";

export interface Attribute {
  readonly name: string;
  /** `Mapped[Optional[str]]`, as words. */
  readonly type: readonly string[];
  /** What it is given; null: nothing. */
  readonly value: Value | null;
  readonly line: number;
}

export interface PythonClass {
  readonly name: string;
  /** Last words of the classes above it. */
  readonly bases: readonly string[];
  readonly options: ReadonlyMap<string, Value>;
  readonly attributes: readonly Attribute[];
  /** Its name as a table is worked out from its own: with `lower()`, or not. */
  readonly namesTables: "lower" | "snake" | null;
  readonly line: number;
}

export interface ModelsRead {
  readonly classes: readonly PythonClass[];
  /** `Table("users", metadata, …)`. */
  readonly tables: readonly Call[];
  readonly lost: readonly { readonly line: number; readonly what: string }[];
}

const TYPE_TOKENS_MAX = 60;

export function modelsIn(tokens: readonly Token[]): ModelsRead {
  const effort = new Effort(tokens);
  const classes: PythonClass[] = [];
  const tables: Call[] = [];
  const lost: { line: number; what: string }[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token?.kind !== "word" || token.outmost !== true) continue;
    const end = bodyEnd(tokens, at);
    if (!effort.spend(end - at)) {
      lost.push({ line: token.line, what: TOO_DEEP });
      break;
    }
    if (token.text === "class" && tokens[at + 1]?.kind === "word") classes.push(classAt(tokens, at, end));
    else {
      const value = assignedAt(tokens, at)?.value;
      const [call] = value?.is === "chain" ? value.calls : [];
      if (call?.name === "Table") tables.push(call);
    }
    at = Math.max(at, end - 1);
  }
  return { classes, tables, lost };
}

function classAt(tokens: readonly Token[], at: number, end: number): PythonClass {
  const opens = at + 2;
  const isGiven = tokens[opens]?.text === "(";
  const head = new Values(tokens, { at: opens + 1 });
  const { args, options } = isGiven ? head.args(")") : { args: [], options: new Map<string, Value>() };
  const from = isGiven ? closing(tokens, opens) + 1 : opens;
  return {
    name: tokens[at + 1]?.text ?? "",
    bases: args.flatMap(lastWord),
    options,
    line: tokens[at]?.line ?? 1,
    ...bodyOf(tokens, from, end),
  };
}

/** `db.Model`, `declarative_base()`, `Base[int]`. */
function lastWord(value: Value): readonly string[] {
  if (value.is === "word") return [value.word.split(".").at(-1) ?? ""];
  return value.is === "chain" ? value.calls.slice(-1).map((c) => c.name) : [];
}

function bodyOf(
  tokens: readonly Token[],
  from: number,
  end: number,
): Pick<PythonClass, "attributes" | "namesTables"> {
  const attributes: Attribute[] = [];
  let namesTables: PythonClass["namesTables"] = null;
  let method = "";
  for (let at = from; at < end; at += 1) {
    const token = tokens[at];
    if (token?.kind === "sign" && /^[([{]$/.test(token.text)) at = closing(tokens, at);
    const starts = tokens[at - 1]?.kind === "line" || at === from + 1;
    if (token?.kind !== "word" || !starts) continue;
    if (token.text === "def") method = tokens[at + 1]?.text ?? "";
    else if (token.text === "return") {
      // A column that a mixin gives to each class anew: `@declared_attr def user_id(cls): return Column(…)`.
      const values = new Values(tokens, { at: at + 1 });
      const value = values.value();
      if (method === "__tablename__")
        namesTables = tokens.slice(at, at + 12).some((t) => t.text === "lower") ? "lower" : "snake";
      else if (value.is === "chain") attributes.push({ name: method, type: [], value, line: token.line });
      at = Math.max(at, values.at - 1);
    } else {
      const found = assignedAt(tokens, at);
      if (found === null) continue;
      const { end: next, ...said } = found;
      attributes.push({ name: token.text, line: token.line, ...said });
      at = Math.max(at, next - 1);
    }
  }
  return { attributes, namesTables };
}

/** `name = …`, `name: type = …`, `name: type`. */
function assignedAt(
  tokens: readonly Token[],
  at: number,
): { readonly type: readonly string[]; readonly value: Value | null; readonly end: number } | null {
  let next = at + 1;
  const type: string[] = [];
  if (tokens[next]?.text === ":") {
    for (next += 1; next < at + TYPE_TOKENS_MAX; next += 1) {
      const token = tokens[next];
      if (token === undefined || token.kind === "line" || (token.kind === "sign" && token.text === "="))
        break;
      type.push(token.text);
    }
    if (type.length === 0) return null;
  }
  const sign = tokens[next];
  if (sign?.kind !== "sign" || sign.text !== "=")
    return type.length === 0 ? null : { type, value: null, end: next };
  if (tokens[next + 1]?.text === "=") return null;
  const values = new Values(tokens, { at: next + 1 });
  return { type, value: values.value(), end: values.at };
}
