/** Where models are defined: `const User = sequelize.define("user", { … })`, `User.init({ … })`, `super.init({ … })` within a class. */

import { filledIn, mapsIn } from "../../source/maps.ts";
import { namedBy, type Script } from "../../source/script.ts";
import { attributeOf } from "../../source/sequelize.ts";
import type { Token } from "../../source/tokens.ts";
import { closing, Effort, TOO_DEEP, type Value, Values } from "../../source/values.ts";
import { entriesIn, type Options, optionsIn, type Usual } from "./options.ts";

export interface ScriptFile {
  readonly file: string;
  readonly text: string;
  readonly script: Script;
}

export interface Model {
  readonly file: string;
  readonly line: number;
  /** As other models call it. */
  readonly name: string;
  /** What its file calls it. */
  readonly constant: string;
  readonly attributes: ReadonlyMap<string, Value>;
  readonly options: Options;
  readonly usual: Usual;
  readonly constants: ReadonlyMap<string, string>;
  /** Has no `id` of its own accord. */
  readonly withoutId: boolean;
}

export interface Models {
  readonly all: readonly Model[];
  /** As a file calls it; null: none, or several. */
  named(called: string, file: string): Model | null;
  /** The class that stands around that place. */
  classAt(file: string, at: number): string | null;
}

type Lost = (file: string) => (line: number, what: string) => void;

export function modelsIn(scripts: readonly ScriptFile[], usual: Usual, lost: Lost): Models {
  const maps = mapsIn(scripts.map((s) => s.script.tokens));
  const classes = new Map(scripts.map((s) => [s.file, classesIn(s.script.tokens)]));
  const classAt = (file: string, at: number): string | null =>
    classes.get(file)?.findLast(({ from, to }) => from < at && at < to)?.name ?? null;
  const all: Model[] = [];
  for (const one of scripts) {
    const { file, script } = one;
    const { tokens, constants } = script;
    const effort = new Effort(tokens);
    const removed = withoutIdIn(tokens);
    for (const [at, token] of tokens.entries()) {
      if (token.kind !== "word" || !/^(?:define|init)$/.test(token.text)) continue;
      if (tokens[at - 1]?.text !== "." || tokens[at + 1]?.text !== "(") continue;
      const values = new Values(tokens, { at: at + 2 });
      const { args } = values.args(")");
      if (!effort.spend(values.at - at)) {
        lost(file)(token.line, TOO_DEEP);
        break;
      }
      const called =
        token.text === "define" ? defined(args, { at, one }) : initialised(args, { at, one, classAt });
      if (called === null) continue;
      const opening = behindLines(tokens, called.from(at));
      const attributes = attributesOf(called.attributes, { tokens, opening, maps });
      if (called.name === null || attributes === null) {
        lost(file)(token.line, `${token.text}: what it says of the model is put together in a run`);
        continue;
      }
      for (const part of attributes.missing) lost(file)(token.line, `${called.name}: ...${part}`);
      const options = optionsIn(entriesIn(called.options), constants);
      const constant = token.text === "define" ? constantBefore(tokens, at) : called.name;
      all.push({
        ...{ file, line: token.line, constant, usual, constants, options },
        name: token.text === "define" ? called.name : (options.model ?? called.name),
        attributes: attributes.entries,
        withoutId: removed.has(constant),
      });
    }
  }
  return { all, classAt, named: namer(all, scripts) };
}

interface Called {
  /** Null: only a run could say. */
  readonly name: string | null;
  readonly attributes: Value | undefined;
  readonly options: Value | undefined;
  /** Where the attributes begin. */
  readonly from: (at: number) => number;
}

/** What the connection is called. */
const CONNECTION = /seq|db|conn|database|orm|client|instance/i;

/** `define("user", { … }, { … })`; null: something else is defined. */
function defined(args: readonly Value[], { at: place, one }: Omit<Initialised, "classAt">): Called | null {
  const { script } = one;
  const [name, attributes, options] = args;
  const isOf = CONNECTION.test(script.tokens[place - 2]?.text ?? "");
  const entries = [...entriesIn(attributes).values()];
  const isTyped = entries.some((v) => (attributeOf(v, script.constants)?.type ?? "") !== "");
  if (attributes === undefined || !(isOf || isTyped)) return null;
  return {
    ...{ name: namedBy(name, script.constants), attributes, options },
    from: (at) => {
      const { tokens } = script;
      let comma = at + 2;
      while (comma < tokens.length && tokens[comma]?.text !== ",") comma += 1;
      return comma + 1;
    },
  };
}

interface Initialised {
  readonly at: number;
  readonly one: ScriptFile;
  readonly classAt: (file: string, at: number) => string | null;
}

/** `User.init({ … }, { sequelize })`; null: it is no model's. */
function initialised(args: readonly Value[], { at, one, classAt }: Initialised): Called | null {
  const [attributes, options] = args;
  const receiver = one.script.tokens[at - 2]?.text ?? "";
  const isOwn = receiver === "super" || receiver === "this";
  const name = isOwn ? classAt(one.file, at) : receiver;
  const told = entriesIn(options);
  const isModel =
    (attributes?.is === "map" || attributes?.is === "word") &&
    (["sequelize", "modelName", "tableName"].some((key) => told.has(key)) ||
      (options?.is === "word" && /options|config/i.test(options.word)) ||
      (options?.is === "list" && /\bModel\b/.test(one.text)));
  return isModel ? { name, attributes, options, from: (place) => place + 2 } : null;
}

interface Filled {
  readonly entries: ReadonlyMap<string, Value>;
  /** Filled in, and not in the files. */
  readonly missing: readonly string[];
}

function attributesOf(
  value: Value | undefined,
  {
    tokens,
    opening,
    maps,
  }: {
    readonly tokens: readonly Token[];
    readonly opening: number;
    readonly maps: ReadonlyMap<string, Value>;
  },
): Filled | null {
  const said = value?.is === "word" ? maps.get(value.word.split(".").at(-1) ?? "") : value;
  if (said?.is === "list" && said.items.length === 0) return { entries: new Map(), missing: [] };
  if (said?.is !== "map" && said?.is !== "list") return null;
  const entries = new Map<string, Value>();
  const missing: string[] = [];
  for (const part of value?.is === "word" ? [] : filledIn(tokens, opening)) {
    const map = maps.get(part);
    if (map?.is !== "map") missing.push(part);
    else for (const [name, v] of map.entries) entries.set(name, v);
  }
  if (said.is === "map") for (const [name, v] of said.entries) entries.set(name, v);
  return { entries, missing };
}

interface ClassRange {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

function classesIn(tokens: readonly Token[]): readonly ClassRange[] {
  return tokens.flatMap((token, at) => {
    const name = tokens[at + 1];
    if (token.text !== "class" || token.kind !== "word" || name?.kind !== "word" || name.text === "extends")
      return [];
    let opening = at + 2;
    while (opening < tokens.length && tokens[opening]?.text !== "{") opening += 1;
    return [{ name: name.text, from: opening, to: closing(tokens, opening) }];
  });
}

/** `User.removeAttribute("id")`. */
const withoutIdIn = (tokens: readonly Token[]): ReadonlySet<string> =>
  new Set(
    tokens.flatMap((token, at) =>
      token.text === "removeAttribute" && tokens[at + 2]?.text === "id" ? [tokens[at - 2]?.text ?? ""] : [],
    ),
  );

function behindLines(tokens: readonly Token[], from: number): number {
  let at = from;
  while (tokens[at]?.kind === "line") at += 1;
  return at;
}

/** `const User = sequelize.define` → `User`; `db.User = this.sequelize.define` → `User`. */
function constantBefore(tokens: readonly Token[], at: number): string {
  let before = at - 1;
  while (tokens[before]?.text === "." || tokens[before]?.kind === "word") before -= 1;
  if (tokens[before]?.text !== "=") return "";
  // `const User: ModelStatic<X> = …`.
  for (let back = before - 1; back > Math.max(0, before - 40); back -= 1)
    if (/^(?:const|let|var)$/.test(tokens[back]?.text ?? "")) return tokens[back + 1]?.text ?? "";
    else if (tokens[back]?.kind === "line" || tokens[back]?.text === ";") break;
  return tokens[before - 1]?.kind === "word" ? (tokens[before - 1]?.text ?? "") : "";
}

/** `export { Address as AddressModel }`, `import { User as Person }`, `import Person from "./user"` where no other name leads anywhere. */
const ALIASED = /\b([A-Za-z_$][\w$]{0,99})\s+as\s+([A-Za-z_$][\w$]{0,99})/g;
/** `db.users = require("./user.model")(sequelize)`, `const User = sequelize.import("./user")`, `import Person from "./user"`. */
const REQUIRED =
  /\b([A-Za-z_$][\w$]{0,99})\s*(?:=\s*(?:require|(?:this\.)?sequelize\s*\.\s*import)\s*\(\s*(?:path\.\w+\(__dirname,\s*)?|from\s+)['"]([^'"\n]{1,300})['"]/g;

const loose = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]|s$/g, "");

function namer(all: readonly Model[], scripts: readonly ScriptFile[]): Models["named"] {
  const aliases = new Map(
    scripts.flatMap((s) => [...s.text.matchAll(ALIASED)].map(([, of = "", as = ""]) => [as, of] as const)),
  );
  const required = new Map(
    scripts.map((s) => [
      s.file,
      new Map([...s.text.matchAll(REQUIRED)].map(([, name = "", path = ""]) => [name, path] as const)),
    ]),
  );
  const only = (models: readonly Model[]): Model | null =>
    new Set(models).size === 1 ? (models[0] ?? null) : null;
  const byName = (called: string, file: string): Model | null =>
    only(all.filter((m) => m.file === file && m.constant === called)) ??
    only(all.filter((m) => m.name === called)) ??
    only(all.filter((m) => m.constant === called)) ??
    only(all.filter((m) => m.file === fileOf(required.get(file)?.get(called), scripts)));
  const known = new Map<string, Model | null>();
  return (called, file) => {
    const key = `${file} ${called}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const found =
      byName(called, file) ??
      byName(aliases.get(called) ?? called, file) ??
      only(all.filter((m) => loose(m.name) === loose(called) || loose(m.constant) === loose(called)));
    known.set(key, found);
    return found;
  };
}

/** The only file that ends as the path does. */
function fileOf(path: string | undefined, scripts: readonly ScriptFile[]): string | null {
  if (path === undefined) return null;
  const bare = (name: string): string => name.replace(/\.[cm]?[jt]s$/, "");
  const end = bare(path)
    .split("/")
    .filter((p) => !/^\.*$/.test(p))
    .join("/");
  const found = scripts.filter((s) => bare(s.file) === end || bare(s.file).endsWith(`/${end}`));
  return found.length === 1 ? (found[0]?.file ?? null) : null;
}
