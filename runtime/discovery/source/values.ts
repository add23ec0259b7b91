/**
 * What a program writes down, read without running it: texts, numbers, lists, options and calls with what is called on them
 * (`$table->foreignId('user_id')->nullable()`, `models.CharField(max_length=80)`). All else is `unknown`: only a run could say.
 */
import { own } from "@avow/core/terms/own";
import type { Token } from "./tokens.ts";

export interface Call {
  readonly name: string;
  readonly args: readonly Value[];
  readonly options: ReadonlyMap<string, Value>;
  readonly line: number;
}

export type Value =
  | { readonly is: "text"; readonly text: string }
  | { readonly is: "number"; readonly number: number }
  /** A name, with dots: `settings.AUTH_USER_MODEL`, `true`. */
  | { readonly is: "word"; readonly word: string }
  | { readonly is: "list"; readonly items: readonly Value[] }
  | { readonly is: "map"; readonly entries: ReadonlyMap<string, Value> }
  /** `on`: what the first is called on. */
  | { readonly is: "chain"; readonly on: string; readonly calls: readonly Call[] }
  /** A function with its own steps; `takes` are its parameters. */
  | { readonly is: "block"; readonly takes: readonly string[]; readonly body: readonly Token[] }
  | { readonly is: "unknown" };

const NONE: ReadonlySet<string> = new Set();
const UNKNOWN: Value = { is: "unknown" };
const JOINS = new Set([".", "::", "->", "?->", "&."]);
const OPENS: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };
const DEPTH_MAX = 60;
const TYPE_TOKENS_MAX = 12;
const BEFORE_VALUE: ReadonlySet<string> = new Set(["async", "static", "await", "new"]);

/** Each list's brackets, told once: they are asked for again at every level. */
const partners = new WeakMap<readonly Token[], ReadonlyMap<number, number>>();

/** Where the bracket at `at` is closed, of whatever form; the end where it is not. */
export function closing(tokens: readonly Token[], at: number): number {
  const known = partners.get(tokens);
  if (known !== undefined) return known.get(at) ?? tokens.length;
  const told = new Map<number, number>();
  const open: number[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== "sign") continue;
    if (own(OPENS, token.text) !== undefined) open.push(i);
    else if (/^[)\]}]$/.test(token.text)) {
      const from = open.pop();
      if (from !== undefined) told.set(from, i);
    }
  }
  partners.set(tokens, told);
  return told.get(at) ?? tokens.length;
}

export const TOO_LONG = "what stands behind is not read: the file is too long";
export const TOO_DEEP =
  "what stands behind is not read: brackets within brackets, or such that nothing closes";

/** How often a file's tokens may be gone through in all: what holds steps is read once more inside of them, and no migration is as deep. */
const TIMES_MAX = 32;

/** Ends the reading of a file whose brackets lead to no end. */
export class Effort {
  #left: number;

  constructor(tokens: readonly Token[]) {
    this.#left = TIMES_MAX * tokens.length;
  }

  /** False: no more. */
  spend(tokens: number): boolean {
    this.#left -= tokens;
    return this.#left >= 0;
  }
}

export class Values {
  readonly #tokens: readonly Token[];
  #at: number;
  #depth = 0;

  /** Words that end a value: `add_column :a, :b, :text unless …`. */
  readonly #ending: ReadonlySet<string>;

  constructor(
    tokens: readonly Token[],
    { at = 0, ending = NONE }: { readonly at?: number; readonly ending?: ReadonlySet<string> } = {},
  ) {
    this.#tokens = tokens;
    this.#at = at;
    this.#ending = ending;
  }

  get at(): number {
    return this.#at;
  }

  /** One value, up to the comma or the bracket that ends it. */
  value(): Value {
    this.#lines();
    if (this.#depth > DEPTH_MAX) return UNKNOWN;
    this.#depth += 1;
    const value = this.#primary();
    this.#depth -= 1;
    return this.#isEnd() ? value : this.#skip(value);
  }

  /** From the token behind the opening bracket to behind the closing one; without brackets to the end of the statement. */
  args(close: string | null, name = "", line = 0): Call {
    const args: Value[] = [];
    const options = new Map<string, Value>();
    let more = false;
    for (;;) {
      if (close !== null || more) this.#lines();
      const token = this.#peek();
      if (token === undefined) break;
      if (token.kind === "sign" && token.text === close) {
        this.#at += 1;
        break;
      }
      if (close === null && this.#isStatementEnd()) break;
      const before = this.#at;
      const label = this.#label();
      // `**options` and `*args` say nothing here.
      const value = this.value();
      if (label === null) args.push(value);
      else options.set(label, value);
      more = this.#is(",");
      if (more) this.#at += 1;
      else if (this.#at === before) this.#at += 1;
    }
    return { name, args, options, line };
  }

  #peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  #is(sign: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return token?.kind === "sign" && token.text === sign;
  }

  #lines(): void {
    while (this.#peek()?.kind === "line") this.#at += 1;
  }

  #isEnd(): boolean {
    const token = this.#peek();
    return (
      token === undefined ||
      token.kind === "line" ||
      (token.kind === "sign" && /^[,;)\]}]$/.test(token.text)) ||
      (token.kind === "word" && this.#ending.has(token.text))
    );
  }

  #isStatementEnd(): boolean {
    const token = this.#peek();
    return (
      token === undefined ||
      token.kind === "line" ||
      (token.kind === "sign" && /^[;)\]}]$/.test(token.text)) ||
      (token.kind === "word" && this.#ending.has(token.text))
    );
  }

  /** `null: false`, `:null => false`, `max_length=80`, `'key' => 1`. */
  #label(): string | null {
    const [first, second, third] = [this.#peek(), this.#peek(1), this.#peek(2)];
    if (first === undefined || (first.kind !== "word" && first.kind !== "text") || second?.kind !== "sign")
      return null;
    const isLabel =
      second.text === "=>" ||
      second.text === ":" ||
      (second.text === "=" && !(third?.kind === "sign" && third.text === "="));
    // `table => …` is a function; `$name => …` and `NAME => …` are labels.
    const isFunction = second.text === "=>" && first.kind === "word" && /^[a-z_]/.test(first.text);
    if (!isLabel || isFunction) return null;
    this.#at += 2;
    return first.text;
  }

  #primary(): Value {
    const token = this.#peek();
    if (token === undefined) return UNKNOWN;
    if (token.kind === "text") return this.#text();
    if (token.kind === "number") {
      this.#at += 1;
      return { is: "number", number: Number(token.text.replaceAll("_", "")) };
    }
    if (token.kind === "word") return this.#word();
    if (token.text === "[") return this.#list("]");
    if (token.text === "{") return this.#map();
    if (token.text === "(") return this.#round();
    return UNKNOWN;
  }

  #text(): Value {
    let text = "";
    let computed = false;
    for (let more = 0; more >= 0; more = this.#nextText()) {
      this.#at += more;
      text += this.#peek()?.text ?? "";
      computed ||= this.#peek()?.computed === true;
      this.#at += 1;
    }
    return computed ? UNKNOWN : { is: "text", text };
  }

  /** Texts one behind the other are one, also with `+` or `.` between them: how far it is to the next; −1: there is none. */
  #nextText(): number {
    if (this.#peek()?.kind === "text") return 0;
    if (!this.#is("+") && !this.#is(".")) return -1;
    let ahead = 1;
    while (this.#peek(ahead)?.kind === "line") ahead += 1;
    return this.#peek(ahead)?.kind === "text" ? ahead : -1;
  }

  #list(close: string): Value {
    this.#at += 1;
    const { args, options } = this.args(close);
    return options.size > 0 ? { is: "map", entries: options } : { is: "list", items: args };
  }

  #map(): Value {
    this.#at += 1;
    const { args, options } = this.args("}");
    if (options.size === 0 && args.length > 0) return { is: "list", items: args };
    // `{ nullable, type: "text" }`, and what is filled in from elsewhere (`...base`).
    const short = args.flatMap((a) => (a.is === "word" ? [[a.word, a] as const] : []));
    return { is: "map", entries: new Map([...short, ...options]) };
  }

  /** A bracket around one value is that value; around several, a list. A function's parameters, when an arrow follows. */
  #round(): Value {
    const end = closing(this.#tokens, this.#at);
    const arrow = this.#arrowBehind(end);
    if (arrow !== null) return this.#arrow(end, arrow);
    const last = this.#lastBefore(end);
    this.#at += 1;
    const { args, options } = this.args(")");
    if (options.size > 0) return { is: "map", entries: options };
    const [only] = args;
    if (args.length === 1 && only !== undefined && last?.text !== ",")
      return only.is === "chain" ? this.#follow("", [...only.calls]) : only;
    return { is: "list", items: args };
  }

  #lastBefore(end: number): Token | undefined {
    let at = Math.min(end, this.#tokens.length) - 1;
    while (at > this.#at && this.#tokens[at]?.kind === "line") at -= 1;
    return this.#tokens[at];
  }

  /** Where `=>` stands behind parameters, with what they give in between (`(table): Promise<void> => …`). */
  #arrowBehind(end: number): number | null {
    if (this.#tokens[end + 1]?.text === "=>") return end + 1;
    if (this.#tokens[end + 1]?.text !== ":") return null;
    for (let at = end + 2; at < end + 2 + TYPE_TOKENS_MAX; at += 1) {
      const token = this.#tokens[at];
      if (token?.kind === "sign" && token.text === "=>") return at;
      if (token?.kind !== "word" && !/^[<>|.[\]]$/.test(token?.text ?? "")) return null;
    }
    return null;
  }

  #arrow(end: number, arrow: number): Value {
    const takes = this.#tokens
      .slice(this.#at, end)
      .filter((t) => t.kind === "word")
      .map((t) => t.text);
    this.#at = arrow + 1;
    return this.#body(takes);
  }

  #body(takes: readonly string[]): Value {
    this.#lines();
    const from = this.#at;
    if (!this.#is("{")) {
      this.#skip(UNKNOWN);
      return { is: "block", takes, body: this.#tokens.slice(from, this.#at) };
    }
    const end = closing(this.#tokens, this.#at);
    const body = this.#tokens.slice(this.#at + 1, end);
    this.#at = end + 1;
    return { is: "block", takes, body };
  }

  /** `function (Blueprint $table) use ($x): void { … }`. */
  #function(): Value {
    while (this.#peek() !== undefined && !this.#is("(")) this.#at += 1;
    const end = closing(this.#tokens, this.#at);
    const takes = this.#tokens
      .slice(this.#at, end)
      .filter((t) => t.kind === "word")
      .map((t) => t.text);
    this.#at = end + 1;
    while (this.#peek() !== undefined && !this.#is("{") && !this.#is("=>")) this.#at += 1;
    if (!this.#is("=>")) return this.#body(takes);
    this.#at += 1;
    const from = this.#at;
    this.#skip(UNKNOWN);
    return { is: "block", takes, body: this.#tokens.slice(from, this.#at) };
  }

  #word(): Value {
    // `static::class` is a name.
    const isBefore = (t = this.#peek()): boolean =>
      t?.kind === "word" && BEFORE_VALUE.has(t.text) && !this.#is("::", 1);
    while (isBefore()) this.#at += 1;
    if (this.#peek()?.kind !== "word") return this.#primary();
    const first = this.#peek()?.text ?? "";
    if (first === "function" || first === "fn") return this.#function();
    if (this.#peek(1)?.kind === "sign" && this.#peek(1)?.text === "=>") {
      this.#at += 2;
      return this.#body([first]);
    }
    this.#at += 1;
    return this.#follow(first, []);
  }

  /** What stands behind: names by dots, brackets of a call, and again. */
  #follow(start: string, calls: Call[]): Value {
    let path = start;
    let on = "";
    for (;;) {
      const token = this.#peek();
      if (token?.kind === "sign" && token.text === "(") {
        const end = closing(this.#tokens, this.#at);
        const name = path.split(/[.]/).at(-1) ?? "";
        if (calls.length === 0) on = path.split(".").slice(0, -1).join(".");
        this.#at += 1;
        calls.push(this.args(")", name, token.line));
        this.#at = end + 1;
        path = "";
        continue;
      }
      const next = this.#joined();
      if (next === null) break;
      path = path === "" ? next : `${path}.${next}`;
    }
    if (calls.length === 0) return { is: "word", word: path };
    if (path !== "") calls.push({ name: path, args: [], options: new Map(), line: 0 });
    return { is: "chain", on, calls };
  }

  /** The name behind a dot; a chain may go on in the next line. */
  #joined(): string | null {
    let ahead = 0;
    while (this.#peek(ahead)?.kind === "line") ahead += 1;
    // `a?.b`.
    if (this.#is("?", ahead) && this.#is(".", ahead + 1)) ahead += 1;
    const [sign, word] = [this.#peek(ahead), this.#peek(ahead + 1)];
    if (sign?.kind !== "sign" || !JOINS.has(sign.text) || word?.kind !== "word") return null;
    this.#at += ahead + 2;
    return word.text;
  }

  /** Something was computed from what was read: what that gives, only a run could say. */
  #skip(value: Value): Value {
    const start = this.#at;
    while (!this.#isEnd()) {
      const token = this.#peek();
      this.#at =
        token?.kind === "sign" && own(OPENS, token.text) !== undefined
          ? closing(this.#tokens, this.#at) + 1
          : this.#at + 1;
    }
    return this.#at === start ? value : UNKNOWN;
  }
}

export const textIn = (value: Value | undefined): string | null => (value?.is === "text" ? value.text : null);

/** A list of texts, or one; null when one of them is no text. */
export function textsIn(value: Value | undefined): readonly string[] | null {
  if (value?.is === "text") return [value.text];
  if (value?.is !== "list") return null;
  const texts = value.items.map(textIn);
  return texts.every((t) => t !== null) ? texts : null;
}

export const isWord = (value: Value | undefined, word: string): boolean =>
  value?.is === "word" && value.word.toLowerCase() === word;
