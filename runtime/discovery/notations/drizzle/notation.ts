/** Tables of Drizzle: `pgTable("users", { … })` and its like of the other systems, also by creators and schemas of the project's own. */
import { Picture } from "../../picture.ts";
import type { Unread } from "../../schema-file.ts";
import { filledIn } from "../../source/maps.ts";
import { SCRIPT_ENDINGS, type Script, scriptOf } from "../../source/script.ts";
import type { Token } from "../../source/tokens.ts";
import { closing, Effort, TOO_DEEP, type Value, Values } from "../../source/values.ts";
import type { Notation } from "../notation.ts";
import { columnOf } from "./columns.ts";
import { type Keyed, keysIn, referenceIn } from "./keys.ts";

const CORE = /["']drizzle-orm\/(?:pg|mysql|sqlite|singlestore)-core["']/;
const TABLE = /^(?:pg|mysql|sqlite|singlestore)Table$/;
const CREATOR = /^(?:pg|mysql|sqlite|singlestore)TableCreator$/;
const SCHEMA = /^(?:pg|mysql|singlestore)Schema$/;

export const drizzle: Notation = {
  name: "Drizzle",
  expects: "tables of Drizzle (`pgTable`, `mysqlTable`, `sqliteTable`)",
  endings: SCRIPT_ENDINGS,
  claims: ({ file, text }) => /\.[cm]?[jt]s$/.test(file) && CORE.test(text),
  read(files) {
    const unread: Unread[] = [];
    const scripts = files.map(({ file, text }) => ({ file, script: withoutTypes(scriptOf(text)) }));
    const named = constantsOf(scripts.map((s) => s.script));
    const tables = scripts.flatMap(({ file, script }) => {
      for (const { line, what } of script.lost) unread.push({ file, line, what });
      return tablesIn({ file, script }, named, (line, what) => unread.push({ file, line, what }));
    });
    const picture = new Picture();
    const lost = ({ file, line, name }: FoundTable, what: string): void => {
      unread.push({ file, line, what: `${name}: ${what}` });
    };
    for (const table of tables) {
      const made = picture.create(table.name);
      for (const [property, value] of made === null ? [] : table.columns) {
        const column = columnOf(property, value);
        if (column === null || made === null) lost(table, property);
        else picture.setField(made, column);
      }
    }
    const byConstant = new Map(tables.map((t) => [t.constant, t]));
    for (const table of tables) keyed(table, { picture, byConstant, lost });
    return {
      description: { collections: picture.collections() },
      statements: tables.length,
      unread,
      stands: true,
    };
  },
};

interface Keying {
  readonly picture: Picture;
  readonly byConstant: ReadonlyMap<string, FoundTable>;
  readonly lost: (table: FoundTable, what: string) => void;
}

function keyed(table: FoundTable, { picture, byConstant, lost }: Keying): void {
  const made = picture.table(table.name);
  if (made === undefined) return;
  const own = [...table.columns].flatMap(([property, value]): readonly Keyed[] => {
    const to = referenceIn(value);
    return to === null ? [] : [{ is: "foreign", from: [property], to: to.constant, fields: [to.property] }];
  });
  const { keys, deep } = keysIn(table.more, table.effort);
  if (deep) lost(table, TOO_DEEP);
  for (const key of [...own, ...keys]) {
    const from = fieldsOf(table, key.from);
    if (from.length === 0 || from.length !== key.from.length) continue;
    if (key.is === "foreign") {
      const to = byConstant.get(key.to);
      const fields = to === undefined ? [] : fieldsOf(to, key.fields);
      if (to !== undefined && fields.length === from.length)
        picture.addKey(made, { from, to: to.name, fields });
      else lost(table, `references of ${from.join(", ")}`);
    } else if (key.is === "primary") made.primaryKey = from;
    else if (key.is === "unique") picture.addUnique(made, from);
    else picture.addIndex(made, from);
  }
}

const fieldsOf = ({ columns }: FoundTable, properties: readonly string[]): readonly string[] =>
  properties.flatMap((property) => {
    const value = columns.get(property);
    return value === undefined ? [] : (columnOf(property, value)?.name ?? []);
  });

const TYPE_TOKENS_MAX = 500;

/** `.$type<Record<string, unknown>>()` says what a program makes of it, and nothing of what is stored. */
function withoutTypes(script: Script): Script {
  const tokens: Token[] = [];
  for (let at = 0; at < script.tokens.length; at += 1) {
    const token = script.tokens[at];
    if (token === undefined) break;
    tokens.push(token);
    if (token.text === "$type" && script.tokens[at + 1]?.text === "<") at = typeEnd(script.tokens, at + 1);
  }
  return { ...script, tokens };
}

function typeEnd(tokens: readonly Token[], opening: number): number {
  let depth = 0;
  for (let at = opening; at < Math.min(tokens.length, opening + TYPE_TOKENS_MAX); at += 1) {
    const text = tokens[at]?.kind === "sign" ? tokens[at]?.text : "";
    if (text === "<") depth += 1;
    else if (text === ">") depth -= 1;
    if (depth === 0) return at;
  }
  return opening;
}

/** What files call by a name of their own, which others import. */
interface Named {
  /** `const createTable = pgTableCreator(…)`. */
  readonly creators: ReadonlySet<string>;
  /** `const auth = pgSchema("auth")`. */
  readonly schemas: ReadonlyMap<string, string>;
  /** `const timestamps = { createdAt: … }`, filled in by `...timestamps`. */
  readonly parts: ReadonlyMap<string, ReadonlyMap<string, Value>>;
}

function constantsOf(scripts: readonly Script[]): Named {
  const [creators, schemas] = [new Set<string>(), new Map<string, string>()];
  const parts = new Map<string, ReadonlyMap<string, Value>>();
  for (const { tokens } of scripts) {
    const effort = new Effort(tokens);
    for (const [at, token] of tokens.entries()) {
      if (token.text !== "const" || tokens[at + 2]?.text !== "=") continue;
      const [name, first] = [tokens[at + 1]?.text ?? "", tokens[at + 3]];
      if (first === undefined) continue;
      if (CREATOR.test(first.text)) creators.add(name);
      else if (SCHEMA.test(first.text) && tokens[at + 5]?.kind === "text")
        schemas.set(name, tokens[at + 5]?.text ?? "");
      else if (first.text === "{") {
        const values = new Values(tokens, { at: at + 3 });
        const value = values.value();
        if (!effort.spend(values.at - at)) break;
        if (value.is === "map") parts.set(name, value.entries);
      }
    }
  }
  return { creators, schemas, parts };
}

interface FoundTable {
  /** What the file calls it. */
  readonly constant: string;
  readonly file: string;
  readonly name: string;
  readonly line: number;
  readonly columns: ReadonlyMap<string, Value>;
  /** What stands behind the columns: indexes and keys over several. */
  readonly more: readonly Token[];
  /** For what stands behind, of the whole file. */
  readonly effort: Effort;
}

function tablesIn(
  { file, script: { tokens, constants } }: { readonly file: string; readonly script: Script },
  named: Named,
  lost: (line: number, what: string) => void,
): readonly FoundTable[] {
  const [effort, ofKeys] = [new Effort(tokens), new Effort(tokens)];
  const found: FoundTable[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== "word" || tokens[at + 1]?.text !== "(") continue;
    const schema = tokens[at - 1]?.text === "." ? named.schemas.get(tokens[at - 2]?.text ?? "") : undefined;
    const isTable =
      TABLE.test(token.text) ||
      named.creators.has(token.text) ||
      (token.text === "table" && schema !== undefined);
    if (!isTable) continue;
    const first = behindLines(tokens, at + 2);
    const name = tokens[first];
    const said =
      name?.kind === "text" && name.computed !== true ? name.text : constants.get(name?.text ?? "");
    const opening = columnsAt(tokens, first + 1);
    if (said === undefined || opening === null) {
      lost(token.line, `${token.text}: the table is not called by its name`);
      continue;
    }
    const end = closing(tokens, opening);
    const last = closing(tokens, at + 1);
    const value = new Values(tokens, { at: opening }).value();
    if (!effort.spend(last - opening)) {
      lost(token.line, TOO_DEEP);
      break;
    }
    const columns = new Map(value.is === "map" ? value.entries : []);
    for (const part of filledIn(tokens, opening)) {
      const entries = named.parts.get(part);
      if (entries === undefined) lost(token.line, `${said}: ...${part}`);
      for (const [property, v] of entries ?? []) columns.set(property, v);
    }
    found.push({
      file,
      constant: constantBefore(tokens, schema === undefined ? at : at - 2),
      name: schema === undefined || schema === "public" ? said : `${schema}.${said}`,
      line: token.line,
      columns,
      more: tokens.slice(end + 1, last),
      effort: ofKeys,
    });
  }
  return found;
}

function behindLines(tokens: readonly Token[], from: number): number {
  let at = from;
  while (tokens[at]?.kind === "line") at += 1;
  return at;
}

/** `{ … }`, or `(t) => ({ … })`. */
function columnsAt(tokens: readonly Token[], from: number): number | null {
  if (tokens[from]?.text !== ",") return null;
  let at = behindLines(tokens, from + 1);
  if (tokens[at]?.text === "{") return at;
  at = tokens[at]?.text === "(" ? closing(tokens, at) + 1 : at + 1;
  if (tokens[at]?.text !== "=>") return null;
  at = behindLines(tokens, at + 1);
  if (tokens[at]?.text !== "(") return null;
  at = behindLines(tokens, at + 1);
  return tokens[at]?.text === "{" ? at : null;
}

/** `export const users: T = …` → `users`. */
function constantBefore(tokens: readonly Token[], at: number): string {
  return tokens[at - 1]?.text === "=" && tokens[at - 2]?.kind === "word" ? (tokens[at - 2]?.text ?? "") : "";
}
